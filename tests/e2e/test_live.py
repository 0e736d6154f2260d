"""The main job on a real stream: START, a skeleton, every model in turn, STOP."""

from __future__ import annotations

import numpy as np
from browser import wait_for

from pose_demo.estimators import MODELS
from pose_demo.overlay import SIDE_COLOURS
from pose_demo.weights import status


def _skeleton_pixels(picture) -> int:
    """How many pixels have the colours of the left or the right side."""
    sides = np.array([SIDE_COLOURS["left"], SIDE_COLOURS["right"]], int)
    distance = np.abs(picture.astype(int)[:, :, None] - sides).max(axis=3)
    return int((distance < 40).any(axis=2).sum())


def _ready_models() -> list[str]:
    return [m.title for m in MODELS.values() if all(status(name).ready for name in m.weights)]


def test_start_shows_the_skeleton_and_stop_ends_it(visitor, server):
    visitor.stream()
    with_skeleton = _skeleton_pixels(visitor.video_pixels())
    visitor.open_topic("Drawing")
    visitor.toggle("Skeleton")
    visitor.toggle("Keypoints")
    wait_for(lambda: _skeleton_pixels(visitor.video_pixels()) < with_skeleton / 4, 15, "the skeleton to vanish")
    visitor.stop()
    visitor.page.get_by_text("Press START").wait_for()
    assert not server.complaints()


def test_every_model_can_be_chosen_while_the_stream_runs(visitor, server):
    visitor.stream()
    for title in _ready_models():
        visitor.choose_model(title)
        wait_for(lambda title=title: visitor.figures().get("Model") == title, 15, f"{title} to serve")
        before = visitor.decoded()
        visitor.page.get_by_role("slider").first.press("ArrowRight")
        wait_for(lambda before=before: visitor.decoded() > before + 5, 10, f"frames by {title}")
        wait_for(lambda: visitor.processed_fps() > 2, 10, f"frames processed by {title}")
    assert not server.complaints()


def test_a_connection_that_comes_a_second_time_works_too(visitor):
    for _ in range(2):
        visitor.stream()
        visitor.stop()
        visitor.page.get_by_text("Press START").wait_for()


def test_nothing_is_asked_of_any_other_server(visitor):
    visitor.stream()
    for name in ("Sample dancer", "Photo", "Video file"):
        visitor.source(name)
        visitor.page.wait_for_timeout(1000)
    outside = [u for u in visitor.requests if not u.startswith((visitor.page.url[:17], "data:", "blob:"))]
    assert outside == []
