"""BlazePose on a stream: the detector finds a person once, then their keypoints define the ROI of the next frame."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pose_demo.estimators.blazepose.detector import Detector
from pose_demo.estimators.blazepose.landmarks import LandmarkNet, Landmarks
from pose_demo.estimators.blazepose.mask import mask_in_frame
from pose_demo.estimators.blazepose.roi import MARGIN, is_usable, roi_from_auxiliary_landmarks
from pose_demo.estimators.detection import PERSON_FILTER, DetectionOptions
from pose_demo.estimators.interpreter_pool import InterpreterPool
from pose_demo.geometry import Roi
from pose_demo.tracking.smoothing import OneEuro
from pose_demo.types import Estimate, Frame, check_image

# In an empty room the detector's scores reach 0.58, and the landmark network, which expects a person, confirms half of
# these detections. Its heatmaps tell: without a person they have no distinct peaks. In a video, tracking starts with a
# certain score or distinct peaks; a photo has no next frame in which a doubtful person could become certain.
_MIN_SCORE = 0.4
_CERTAIN_SCORE, _CERTAIN_PEAK = 0.6, 0.45


def _roi_filter() -> OneEuro:
    """Source: the pose_landmark_filtering graph of MediaPipe's legacy solution, auxiliary landmarks."""
    return OneEuro(min_cutoff=0.01, beta=10)


@dataclass
class Track:
    """The ROI of one person over time.

    An unfiltered ROI moves by 1 % a frame even around a person who stands still, which causes most of the keypoint
    jitter. MediaPipe's legacy solution filters it, its Tasks API does not.
    """

    roi: Roi
    filter: OneEuro = field(default_factory=_roi_filter)

    def update(self, landmarks: Landmarks, timestamp: float, smooth: bool) -> None:
        """Set the ROI from the current landmarks."""
        self.roi = roi_from_auxiliary_landmarks(landmarks.center_point, landmarks.scale_point)
        if smooth:
            points = np.stack([landmarks.center_point, landmarks.scale_point])
            self.roi = roi_from_auxiliary_landmarks(*self.filter(points, timestamp, self.roi.width / MARGIN))


class BlazePose:
    """Estimates one person. The networks are shared by all streams; the track and the crop buffers are not.

    Args:
        detector, landmarks: the two networks of a MediaPipe Pose bundle.
        static_image_mode: frames are unrelated images, so nothing is tracked.
        enable_segmentation: also compute the segmentation mask.
        smooth_roi: filter the ROI over time; False reproduces the unsmoothed output of MediaPipe's Tasks API.
    """

    def __init__(
        self,
        detector: InterpreterPool,
        landmarks: InterpreterPool,
        *,
        static_image_mode: bool = False,
        enable_segmentation: bool = False,
        smooth_roi: bool = True,
    ) -> None:
        self._detector, self._landmarks = Detector(detector), LandmarkNet(landmarks)
        self._static_image_mode, self._segmentation = static_image_mode, enable_segmentation
        self._smooth_roi = smooth_roi
        self._frame_size = (0, 0)
        self.track: Track | None = None

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        check_image(frame.image)
        if self._static_image_mode or frame.size != self._frame_size:
            self.reset()
        self._frame_size = frame.size
        landmarks = self._infer(frame, self.track) if self.track else self._detect(frame)
        if landmarks is None:
            return Estimate(mask=np.zeros(frame.image.shape[:2], np.uint8) if self._segmentation else None)
        mask = None if landmarks.mask is None else mask_in_frame(landmarks.mask, landmarks.roi, frame.size)
        return PERSON_FILTER.select(Estimate((landmarks.to_pose(),), mask=mask), options)

    def _detect(self, frame: Frame) -> Landmarks | None:
        """Search the whole frame for a person."""
        detected = self._detector.detect_with_scores(frame.image, Roi.letterbox(frame.size), _MIN_SCORE)
        roi, score = next(((roi, score) for roi, score in detected if is_usable(roi, frame.size)), (None, 0.0))
        is_doubtful = not self._static_image_mode and score < _CERTAIN_SCORE
        landmarks = self._infer(frame, Track(roi), is_doubtful) if roi else None
        if landmarks and landmarks.peak is not None and landmarks.peak < _CERTAIN_PEAK:
            self.track = landmarks = None
        return landmarks

    def _infer(self, frame: Frame, track: Track, with_peak: bool = False) -> Landmarks | None:
        """Estimate the tracked person; when they are lost the detector runs again on the next frame."""
        landmarks = self._landmarks.infer(frame.image, track.roi, self._segmentation, with_peak=with_peak)
        self.track = None
        if landmarks:
            track.update(landmarks, frame.timestamp, self._smooth_roi)
            self.track = track if is_usable(track.roi, frame.size) else None
        return landmarks

    def invoke_only(self) -> None:
        self._landmarks.invoke_only()

    def reset(self) -> None:
        self.track = None

    def close(self) -> None:
        """Do nothing: the interpreter pools are shared."""
