"""BlazePose's landmark net: the keypoints of the person in one region of the frame.

Source: MediaPipe's pose_landmark_cpu graph and PoseLandmarksDetectorGraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pose_demo.estimators.blazepose.activations import sigmoid
from pose_demo.estimators.blazepose.heatmap import refine
from pose_demo.estimators.blazepose.mask import probabilities
from pose_demo.estimators.blazepose.roi import Coordinates, Roi, check_in_place, warp
from pose_demo.estimators.interpreter_pool import Net, Tensor
from pose_demo.skeletons import BLAZEPOSE_33
from pose_demo.types import Image, Mask, Pose

SIDE, KEYPOINTS = 256, 33
_POINTS = 39  # four at the end that nobody uses
_USED = KEYPOINTS + 2  # the skeleton's, and two for the next frame's region
_SHAPES = (_POINTS * 5,), (1,), (64, 64, _POINTS), (SIDE, SIDE, 1)
_LEAST_PRESENCE = 0.5
_UNIT = (np.arange(256) / 255).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Landmarks:
    """What the net says of one region; coordinates are frame pixels.

    Attributes:
        roi: that region.
        xy: ``(33, 2)`` keypoints.
        scores: ``(33,)`` in [0, 1], whether each can be seen.
        presence: in [0, 1], whether a person is there.
        hips, reach: ``(2,)`` each, what the next frame's region is made of (see `Roi.round_person`).
        mask: uint8 ``(256, 256)`` of the region, 255 where the person is, if it was asked for.
    """

    roi: Roi
    xy: Coordinates
    scores: Coordinates
    presence: float
    hips: Coordinates
    reach: Coordinates
    mask: Mask | None

    def pose(self) -> Pose:
        """The keypoints, as every model gives them."""
        return Pose(BLAZEPOSE_33, self.xy.astype(np.float32), self.scores.astype(np.float32), self.presence)


class LandmarkNet:
    """The landmark net with one session's scratch picture."""

    def __init__(self, net: Net) -> None:
        self._net = net
        self._order = [net.output_shapes.index(shape) for shape in _SHAPES]
        self._crop = np.empty((SIDE, SIDE, 3), np.uint8)

    def look(self, image: Image, roi: Roi, mask: bool = False) -> Landmarks | None:
        """The person in the region ``roi`` of the frame; None when nobody is there."""
        # Beyond the frame the crop goes on in the colours of its edge, where the detector sees black.
        warp(image, roi.matrix(SIDE), self._crop, cv2.BORDER_REPLICATE)
        return self._net.read(self._fill, lambda outputs: _read([outputs[i] for i in self._order], roi, mask))

    def bare(self) -> None:
        """Run once more on the crop that is there."""
        self._net.bare()

    def _fill(self, tensor: Tensor) -> None:
        check_in_place(cv2.LUT(self._crop, _UNIT, dst=tensor), tensor)


def _read(outputs: Sequence[Tensor], roi: Roi, mask: bool) -> Landmarks | None:
    points, presence, heat, logits = outputs
    if not presence[0] >= _LEAST_PRESENCE:  # the one output that is a probability already
        return None
    rows = points.reshape(_POINTS, 5)  # x, y, z in crop pixels, then the logits of visibility and presence
    xy = roi.to_frame(refine(rows[:_USED, :2] / SIDE, heat[:, :, :_USED]))
    return Landmarks(
        roi,
        xy=xy[:KEYPOINTS],
        scores=sigmoid(rows[:KEYPOINTS, 3]),
        presence=min(float(presence[0]), 1.0),
        hips=xy[KEYPOINTS],
        reach=xy[KEYPOINTS + 1],
        mask=probabilities(logits[:, :, 0]) if mask else None,
    )
