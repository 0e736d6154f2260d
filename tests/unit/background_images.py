"""Small images and masks whose results can be computed by hand."""

from __future__ import annotations

import numpy as np

SIZE = (6, 4)


def flat(color, size=SIZE):
    """An image of (width, height) in one color."""
    return np.full((size[1], size[0], 3), color, np.uint8)


def right_half(size=SIZE):
    """A mask of (width, height) whose right half is foreground."""
    mask = np.zeros((size[1], size[0]), np.uint8)
    mask[:, size[0] // 2 :] = 255
    return mask
