"""From "how probably is this pixel person" to how much of it is shown."""

from __future__ import annotations

import cv2
import numpy as np

from pose_demo.imaging import uint8
from pose_demo.types import Mask


def matte(mask: Mask | None, size: tuple[int, int], threshold: float = 0.1, softness: int = 4) -> Mask:
    """A soft matte, 255 for person and 0 for background.

    Args:
        mask: uint8, person's probability times 255, of any size; None when nobody is there.
        size: (width, height) of the matte.
        threshold: pixels whose probability is above it are person; the notebook's 0.1 keeps hair and fingers.
        softness: width of the soft edge in pixels; 0 cuts hard. It lies inside the outline: outside there is room,
            and a low threshold has taken in a seam of it already.
    """
    if mask is None:
        return np.zeros(size[::-1], np.uint8)
    if mask.shape != size[::-1]:
        mask = uint8(cv2.resize(mask, size))
    hard = uint8(cv2.threshold(mask, int(threshold * 255), 255, cv2.THRESH_BINARY)[1])
    if not softness:
        return hard
    box = _box_round(hard, softness + 1)  # wide enough for the window to see the background on every side
    soft = cv2.blur(hard[box], (2 * softness + 1, 2 * softness + 1))
    hard[box] = cv2.addWeighted(soft, 2, soft, 0, -255)  # half way, the old outline, becomes 0
    return hard


def _box_round(mask: Mask, margin: int) -> tuple[slice, slice]:
    """Rows and columns of what is not 0, and of ``margin`` pixels more on each side; a corner where all is 0."""
    x, y, width, height = cv2.boundingRect(mask)
    return slice(max(0, y - margin), y + height + margin), slice(max(0, x - margin), x + width + margin)


def steadied(now: Mask, before: Mask | None, steadiness: float) -> Mask:
    """Mix the matte before into this one: calmer edges, but they lag behind quick movements.

    Args:
        steadiness: the share of the earlier matte, 0 (none) to less than 1.
    """
    if not steadiness or before is None or before.shape != now.shape:
        return now
    return uint8(cv2.addWeighted(before, steadiness, now, 1 - steadiness, 0))
