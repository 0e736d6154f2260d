"""RTMPose: 17 keypoints of one person, each as a distribution over x and one over y (SimCC).

Sources: Jiang et al., "RTMPose: Real-Time Multi-Person Pose Estimation based on MMPose", 2023; open-mmlab/mmpose,
projects/rtmpose (the configurations and files of "body7") and mmpose/codecs/simcc_label.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from pose_demo import weights
from pose_demo.estimators.base import EstimatorOptions, ModelInfo, NetworkEstimator
from pose_demo.estimators.detection import PERSON_CONFIDENCE, PERSON_FILTER, DetectionOptions
from pose_demo.estimators.interpreter_pool import InterpreterPool, ModelFile, Tensor, shared_pool
from pose_demo.estimators.onnx_slot import EXTRA, PACKAGE, OnnxSlot
from pose_demo.geometry import Roi
from pose_demo.skeletons import COCO_17
from pose_demo.types import Estimate, Frame, Image, Mask, Pose, check_image

_WIDTH, _HEIGHT = 192, 256  # of the input
_ASPECT = _WIDTH / _HEIGHT
_BINS_PER_PIXEL = 2  # of an output; bin 2i is the center of pixel i
_MEAN, _STD = np.array(  # of red, green and blue in ImageNet
    [[123.675, 116.28, 103.53], [58.395, 57.12, 57.375]], np.float32
).reshape(2, 3, 1, 1)
_PADDING = 1.25  # of a person's box in the crop
_BODY = 1.25  # a person's box, which has head and feet, to that of their keypoints; as in OpenMMLab's rtmlib
_MIN_SCORE = 0.2  # keypoints with a lower score do not influence the crop
_MIN_SIDE = 4.0  # pixels


def decode(x: Tensor, y: Tensor) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]:
    """The keypoints, normalized to the crop, and their scores: the lower one of both maxima, as in mmpose.

    Args:
        x: float32 ``(17, 384)``, the bins of each keypoint.
        y: float32 ``(17, 512)``.
    """
    bins = np.stack([x.argmax(axis=1), y.argmax(axis=1)], axis=1)
    xy = (bins / _BINS_PER_PIXEL + 0.5) / (_WIDTH, _HEIGHT)
    return xy, np.minimum(x.max(axis=1), y.max(axis=1)).clip(0, 1)


def roi_from_keypoints(pose: Pose, frame_size: tuple[int, int]) -> Roi | None:
    """The crop around a person with known keypoints; None when too few are visible in the frame."""
    box = pose.in_frame(frame_size).bounding_box(_MIN_SCORE)
    if box is None or box.longer_side < _MIN_SIDE:
        return None
    height = max(box.height, box.width / _ASPECT) * _BODY * _PADDING
    return Roi(*box.center, height * _ASPECT, height)


class RTMPoseRoiEstimator(NetworkEstimator):
    """RTMPose as the single-person stage of a top-down estimator."""

    def __init__(self, pool: InterpreterPool) -> None:
        super().__init__(pool)
        self._crop = np.empty((_HEIGHT, _WIDTH, 3), np.uint8)

    def estimate_roi(self, image: Image, roi: Roi, mask: Mask | None = None) -> Pose:
        # A square around a box has 1.5 times its longer side, so that the box remains inside.
        crop = replace(roi, width=roi.height * _ASPECT)
        crop.crop_into(image, self._crop)
        xy, scores = self._pool.infer(self._fill, lambda outputs: decode(*outputs), (3, _HEIGHT, _WIDTH))
        return Pose(COCO_17, crop.to_frame(xy).astype(np.float32), scores, float(scores.mean()))

    def _fill(self, tensor: Tensor) -> None:
        np.subtract(self._crop.transpose(2, 0, 1), _MEAN, out=tensor)
        tensor /= _STD

    def roi_from_keypoints(self, pose: Pose, frame_size: tuple[int, int]) -> Roi | None:
        return roi_from_keypoints(pose, frame_size)


class RTMPose:
    """Tracks one person through a stream: the keypoints of each frame define the crop of the next.

    In static image mode every image is processed twice: as a whole, then in the crop from the first result.
    """

    def __init__(self, model: RTMPoseRoiEstimator, static_image_mode: bool) -> None:
        self._model, self._static_image_mode = model, static_image_mode
        self._frame_size = (0, 0)
        self._roi: Roi | None = None  # None: the whole frame

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        image = check_image(frame.image)
        if self._static_image_mode or frame.size != self._frame_size:
            self.reset()
        self._frame_size = frame.size
        pose = self._follow(image)
        if self._static_image_mode and self._roi:
            pose = self._follow(image)
        return PERSON_FILTER.select(Estimate((pose,)), options)

    def _follow(self, image: Image) -> Pose:
        """The pose in the crop, which it moves; a person who is lost is expected anywhere in the frame."""
        pose = self._model.estimate_roi(image, self._roi or Roi.letterbox(self._frame_size, _ASPECT))
        found = pose.score >= PERSON_CONFIDENCE
        self._roi = roi_from_keypoints(pose, self._frame_size) if found else None
        return pose

    def invoke_only(self) -> None:
        self._model.invoke_only()

    def reset(self) -> None:
        self._roi = None

    def close(self) -> None:
        self._model.close()


def _model(size: str, memory_mb: int, description: str, lighter_model: str = "") -> ModelInfo:
    name = f"rtmpose-{size}"

    def build_roi_estimator(options: EstimatorOptions) -> RTMPoseRoiEstimator:
        return RTMPoseRoiEstimator(shared_pool(ModelFile(weights.path(name)), options.threads, OnnxSlot))

    return ModelInfo(
        name=name,
        title=f"RTMPose-{size}",
        description=f"{description} Needs onnxruntime; not measured yet.",
        weights=(name,),
        memory_mb=memory_mb,  # estimated: that of convolutions with as many weights
        package=PACKAGE,
        extra=EXTRA,
        skeleton=COCO_17,
        score="mean keypoint score",
        build=lambda options: RTMPose(build_roi_estimator(options), options.static_image_mode),
        build_roi_estimator=build_roi_estimator,
        lighter_model=lighter_model,
        output_filter=PERSON_FILTER,
    )


MODELS = (
    _model("t", 50, "One person, OpenMMLab's smallest network."),
    _model("s", 65, "One person, OpenMMLab's second smallest network.", "rtmpose-t"),
)
