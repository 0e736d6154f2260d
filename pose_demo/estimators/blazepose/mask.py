"""Who is person, pixel by pixel: from the landmark net's region to the frame."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.estimators.blazepose.roi import Roi, warp
from pose_demo.geometry import clip_box
from pose_demo.types import Box, Mask

_CORNERS = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float64)


def probabilities(logits: npt.NDArray[np.float32]) -> Mask:
    """Logits as uint8, 0 for 0 % and 255 for 100 %."""
    odds_against = np.asarray(cv2.exp(-logits), np.float32)
    odds_against += 1
    return np.asarray(cv2.divide(255, odds_against, dtype=cv2.CV_8U), np.uint8)


def in_frame(region_mask: Mask, roi: Roi, frame_size: tuple[int, int]) -> Mask:
    """A region's square mask as one of the frame's size; only the box round the region is computed."""
    width, height = frame_size
    mask = np.zeros((height, width), np.uint8)
    box = clip_box(bounding_box(roi), frame_size)
    if box:
        x0, y0, x1, y1 = box
        there = mask[y0:y1, x0:x1]
        inverse = np.asarray(cv2.invertAffineTransform(roi.matrix(len(region_mask))), np.float64)
        inverse[:, 2] += inverse[:, :2] @ (x0, y0)
        warp(region_mask, inverse, there, cv2.BORDER_CONSTANT)
    return mask


def bounding_box(roi: Roi) -> Box:
    """The upright box round a rotated region."""
    corners = roi.to_frame(_CORNERS)
    (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
    return Box(float(x0), float(y0), float(x1), float(y1))
