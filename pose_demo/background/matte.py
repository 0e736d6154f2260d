"""Alpha mattes from segmentation masks."""

from __future__ import annotations

import cv2
import numpy as np

from pose_demo.imaging import as_uint8
from pose_demo.types import Mask


def alpha_matte(mask: Mask | None, size: tuple[int, int], threshold: float, feather: int) -> Mask:
    """An alpha matte with a feathered edge, 255 for the foreground and 0 for the background.

    Args:
        mask: segmentation mask of any size, uint8, probability of a person times 255; None when no person was detected.
        size: (width, height) of the matte in pixels.
        threshold: pixels with a higher probability are foreground. Low values such as 0.1 keep hair and fingers.
        feather: width of the feathered edge in pixels; 0 is a hard edge. The edge lies inside the outline, because a
            low threshold already includes a margin of the real background.
    """
    if mask is None:
        return np.zeros(size[::-1], np.uint8)
    if mask.shape != size[::-1]:
        mask = as_uint8(cv2.resize(mask, size))
    hard = as_uint8(cv2.threshold(mask, int(threshold * 255), 255, cv2.THRESH_BINARY)[1])
    if not feather:
        return hard
    box = _padded_box(hard, feather + 1)  # so large that the filter reaches the background on every side
    soft = cv2.blur(hard[box], (2 * feather + 1, 2 * feather + 1))
    hard[box] = cv2.addWeighted(soft, 2, soft, 0, -255)  # the hard outline, where the mean is 0.5, becomes 0
    return hard


def _padded_box(mask: Mask, margin: int) -> tuple[slice, slice]:
    """Rows and columns of the nonzero pixels' bounding box plus ``margin`` pixels.

    An empty mask gives the top left corner.
    """
    x, y, width, height = cv2.boundingRect(mask)
    return slice(max(0, y - margin), y + height + margin), slice(max(0, x - margin), x + width + margin)


def smooth_over_time(matte: Mask, previous: Mask | None, weight: float) -> Mask:
    """Average a matte with the previous one: less flicker at the edge, but it lags behind fast motion.

    Args:
        matte: of this frame.
        previous: the result for the previous frame; None for the first one. A change of size restarts the
            average.
        weight: of the previous matte, 0 (no smoothing) to less than 1.
    """
    if not weight or previous is None or previous.shape != matte.shape:
        return matte
    return as_uint8(cv2.addWeighted(previous, weight, matte, 1 - weight, 0))
