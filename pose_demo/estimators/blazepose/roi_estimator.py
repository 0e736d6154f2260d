"""BlazePose as the single-person stage of a top-down estimator."""

from __future__ import annotations

import numpy as np

from pose_demo.estimators.blazepose.detector import Detector
from pose_demo.estimators.blazepose.landmarks import LandmarkNet
from pose_demo.estimators.blazepose.mask import mask_in_frame
from pose_demo.estimators.blazepose.roi import is_usable
from pose_demo.estimators.interpreter_pool import InterpreterPool
from pose_demo.geometry import Roi, clip_box
from pose_demo.types import Image, Mask, Pose

_DETECTOR_CONFIDENCE = 0.2  # lower than in a whole frame, because a person is expected: 3 % more AP than 0.5


class BlazePoseRoiEstimator:
    """Runs both networks on one part of a frame, without tracking.

    The landmark network needs a ROI centered on the hips and rotated with the person. Running it twice, the second time
    in the ROI from its first result, finds that less well than the detector does (AP .21 and .28 on the test pictures).
    """

    def __init__(self, detector: InterpreterPool, landmarks: InterpreterPool) -> None:
        self._detector, self._landmarks = Detector(detector), LandmarkNet(landmarks)

    def estimate_roi(self, image: Image, roi: Roi, mask: Mask | None = None) -> Pose | None:
        frame_size = image.shape[1], image.shape[0]
        square = _visible_square(roi, frame_size)
        detected = self._detector.detect(image, square, _DETECTOR_CONFIDENCE) if square else iter(())
        person = next((candidate for candidate in detected if is_usable(candidate, frame_size)), None)
        landmarks = person and self._landmarks.infer(image, person, mask is not None)
        if not landmarks:
            return None
        if mask is not None and landmarks.mask is not None:
            np.maximum(mask, mask_in_frame(landmarks.mask, landmarks.roi, frame_size), out=mask)
        return landmarks.to_pose()

    def roi_from_keypoints(self, pose: Pose, frame_size: tuple[int, int]) -> Roi | None:
        """None: the detector needs the whole box."""
        return None

    def invoke_only(self) -> None:
        self._landmarks.invoke_only()

    def close(self) -> None:
        """Do nothing: the interpreter pools are shared."""


def _visible_square(roi: Roi, frame_size: tuple[int, int]) -> Roi | None:
    """A square around the part of the ROI inside the frame: black borders make detection worse."""
    pixels = clip_box(roi.bounding_box(), frame_size)
    if pixels is None:
        return None
    x0, y0, x1, y1 = pixels
    return Roi.square((x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, y1 - y0))
