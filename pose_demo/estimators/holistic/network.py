"""The networks of hands and faces: keypoints in one ROI.

Source: MediaPipe's hand_landmark_cpu and face_landmark_cpu graphs, and those of HandLandmarker and FaceLandmarker.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from pose_demo.estimators.activations import sigmoid
from pose_demo.estimators.interpreter_pool import InterpreterPool, Tensor
from pose_demo.geometry import UNIT_RANGE, Roi, look_up_into
from pose_demo.skeletons import Skeleton
from pose_demo.types import Image, Keypoints

_MIN_PRESENCE = 0.5


class KeypointNet:
    """A network that estimates the keypoints of one hand or one face, with one stream's crop buffer.

    Args:
        pool: its first output has x, y and z of each keypoint in pixels of the crop, its second the presence.
        skeleton: of the keypoints.
        input_side: pixels of the crop.
        presence_is_logit: the presence needs a sigmoid.
    """

    def __init__(
        self, pool: InterpreterPool, skeleton: Skeleton, input_side: int, presence_is_logit: bool = False
    ) -> None:
        self._pool, self._skeleton, self._presence_is_logit = pool, skeleton, presence_is_logit
        self._crop = np.empty((input_side, input_side, 3), np.uint8)

    def infer(self, image: Image, roi: Roi) -> Keypoints | None:
        """Estimate the hand or face in the ROI; None when it is probably not there."""
        roi.crop_into(image, self._crop, border=cv2.BORDER_REPLICATE, half_pixel_centers=False)
        return self._pool.infer(self._fill, lambda outputs: self._decode(outputs, roi))

    def _fill(self, tensor: Tensor) -> None:
        look_up_into(self._crop, UNIT_RANGE, tensor)

    def _decode(self, outputs: Sequence[Tensor], roi: Roi) -> Keypoints | None:
        presence = outputs[1].ravel()
        if self._presence_is_logit:
            presence = sigmoid(presence)
        if not presence[0] >= _MIN_PRESENCE:
            return None
        rows = outputs[0].reshape(len(self._skeleton.keypoints), 3)
        xy = roi.to_frame(rows[:, :2] / len(self._crop)).astype(np.float32)
        return Keypoints(self._skeleton, xy, np.full(len(xy), min(presence[0], 1.0), np.float32))
