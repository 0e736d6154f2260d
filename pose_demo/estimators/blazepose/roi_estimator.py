"""One person of several: somebody else says where they are, detector and landmark net look there."""

from __future__ import annotations

import numpy as np

from pose_demo.estimators.blazepose.detector import Detector
from pose_demo.estimators.blazepose.landmarks import LandmarkNet
from pose_demo.estimators.blazepose.mask import in_frame
from pose_demo.estimators.blazepose.roi import Roi
from pose_demo.estimators.interpreter_pool import Net
from pose_demo.geometry import Region, clip_box
from pose_demo.types import Box, Image, Mask, Pose

_DETECTED = 0.2  # somebody is expected, so the detector may be less sure than in a whole frame: 3 % more AP than 0.5


class BlazePoseRegion:
    """Both nets on a part of a picture, without tracks.

    The landmark net wants a region centred on the hips and turned with the person. Looking twice, the second time where
    the first look says, finds it less well than the detector does (AP .21 and .28 on the test pictures).
    """

    def __init__(self, detector: Net, landmarks: Net) -> None:
        self._detector, self._landmarks = Detector(detector), LandmarkNet(landmarks)

    def find(self, image: Image, region: Region, mask: Mask | None = None) -> Pose | None:
        frame_size = image.shape[1], image.shape[0]
        square = _seen_part(region, frame_size)
        rois = self._detector.find(image, square, _DETECTED) if square else iter(())
        roi = next((roi for roi in rois if roi.usable(frame_size)), None)
        found = roi and self._landmarks.look(image, roi, mask is not None)
        if not found:
            return None
        if mask is not None and found.mask is not None:
            np.maximum(mask, in_frame(found.mask, found.roi, frame_size), out=mask)
        return found.pose()

    def region_round(self, pose: Pose, frame_size: tuple[int, int]) -> Region | None:
        """The detector wants to see all of the box."""
        return None

    def bare(self) -> None:
        self._landmarks.bare()

    def close(self) -> None:
        """Nothing to give back: the nets are shared."""


def _seen_part(region: Region, frame_size: tuple[int, int]) -> Roi | None:
    """The square round what of the region lies inside the frame: a person shows best without darkness around."""
    edges = clip_box(Box(region.x, region.y, region.x + region.width, region.y + region.height), frame_size)
    if edges is None:
        return None
    x0, y0, x1, y1 = edges
    return Roi((x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, y1 - y0))
