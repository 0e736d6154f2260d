"""A live stream: camera on, a skeleton, all models one after another, camera off."""

from __future__ import annotations

import numpy as np
from browser import wait_for

from pose_demo.estimators import MODELS
from pose_demo.overlay import SIDE_COLORS
from pose_demo.weights import status


def _skeleton_pixels(image) -> int:
    """Number of pixels in the colors of the left or the right side."""
    sides = np.array([SIDE_COLORS["left"], SIDE_COLORS["right"]], int)
    distance = np.abs(image.astype(int)[:, :, None] - sides).max(axis=3)
    return int((distance < 40).any(axis=2).sum())


def _ready_models() -> list[str]:
    return [m.title for m in MODELS.values() if all(status(name).ready for name in m.weights)]


def test_start_shows_the_skeleton_stop_ends_the_stream_and_another_one_works_too(visitor, server):
    visitor.stream()
    with_skeleton = _skeleton_pixels(visitor.video_pixels())
    visitor.open_section("Drawing")
    visitor.toggle("Skeleton")
    visitor.toggle("Keypoints")
    wait_for(lambda: _skeleton_pixels(visitor.video_pixels()) < with_skeleton / 4, 15, "the skeleton to disappear")
    visitor.stop()
    visitor.stream()
    visitor.stop()
    assert not server.errors()


def test_every_model_can_be_chosen_while_the_stream_runs(visitor, server):
    visitor.stream()
    for title in _ready_models():
        visitor.choose_model(title)
        wait_for(lambda title=title: visitor.figures().get("Model") == title, 15, title)
        before = visitor.decoded()
        visitor.page.get_by_role("slider").first.press("ArrowRight")
        wait_for(lambda before=before: visitor.decoded() > before + 5, 10, f"frames of {title}")
        wait_for(lambda: visitor.processed_fps() > 2, 10, f"frames processed by {title}")
    assert not server.errors()


def test_no_other_server_is_contacted(visitor, server):
    """Neither by the browser nor by the server; an audit hook writes what the server sends to its log."""
    visitor.page.goto(visitor.page.url + "?match.reference=star&smooth.plot=nose")  # with every kind of chart
    visitor.stream()
    visitor.page.locator("[data-testid=stVegaLiteChart]").nth(2).wait_for()
    for name in ("Sample dancer", "Photo", "Video file"):
        visitor.source(name)
        visitor.page.wait_for_timeout(1000)
    outside = [u for u in visitor.requests if not u.startswith((visitor.page.url[:17], "data:", "blob:"))]
    assert outside == [] and not server.errors()
