"""The text of the keypoint plots."""

from __future__ import annotations

import pytest
from histories import AT_REST, MOVING, history_of

from pose_demo.ui.panels.keypoint_plot import description, legend


@pytest.mark.parametrize(
    ("positions", "smoothed_by", "text"),
    [
        # 2 px behind at 10 px per frame in x, 1 px at 5 in y, at 10 frames per second
        (MOVING, "filter", "Left wrist of person 1 · lag 20 ms"),
        (AT_REST, "filter", "Left wrist of person 1 · at rest · jitter 2.00 % → 0.00 % of the body size"),
        (AT_REST[:2], "filter", "Left wrist of person 1"),
        (MOVING, "none", "Left wrist of person 1 · smoothing is off"),
        (AT_REST, "none", "Left wrist of person 1 · smoothing is off · at rest · jitter 2.00 % of the body size"),
        (MOVING, "model", "Left wrist of person 1 · smoothed by the model itself"),
    ],
    ids=["moving", "at rest", "too short", "off", "off, at rest", "by the model"],
)
def test_description(positions, smoothed_by, text):
    assert description(history_of(*positions, smoothed_by=smoothed_by)) == text


def test_the_legend_lists_the_plotted_series():
    assert "smoothed" in legend(history_of(*MOVING))
    assert "smoothed" not in legend(history_of(*MOVING, smoothed_by="none"))
