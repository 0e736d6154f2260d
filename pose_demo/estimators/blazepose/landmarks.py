"""BlazePose's landmark network: the keypoints and mask of the person in one ROI.

Source: MediaPipe's pose_landmark_cpu graph and PoseLandmarksDetectorGraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.estimators.activations import sigmoid
from pose_demo.estimators.blazepose.heatmap import mean_peak, refine
from pose_demo.estimators.blazepose.mask import mask_from_logits
from pose_demo.estimators.interpreter_pool import InterpreterPool, Tensor
from pose_demo.geometry import UNIT_RANGE, Coordinates, Roi, look_up_into
from pose_demo.skeletons import BLAZEPOSE_33
from pose_demo.types import Image, Mask, Pose

INPUT_SIDE, KEYPOINTS = 256, 33
_POINTS = 39  # in the output; the last four are unused
_USED_POINTS = KEYPOINTS + 2  # the skeleton's, and the two auxiliary landmarks
_OUTPUT_SHAPES = (_POINTS * 5,), (_POINTS * 3,), (1,), (64, 64, _POINTS), (INPUT_SIDE, INPUT_SIDE, 1)
_MIN_PRESENCE = 0.5


@dataclass(frozen=True, slots=True)
class Landmarks:
    """The network's output for one ROI; coordinates are frame pixels.

    Attributes:
        roi: the input region.
        xy: ``(33, 2)`` keypoints.
        world: ``(33, 3)`` world keypoints in meters, see `Pose.world`.
        scores: ``(33,)`` in [0, 1], the lower of visibility (not occluded) and presence (inside the image).
        presence: probability that a person is in the ROI, in [0, 1].
        center_point, scale_point: ``(2,)`` auxiliary landmarks, which define the next frame's ROI.
        peak: mean over the keypoints of the highest probability in their heatmaps; None unless requested.
        mask: uint8 ``(256, 256)`` segmentation mask of the ROI, 255 for person; None unless requested.
    """

    roi: Roi
    xy: Coordinates
    world: Coordinates
    scores: npt.NDArray[np.floating]
    presence: float
    center_point: Coordinates
    scale_point: Coordinates
    peak: float | None
    mask: Mask | None

    def to_pose(self) -> Pose:
        """Convert to a pose; its score is MediaPipe's pose presence."""
        xy, scores, world = (values.astype(np.float32) for values in (self.xy, self.scores, self.world))
        return Pose(BLAZEPOSE_33, xy, scores, self.presence, world=world)


class LandmarkNet:
    """The landmark network with one stream's crop buffer."""

    def __init__(self, pool: InterpreterPool) -> None:
        self._pool = pool
        self._order = [pool.output_shapes.index(shape) for shape in _OUTPUT_SHAPES]
        self._crop = np.empty((INPUT_SIDE, INPUT_SIDE, 3), np.uint8)

    def infer(self, image: Image, roi: Roi, segmentation: bool = False, *, with_peak: bool = False) -> Landmarks | None:
        """Estimate the person in the ROI; None when the presence is too low."""
        # Outside the frame the network expects replicated border pixels, whereas the detector expects black.
        roi.crop_into(image, self._crop, border=cv2.BORDER_REPLICATE, half_pixel_centers=False)
        return self._pool.infer(
            self._fill, lambda outputs: _decode([outputs[i] for i in self._order], roi, segmentation, with_peak)
        )

    def invoke_only(self) -> None:
        """Run inference on the previous crop."""
        self._pool.invoke_only()

    def _fill(self, tensor: Tensor) -> None:
        look_up_into(self._crop, UNIT_RANGE, tensor)


def _decode(outputs: Sequence[Tensor], roi: Roi, segmentation: bool, with_peak: bool) -> Landmarks | None:
    points, world, presence, heatmaps, mask_logits = outputs
    if not presence[0] >= _MIN_PRESENCE:  # the only output that already is a probability
        return None
    rows = points.reshape(_POINTS, 5)  # x, y, z in crop pixels, then the logits of visibility and presence
    xy = roi.to_frame(refine(rows[:_USED_POINTS, :2] / INPUT_SIDE, heatmaps[:, :, :_USED_POINTS]))
    return Landmarks(
        roi=roi,
        xy=xy[:KEYPOINTS],
        world=roi.world_to_frame(world.reshape(_POINTS, 3)[:KEYPOINTS]),
        scores=sigmoid(rows[:KEYPOINTS, 3:].min(axis=1)),
        presence=min(float(presence[0]), 1.0),
        center_point=xy[KEYPOINTS],
        scale_point=xy[KEYPOINTS + 1],
        peak=mean_peak(heatmaps[:, :, :KEYPOINTS]) if with_peak else None,
        mask=mask_from_logits(mask_logits[:, :, 0]) if segmentation else None,
    )
