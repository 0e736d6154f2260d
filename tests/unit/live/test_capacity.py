"""The number of seats of a host, and the rate of previews beside them."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pose_demo.live import capacity as module
from pose_demo.live.capacity import capacity, idle_seconds, preview_fps, require_memory, shared_seats
from pose_demo.types import UnavailableModel


@pytest.mark.parametrize(
    ("cores", "limit_mb", "seats"),
    [
        (1, 1000, 1),  # the community cloud
        (0.5, 1000, 1),
        (0.1, 100, 1),
        (2, 8000, 3),
        (1.5, 8000, 2),
        (8, 8000, 15),
        (8, 1000, 3),  # memory
        (4, None, 7),
    ],
)
def test_the_smaller_of_cores_and_memory_decides(cores, limit_mb, seats):
    assert capacity(cores, limit_mb, resident_mb=230).seats == seats


def test_the_reason_names_what_was_found():
    assert capacity(1.5, 1000, 230).reason == "2 by cores (1.5), 3 by memory (1000 MB)"
    assert capacity(0.1, None, 230).reason == "0 by cores (0.1), memory unknown"
    assert capacity(2, None, 230, "-1").reason.startswith("POSE_DEMO_SEATS='-1' is not a positive whole number; 3 by")


@pytest.mark.parametrize(("text", "seats"), [("12", 12), ("1", 1), ("0", 3), ("-1", 3), ("many", 3), ("", 3)])
def test_the_host_may_set_the_number(text, seats):
    assert capacity(2, None, 230, text).seats == seats


@pytest.mark.parametrize(
    ("text", "seconds"), [("", 600), ("5", 300), ("0.5", 30), ("0", 0), ("-1", 0), ("x", 600), ("nan", 600)]
)
def test_the_host_may_set_when_an_unused_stream_ends(text, seconds):
    assert idle_seconds(text) == seconds


def test_the_number_of_seats_is_logged_once(monkeypatch, caplog):
    monkeypatch.setenv("POSE_DEMO_SEATS", "2")
    monkeypatch.setenv("POSE_DEMO_IDLE_MINUTES", "0")
    module._seats.cache_clear()
    try:
        with caplog.at_level(logging.INFO, module.__name__):
            assert shared_seats() is shared_seats() and shared_seats().limit == 2
        assert caplog.messages == ["seats for live streams: 2 (set by POSE_DEMO_SEATS)"]
    finally:
        module._seats.cache_clear()


def test_pages_that_come_at_once_share_the_seats(monkeypatch):
    monkeypatch.setattr(module, "capacity", lambda *_: time.sleep(0.02) or module.Capacity(1, "slow"))
    module._seats.cache_clear()
    try:
        with ThreadPoolExecutor(4) as threads:
            assert len({id(seats) for seats in threads.map(lambda _: shared_seats(), range(4))}) == 1
    finally:
        module._seats.cache_clear()


@pytest.mark.parametrize(
    ("cores", "taken", "previews", "fps"),
    [(2, 0, 0, 15), (2, 0, 1, 15), (2, 1, 1, 15), (1, 1, 1, 5), (1, 1, 4, 2), (2, 3, 1, 5), (0.5, 1, 100, 0.5)],
)
def test_previews_leave_the_cores_to_the_seats(cores, taken, previews, fps):
    assert preview_fps(cores, taken, previews) == fps


def test_a_model_that_does_not_fit_is_refused_by_name():
    thunder, yolo = "movenet-thunder", "yolov3-tiny"  # 60 and 55 MB; 100 MB have to be left
    require_memory([thunder, yolo], 1000, 785)
    require_memory([thunder, yolo], None, 5000)
    require_memory([], 1000, 2000)
    with pytest.raises(UnavailableModel, match=f"{yolo} was not loaded: it takes 55 MB, and the limit of 1000 MB"):
        require_memory([thunder, yolo], 1000, 786)


def test_the_default_model_is_never_refused():
    require_memory(["movenet-lightning"], 1000, 2000)
