"""Keypoint refinement by heatmaps.

Source: MediaPipe's RefineLandmarksFromHeatmapCalculator, kernel size 7, minimum confidence 0.5.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pose_demo.estimators.activations import sigmoid

_KERNEL = np.arange(-3, 4)
_MIN_PEAK = 0.5

Indices = npt.NDArray[np.intp]


def refine(xy: npt.NDArray[np.floating], heatmaps: npt.NDArray[np.float32]) -> npt.NDArray[np.floating]:
    """Move each point to the center of mass of its heatmap in the 7 x 7 cells around it.

    Args:
        xy: ``(n, 2)``, normalized to the crop.
        heatmaps: ``(cells, cells, n)`` logits, one heatmap per point.

    Returns:
        ``(n, 2)``; points outside the heatmap, and points without a cell of at least 0.5 nearby, are unchanged.
    """
    cells = heatmaps.shape[0]
    center = np.trunc(xy * cells).astype(np.intp)  # toward zero, as a C cast: -0.4 lies in cell 0
    inside = ((center >= 0) & (center < cells)).all(axis=1)
    columns, rows = (center[:, axis, None] + _KERNEL for axis in (0, 1))
    weights = _windows(heatmaps, columns, rows)
    total = np.maximum(weights.sum(axis=(1, 2)), 1e-9)
    x = (weights.sum(axis=1) * columns).sum(axis=1) / total
    y = (weights.sum(axis=2) * rows).sum(axis=1) / total
    refined = inside & (weights.max(axis=(1, 2)) >= _MIN_PEAK)
    return np.where(refined[:, None], np.stack([x, y], axis=1) / cells, xy)


def mean_peak(heatmaps: npt.NDArray[np.float32]) -> float:
    """The mean of the highest probability in each of the heatmaps ``(cells, cells, n)``, which are logits."""
    return float(sigmoid(heatmaps.max(axis=(0, 1))).mean())


def _windows(heatmaps: npt.NDArray[np.float32], columns: Indices, rows: Indices) -> npt.NDArray[np.floating]:
    """Probabilities (n, 7, 7) of the cells around each point, as [point, row, column]; 0 outside the heatmap."""
    cells, _, count = heatmaps.shape
    inside = ((rows >= 0) & (rows < cells))[:, :, None] & ((columns >= 0) & (columns < cells))[:, None, :]
    last = cells - 1
    point = np.arange(count)[:, None, None]
    logits = heatmaps[rows.clip(0, last)[:, :, None], columns.clip(0, last)[:, None, :], point]
    return np.where(inside, sigmoid(logits), 0.0)
