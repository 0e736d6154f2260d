"""Keypoints moved to where their heat map is warm.

Source: MediaPipe's RefineLandmarksFromHeatmapCalculator, kernel 7, least confidence 0.5.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pose_demo.estimators.blazepose.activations import sigmoid

_WINDOW = np.arange(-3, 4)
_LEAST_PEAK = 0.5


def refine(xy: npt.NDArray[np.floating], heat: npt.NDArray[np.float32]) -> npt.NDArray[np.floating]:
    """Move each point to the mean of the 7 x 7 cells round it, weighted by their warmth.

    Args:
        xy: ``(n, 2)``, fractions of the crop.
        heat: ``(cells, cells, n)`` logits, one map a point.

    Returns:
        ``(n, 2)``; points outside the map, and points whose window is nowhere as warm as 0.5, stay.
    """
    cells = heat.shape[0]
    centre = np.trunc(xy * cells).astype(np.intp)  # toward zero, as a C cast: -0.4 lies in cell 0
    inside = ((centre >= 0) & (centre < cells)).all(axis=1)
    columns, rows = (centre[:, axis, None] + _WINDOW for axis in (0, 1))
    warmth = _windows(heat, columns, rows)
    total = np.maximum(warmth.sum(axis=(1, 2)), 1e-9)
    x = (warmth.sum(axis=1) * columns).sum(axis=1) / total
    y = (warmth.sum(axis=2) * rows).sum(axis=1) / total
    moves = inside & (warmth.max(axis=(1, 2)) >= _LEAST_PEAK)
    return np.where(moves[:, None], np.stack([x, y], axis=1) / cells, xy)


def _windows(
    heat: npt.NDArray[np.float32], columns: npt.NDArray[np.intp], rows: npt.NDArray[np.intp]
) -> npt.NDArray[np.floating]:
    """The warmth (n, 7, 7) of each point's cells, indexed [point, row, column]; cells beyond the border are cold."""
    cells, _, count = heat.shape
    there = ((rows >= 0) & (rows < cells))[:, :, None] & ((columns >= 0) & (columns < cells))[:, None, :]
    last = cells - 1
    point = np.arange(count)[:, None, None]
    logits = heat[rows.clip(0, last)[:, :, None], columns.clip(0, last)[:, None, :], point]
    return np.where(there, sigmoid(logits), 0.0)
