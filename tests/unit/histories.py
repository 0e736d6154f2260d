"""Histories of a keypoint that moves, and of one at rest."""

from __future__ import annotations

from pose_demo.tracking.keypoint_history import KeypointHistory, KeypointSample, Position


def history_of(
    *positions: tuple[float, ...] | None, smoothed_by: str = "filter", person: int | None = 1, fps: int = 10
) -> KeypointHistory:
    """A left wrist at these (raw x, raw y, x, y), None where it was not detected; the body size is 100 px."""
    samples = (KeypointSample(index / fps, at and Position(*at, 100)) for index, at in enumerate(positions))
    return KeypointHistory("left_wrist", (640, 480), smoothed_by, person, tuple(samples))


MOVING = tuple((100 + 10 * i, 50 + 5 * i, 98 + 10 * i, 49 + 5 * i) for i in range(6))  # to the right and down
AT_REST = ((0, 0, 0, 0), (1, 1, 0, 0), (0, 0, 0, 0))
