"""MoveNet SinglePose: one person, 17 keypoints, with the crop that follows the dancer.

Source: tfhub.dev/google/movenet (model cards) and TensorFlow's MoveNet tutorial, which gives the crop rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pose_demo import weights
from pose_demo.estimators.base import ModelInfo, Options
from pose_demo.estimators.interpreter_pool import Net, shared_net
from pose_demo.geometry import Region
from pose_demo.skeletons import COCO_17
from pose_demo.types import Estimate, Frame, Image, Mask, Pose, check_image

if TYPE_CHECKING:
    from pose_demo.settings import Settings

_SEEN = 0.2  # a keypoint this sure may steer the crop
_TORSO_REACH, _BODY_REACH = 1.9, 1.2
_TORSO = np.array([COCO_17.index(f"{side}_{joint}") for joint in ("shoulder", "hip") for side in ("left", "right")])


def region_round(pose: Pose, frame_size: tuple[int, int]) -> Region | None:
    """The square round the hips of a person in COCO-17 keypoints; None when the torso is not seen."""
    w, h = frame_size
    seen = pose.scores > _SEEN
    shoulders, hips = seen[_TORSO[:2]], seen[_TORSO[2:]]
    if not (shoulders.any() and hips.any()):
        return None
    centre = pose.xy[_TORSO[2:]].mean(axis=0)
    torso = np.abs(pose.xy[_TORSO] - centre).max()
    body = np.abs(pose.xy[seen] - centre).max()
    farthest_border = max(centre[0], w - centre[0], centre[1], h - centre[1])
    half = float(min(max(_TORSO_REACH * torso, _BODY_REACH * body), farthest_border))
    return None if half < 1 else Region.square(float(centre[0]), float(centre[1]), half)


def next_region(pose: Pose, frame_size: tuple[int, int]) -> Region:
    """Where to look next for the only person: round the hips, or the whole frame when that tells nothing."""
    region = region_round(pose, frame_size)
    if region is None or region.width > max(frame_size):
        return Region.letterbox(frame_size)
    return region


def find_pose(net: Net, image: Image, region: Region) -> Pose:
    """One look of the net at one region of the image."""
    output = net.run(lambda tensor: region.warp(image, tensor))[0].reshape(17, 3)
    scores = output[:, 2].clip(0, 1)
    return Pose(COCO_17, region.to_frame(output[:, 1::-1]), scores, person_score(scores))


def person_score(scores: np.ndarray) -> float:
    """How sure MoveNet is that anyone is there: it always answers 17 keypoints, so their mean score decides."""
    return float(scores.mean())


class MoveNet:
    """Tracks one person through a stream: each frame is cropped by the keypoints of the frame before.

    With ``still`` every frame is looked at twice: whole, then in the crop of its own first result.
    """

    def __init__(self, net: Net, still: bool) -> None:
        self._net, self._still = net, still
        self._region: Region | None = None
        self._frame_size = (0, 0)

    def estimate(self, frame: Frame, settings: Settings) -> Estimate:
        image = check_image(frame.image)
        if self._still or frame.size != self._frame_size:
            self.reset()
        self._frame_size = frame.size
        region = self._region or Region.letterbox(frame.size)
        pose = find_pose(self._net, image, region)
        self._region = next_region(pose, frame.size)
        if self._still and self._region != region:
            pose = find_pose(self._net, image, self._region)
        return Estimate((pose,) if pose.score >= settings.person_confidence else ())

    def bare(self) -> None:
        self._net.bare()

    def reset(self) -> None:
        self._region = None

    def close(self) -> None:
        """Nothing to give back: the net is shared."""


class MoveNetRegion:
    """MoveNet looking at one person of several."""

    def __init__(self, net: Net) -> None:
        self._net = net

    def find(self, image: Image, region: Region, mask: Mask | None = None) -> Pose | None:
        return find_pose(self._net, image, region)

    def region_round(self, pose: Pose, frame_size: tuple[int, int]) -> Region | None:
        return region_round(pose, frame_size)

    def bare(self) -> None:
        self._net.bare()

    def close(self) -> None:
        """Nothing to give back: the net is shared."""


def _model(name: str, title: str, good_for: str, lighter: str = "") -> ModelInfo:
    def net(options: Options) -> Net:
        return shared_net(weights.path(name), options.threads)

    def build(options: Options) -> MoveNet:
        return MoveNet(net(options), options.still)

    def build_region(options: Options) -> MoveNetRegion:
        return MoveNetRegion(net(options))

    return ModelInfo(name, title, good_for, (name,), COCO_17, build, build_region=build_region, lighter=lighter)


MODELS = (
    _model("movenet-lightning", "MoveNet Lightning", "One person, the fastest: smooth on any laptop."),
    _model(
        "movenet-lightning-int8",
        "MoveNet Lightning int8",
        "The smallest file, for hosts short of memory. Shakier than float16.",
    ),
    _model(
        "movenet-thunder",
        "MoveNet Thunder",
        "One person, the most accurate keypoints.",
        lighter="movenet-lightning",
    ),
)
