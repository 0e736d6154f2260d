"""One person through a stream: found by the detector once, then followed from keypoints to keypoints."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pose_demo.estimators.blazepose.detector import Detector
from pose_demo.estimators.blazepose.landmarks import LandmarkNet, Landmarks
from pose_demo.estimators.blazepose.mask import in_frame
from pose_demo.estimators.blazepose.roi import MARGIN, Roi
from pose_demo.estimators.interpreter_pool import Net
from pose_demo.tracking.smoothing import OneEuro
from pose_demo.types import Estimate, Frame, check_image

if TYPE_CHECKING:
    from pose_demo.settings import Settings


def _steering_filter() -> OneEuro:
    """Source: the pose_landmark_filtering graph of MediaPipe's legacy solution, auxiliary landmarks."""
    return OneEuro(min_cutoff=0.01, beta=10)


@dataclass
class Track:
    """Where one person is looked for next.

    Without its filter the region trembles by 1 % a frame even round somebody who stands still, and that makes most of
    the keypoints' jitter. MediaPipe's legacy solution filters too, its Tasks API does not.
    """

    roi: Roi
    steady: OneEuro = field(default_factory=_steering_filter)

    def follow(self, found: Landmarks, timestamp: float, steady: bool) -> None:
        """Move to where the person was just seen."""
        self.roi = Roi.round_person(found.hips, found.reach)
        if steady:
            points = np.stack([found.hips, found.reach])
            self.roi = Roi.round_person(*self.steady(points, timestamp, self.roi.size / MARGIN))


class BlazePose:
    """Follows one person. The nets are shared by all streams; a stream owns its track and two scratch pictures.

    Args:
        detector, landmarks: the two nets of a MediaPipe Pose bundle.
        still: frames have nothing to do with each other, so nobody is followed.
        mask: also say who is person.
        steady: filter the region; without it this is what MediaPipe's Tasks API does, before its smoothing.
    """

    def __init__(
        self, detector: Net, landmarks: Net, *, still: bool = False, mask: bool = False, steady: bool = True
    ) -> None:
        self._detector, self._landmarks = Detector(detector), LandmarkNet(landmarks)
        self._still, self._mask, self._steady = still, mask, steady
        self._frame_size = (0, 0)
        self.track: Track | None = None

    def estimate(self, frame: Frame, settings: Settings) -> Estimate:
        check_image(frame.image)
        if self._still or frame.size != self._frame_size:
            self.reset()
        self._frame_size = frame.size
        found = self._follow(frame, self.track) if self.track else self._search(frame, settings.person_confidence)
        if found is None or found.presence < settings.person_confidence:
            return Estimate(mask=np.zeros(frame.image.shape[:2], np.uint8) if self._mask else None)
        mask = None if found.mask is None else in_frame(found.mask, found.roi, frame.size)
        return Estimate((found.pose(),), mask=mask)

    def _search(self, frame: Frame, confidence: float) -> Landmarks | None:
        """Look for somebody in the whole frame."""
        found = self._detector.find(frame.image, Roi.round_frame(frame.size), confidence)
        roi = next((roi for roi in found if roi.usable(frame.size)), None)
        return self._follow(frame, Track(roi)) if roi else None

    def _follow(self, frame: Frame, track: Track) -> Landmarks | None:
        """Look where the person is expected; who is lost is searched for in the next frame."""
        found = self._landmarks.look(frame.image, track.roi, self._mask)
        self.track = None
        if found:
            track.follow(found, frame.timestamp, self._steady)
            self.track = track if track.roi.usable(frame.size) else None
        return found

    def bare(self) -> None:
        self._landmarks.bare()

    def reset(self) -> None:
        self.track = None

    def close(self) -> None:
        """Nothing to give back: the nets are shared."""
