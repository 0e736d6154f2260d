"""BlazePose's segmentation mask: from logits in the ROI to a mask of the frame."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.geometry import Roi, clip_box
from pose_demo.types import Mask


def mask_from_logits(logits: npt.NDArray[np.float32]) -> Mask:
    """Convert logits to uint8 probabilities, 0..255 for 0..100 %."""
    denominator = np.asarray(cv2.exp(-logits), np.float32)
    denominator += 1
    return np.asarray(cv2.divide(255, denominator, dtype=cv2.CV_8U), np.uint8)


def mask_in_frame(roi_mask: Mask, roi: Roi, frame_size: tuple[int, int]) -> Mask:
    """Warp the square mask of a ROI into a mask of the frame; only the bounding box of the ROI is computed."""
    width, height = frame_size
    mask = np.zeros((height, width), np.uint8)
    if pixels := clip_box(roi.bounding_box(), frame_size):
        x0, y0, x1, y1 = pixels
        mask[y0:y1, x0:x1] = roi.resample_at(roi_mask, pixels, half_pixel_centers=False)
    return mask
