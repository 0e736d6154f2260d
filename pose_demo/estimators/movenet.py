"""MoveNet SinglePose: 17 keypoints of one person, with a crop that follows the person.

Source: tfhub.dev/google/movenet (model cards) and TensorFlow's MoveNet tutorial, which gives the crop rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pose_demo import weights
from pose_demo.estimators.base import EstimatorOptions, ModelInfo, NetworkEstimator
from pose_demo.estimators.detection import PERSON_CONFIDENCE, PERSON_FILTER, DetectionOptions
from pose_demo.estimators.interpreter_pool import InterpreterPool, ModelFile, ModelSource, shared_pool
from pose_demo.estimators.search import MARGIN_IN_CROP, Appearance, VideoSearch, is_better
from pose_demo.geometry import Roi
from pose_demo.skeletons import COCO_17
from pose_demo.types import Estimate, Frame, Image, Mask, Pose, check_image
from pose_demo.weights.convert import movenet_int8

_MIN_CROP_SCORE = 0.2  # keypoints with a lower score do not influence the crop
_TORSO_EXPANSION, _BODY_EXPANSION = 1.9, 1.2
_HELD = 0.1  # of its side: the crop is kept while the new one differs by less; halves the trembling of a person at rest
_MIN_CANDIDATE_SCORE = 0.25  # of a pose in a tile or turned, before its own crop confirms it
_TORSO = np.array([COCO_17.index(f"{side}_{joint}") for joint in ("shoulder", "hip") for side in ("left", "right")])


def roi_from_keypoints(pose: Pose, frame_size: tuple[int, int]) -> Roi | None:
    """Cropping algorithm of TensorFlow's MoveNet tutorial: a square around the hips; None without a visible torso."""
    width, height = frame_size
    visible = pose.scores > _MIN_CROP_SCORE
    shoulders, hips = visible[_TORSO[:2]], visible[_TORSO[2:]]
    if not (shoulders.any() and hips.any()):
        return None
    x, y = center = pose.xy[_TORSO[2:]].mean(axis=0)
    torso_range = np.abs(pose.xy[_TORSO] - center).max()
    body_range = np.abs(pose.xy[visible] - center).max()
    farthest_edge = max(x, width - x, y, height - y)
    half_side = float(min(max(_TORSO_EXPANSION * torso_range, _BODY_EXPANSION * body_range), farthest_edge))
    return None if half_side < 1 else Roi.square(float(x), float(y), 2 * half_side)


def next_roi(pose: Pose, frame_size: tuple[int, int], rotation: float = 0.0) -> Roi:
    """The ROI for the next frame of a single person: around the hips, or the whole frame when they are not visible.

    Args:
        pose: the person in this frame.
        frame_size: (width, height) of the frame.
        rotation: of this frame's ROI, in radians; a person who is lost is expected upright.
    """
    roi = roi_from_keypoints(pose, frame_size)
    if roi is None or roi.width > max(frame_size):
        roi = Roi.letterbox(frame_size)
    return replace(roi, rotation=rotation) if rotation and pose.score >= PERSON_CONFIDENCE else roi


def estimate_pose(pool: InterpreterPool, image: Image, roi: Roi) -> Pose:
    """Run the network once on one ROI of the image."""
    output = pool.run(lambda tensor: roi.crop_into(image, tensor))[0].reshape(17, 3)
    scores = output[:, 2].clip(0, 1)
    return Pose(COCO_17, roi.to_frame(output[:, 1::-1]).astype(np.float32), scores, person_score(scores))


def estimate_pose_mirrored(pool: InterpreterPool, image: Image, roi: Roi) -> Pose:
    """The same with the crop flipped horizontally; what the network then takes for left is right."""
    pose = estimate_pose(pool, image, roi.mirrored())
    return replace(pose, xy=pose.xy[COCO_17.flip], scores=pose.scores[COCO_17.flip])


def person_score(scores: np.ndarray) -> float:
    """Mean keypoint score. MoveNet always outputs 17 keypoints, so this decides whether there is a person."""
    return float(scores.mean())


class MoveNet:
    """Tracks one person through a stream: the keypoints of each frame define the crop of the next.

    While the person is lost, or the pose is weak, tiles and the turned frame are searched too. A lost person costs one
    inference a frame, as a tracked one does; a weak pose costs a second one now and then, and in each frame while it
    is new: there the mirrored crop has to confirm it (`Appearance`).

    In static image mode every image is processed twice: as a whole, then in the crop from the first result.
    """

    def __init__(self, pool: InterpreterPool, static_image_mode: bool) -> None:
        self._pool, self._static_image_mode = pool, static_image_mode
        self._frame_size = (0, 0)
        self._roi: Roi | None = None  # None: the whole frame
        self._candidate: Roi | None = None  # a crop in which a search may have found the person
        self._score = 1.0  # of the last pose; the first frame is not searched
        self._search, self._appearance = VideoSearch(), Appearance()

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        image = check_image(frame.image)
        if frame.size != self._frame_size:
            self.reset()
        self._frame_size = frame.size
        pose = self._estimate_twice(image) if self._static_image_mode else self._track(image)
        return PERSON_FILTER.select(Estimate((pose,) if pose else ()), options)

    def _estimate_twice(self, image: Image) -> Pose:
        whole = Roi.letterbox(self._frame_size)
        pose = estimate_pose(self._pool, image, whole)
        crop = next_roi(pose, self._frame_size)
        return pose if crop == whole else estimate_pose(self._pool, image, crop)

    def _track(self, image: Image) -> Pose | None:
        """The pose in a video frame, None as in `_next_pose`; until a new one is repeated it has a lower score."""
        pose = self._next_pose(image)
        if pose is None:
            return None
        self._appearance.update(pose)
        if self._appearance.is_doubtful:
            pose = self._follow(estimate_pose_mirrored(self._pool, image, self._crop), self._crop)
            self._appearance.update(pose)
        return self._appearance.scored(pose)

    @property
    def _crop(self) -> Roi:
        return self._roi or Roi.letterbox(self._frame_size)

    def _next_pose(self, image: Image) -> Pose | None:
        """The next pose; None where the inference of this frame searched for a lost person in vain."""
        roi = self._crop
        candidate, self._candidate = self._candidate, None
        searched = candidate or self._search.next_roi(self._score, roi, self._frame_size)
        if searched:
            pose = estimate_pose(self._pool, image, searched)
            if candidate and is_better(pose.score, self._score, MARGIN_IN_CROP):
                return self._follow(pose, candidate)
            if not candidate and pose.score >= _MIN_CANDIDATE_SCORE:
                self._candidate = next_roi(pose, self._frame_size, searched.rotation)
            if self._score < PERSON_CONFIDENCE:
                return None
        return self._follow(estimate_pose(self._pool, image, roi), roi)

    def _follow(self, pose: Pose, roi: Roi) -> Pose:
        """Let the keypoints of a pose found in ``roi`` define the next crop."""
        expected = next_roi(pose, self._frame_size, roi.rotation)
        self._roi = roi if roi.is_near(expected, _HELD) else expected  # keypoints jump a little when the crop changes
        self._score = pose.score
        return pose

    def invoke_only(self) -> None:
        self._pool.invoke_only()

    def reset(self) -> None:
        self._roi = self._candidate = None
        self._score, self._search, self._appearance = 1.0, VideoSearch(), Appearance()

    def close(self) -> None:
        """Do nothing: the interpreter pool is shared."""


class MoveNetRoiEstimator(NetworkEstimator):
    """MoveNet as the single-person stage of a top-down estimator."""

    def estimate_roi(self, image: Image, roi: Roi, mask: Mask | None = None) -> Pose | None:
        return estimate_pose(self._pool, image, roi)

    def roi_from_keypoints(self, pose: Pose, frame_size: tuple[int, int]) -> Roi | None:
        return roi_from_keypoints(pose, frame_size)


@dataclass(frozen=True)
class Int8File:
    """MoveNet Thunder, quantized when it is loaded."""

    path: Path

    def read(self) -> bytes:
        """See `ModelSource`."""
        return movenet_int8.quantize(self.path.read_bytes())


def _model(
    name: str,
    title: str,
    memory_mb: int,
    description: str,
    lighter_model: str = "",
    weights_name: str = "",
    source: Callable[[Path], ModelSource] = ModelFile,
) -> ModelInfo:
    weights_name = weights_name or name

    def pool(options: EstimatorOptions) -> InterpreterPool:
        return shared_pool(source(weights.path(weights_name)), options.threads)

    return ModelInfo(
        name=name,
        title=title,
        description=description,
        weights=(weights_name,),
        memory_mb=memory_mb,
        skeleton=COCO_17,
        score="mean keypoint score",
        build=lambda options: MoveNet(pool(options), options.static_image_mode),
        build_roi_estimator=lambda options: MoveNetRoiEstimator(pool(options)),
        upright_only=True,
        lighter_model=lighter_model,
        output_filter=PERSON_FILTER,
    )


MODELS = (
    _model("movenet-lightning", "MoveNet Lightning", 25, "One person, the fastest: real-time on any laptop."),
    _model(
        "movenet-lightning-int8",
        "MoveNet Lightning int8",
        25,
        "The smallest file, for hosts with little memory. More jitter than float16.",
    ),
    _model(
        "movenet-thunder",
        "MoveNet Thunder",
        60,
        "One person, the most accurate keypoints.",
        lighter_model="movenet-thunder-int8",
    ),
    _model(
        "movenet-thunder-int8",
        "MoveNet Thunder int8",
        50,
        "One person, between Lightning and Thunder: nearly as accurate as Thunder in about half the time.",
        lighter_model="movenet-lightning",
        weights_name="movenet-thunder",
        source=Int8File,
    ),
)
