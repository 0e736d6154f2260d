"""Expected times, before a sweep starts."""

import json

import pytest

from models import needs
from pose_demo.explore import timing
from pose_demo.explore.timing import frame_ms, known_times, point_ms, use_times
from pose_demo.settings import Settings


class FakeResult:
    def __init__(self, milliseconds):
        self.milliseconds = milliseconds


@pytest.fixture
def timed(monkeypatch):
    """The settings that were timed; each frame takes 2 ms more than the one before."""
    found = []

    def results(source, settings, threads):
        found.append((settings.model, threads))
        return (FakeResult(10.0 + 2 * index) for index, _ in enumerate(source.frames))

    monkeypatch.setattr(timing, "results", results)
    monkeypatch.setattr(timing, "_known_ms", {})
    return found


def test_the_median_after_the_warm_up(timed):
    assert frame_ms(Settings(), 1) == 17  # of 14, 16, 18 and 20


def test_settings_with_the_same_inference_are_timed_once(timed):
    for confidence in (0.1, 0.2, 0.3):
        frame_ms(Settings(confidence=confidence, person_confidence=confidence), 1)
    assert timed == [("movenet-lightning", 1)]
    frame_ms(Settings(), 2)
    frame_ms(Settings(model="movenet-thunder"), 1)
    assert timed == [("movenet-lightning", 1), ("movenet-lightning", 2), ("movenet-thunder", 1)]


def test_points_take_longer_on_longer_clips():
    assert 0 < point_ms(1) < point_ms(300) < 100


def test_another_process_uses_the_known_times(timed, monkeypatch):
    settings = Settings(model="movenet-multipose", input_size=0.5)
    expected = frame_ms(settings, 2)
    times = json.loads(json.dumps(known_times()))
    monkeypatch.setattr(timing, "_known_ms", {})
    use_times(times)
    assert frame_ms(settings, 2) == expected and len(timed) == 1


def test_a_real_model_takes_milliseconds(monkeypatch):
    needs("movenet-lightning")
    monkeypatch.setattr(timing, "_known_ms", {})
    assert 1 < frame_ms(Settings(), 1) < 5000
