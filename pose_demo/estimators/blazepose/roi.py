"""BlazePose's regions of interest: rotated squares in which a person stands upright.

Source: MediaPipe's pose_detection_to_roi and pose_landmarks_to_roi graphs.
"""

from __future__ import annotations

import math

from pose_demo.geometry import Coordinates, Roi, upright_rotation

MARGIN = 1.25
_MIN_SIDE_PIXELS = 8
_MAX_SIDE_RATIO = 8  # to the frame's longer side


def roi_from_auxiliary_landmarks(center_point: Coordinates, scale_point: Coordinates) -> Roi:
    """The ROI of a person from BlazePose's two auxiliary landmarks ``(2,)``, in frame pixels.

    Args:
        center_point: the middle of the hips.
        scale_point: where the ray from the mid-hip through the head meets the circle that encloses the body.
    """
    side = 2 * math.hypot(*(scale_point - center_point)) * MARGIN
    rotation = upright_rotation(center_point, scale_point)
    return Roi.square(float(center_point[0]), float(center_point[1]), side, rotation)


def is_usable(roi: Roi, frame_size: tuple[int, int]) -> bool:
    """Whether a ROI is finite, of plausible size, and inside or near the frame."""
    width, height = frame_size
    finite = all(map(math.isfinite, (roi.center_x, roi.center_y, roi.width)))
    near = -width < roi.center_x < 2 * width and -height < roi.center_y < 2 * height
    return finite and near and _MIN_SIDE_PIXELS <= roi.width <= _MAX_SIDE_RATIO * max(width, height)
