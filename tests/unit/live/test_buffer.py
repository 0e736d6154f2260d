"""The last seconds of a live stream."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fakes import FakeClock, FakeEstimator, plan_of, result_of

from pose_demo.live import buffer as buffer_module
from pose_demo.live.buffer import FPS, SECONDS, LiveBuffer
from pose_demo.live.stream import LiveStream
from pose_demo.matching.hysteresis import MatchHysteresis
from pose_demo.matching.matcher import MatchState
from pose_demo.matching.similarity import Match
from pose_demo.types import Frame


def _result(timestamp, *scores, level=90, size=(64, 48)):
    source = Frame(np.full((size[1], size[0], 3), level, np.uint8), timestamp)
    matches = tuple(MatchState(Match(score), False, MatchHysteresis().history, None) for score in scores)
    return replace(result_of(timestamp=timestamp, size=size), source=source, matches=matches)


@pytest.fixture
def buffer():
    return LiveBuffer()


def _times(buffer):
    return [frame.timestamp for frame in buffer.frames()]


def test_it_keeps_the_last_20_seconds(buffer):
    for second in range(60):
        buffer.add(_result(float(second)))
    assert _times(buffer) == [float(second) for second in range(59 - int(SECONDS), 60)]
    assert buffer.seconds == SECONDS


def test_frames_are_the_input_images(buffer):
    buffer.add(_result(1.0, level=200))
    (frame,) = buffer.frames()
    assert frame.size == (64, 48) and abs(int(frame.image.mean()) - 200) < 3


def test_a_fast_camera_is_thinned_out(buffer):
    for index in range(60):
        buffer.add(_result(index / 30 + 0.004 * (index % 2)))
    assert len(_times(buffer)) == pytest.approx(2 * FPS, abs=1)


def test_large_images_are_reduced(buffer):
    buffer.add(_result(0.0, size=(1280, 720)))
    assert [frame.size for frame in buffer.frames()] == [(640, 360)]


def test_its_memory_is_bounded(buffer, monkeypatch):
    buffer.add(_result(0.0))
    monkeypatch.setattr(buffer_module, "_MAX_BYTES", 3 * buffer.bytes)
    for index in range(1, 10):
        buffer.add(_result(float(index)))
    assert _times(buffer) == [7.0, 8.0, 9.0] and buffer.bytes <= buffer_module._MAX_BYTES


def test_20_seconds_of_a_noisy_camera_stay_below_the_limit_of_memory():
    rng = np.random.default_rng(0)
    from pose_demo import sample
    from pose_demo.io.images import encode_jpeg

    noisy = np.clip(sample.frame(45).image + rng.normal(0, 4, (480, 640, 3)), 0, 255).astype(np.uint8)
    size = len(encode_jpeg(noisy, buffer_module._QUALITY))
    assert size * SECONDS * FPS < buffer_module._MAX_BYTES


def test_the_best_score_of_every_frame_is_kept(buffer):
    buffer.add(_result(0.0, 0.3, 0.8))
    buffer.add(_result(0.03, None))
    buffer.add(_result(0.06))
    assert buffer.scores == ((0.0, 0.8), (0.03, None), (0.06, None))
    buffer.add(_result(SECONDS + 0.05, 0.5))
    assert buffer.scores == ((0.06, None), (SECONDS + 0.05, 0.5))


def test_another_stream_starts_again(buffer):
    buffer.add(_result(50.0, 0.5))
    buffer.add(_result(0.1, 0.6))
    assert _times(buffer) == [0.1] and buffer.scores == ((0.1, 0.6),)


def test_a_result_without_its_input_is_left_out(buffer):
    buffer.add(result_of())
    assert _times(buffer) == [] and buffer.scores == ()


def test_clear_deletes_everything(buffer):
    buffer.add(_result(0.0, 0.5))
    buffer.clear()
    assert _times(buffer) == [] and buffer.scores == () and buffer.bytes == 0 and buffer.seconds == 0


@pytest.fixture
def stream():
    stream = LiveStream(FakeClock())
    stream.set_plan(plan_of(FakeEstimator(), mirror="on"))
    return stream


def test_a_stream_keeps_its_unmirrored_input(stream):
    image = np.zeros((48, 64, 3), np.uint8)
    image[:, :32] = 200
    stream.process_frame(Frame(image, 1.0))
    (frame,) = stream.buffer.frames()
    assert frame.image[:, :24].mean() > 180 and frame.image[:, 40:].mean() < 20


def test_a_restart_deletes_what_the_stream_has_kept(stream):
    stream.process_frame(Frame(np.zeros((48, 64, 3), np.uint8), 1.0))
    stream.restart()
    assert stream.buffer.seconds == 0 and not list(stream.buffer.frames())


def test_the_second_stream_of_a_comparison_keeps_nothing():
    stream = LiveStream(FakeClock(), counted=False)
    stream.set_plan(plan_of(FakeEstimator()))
    stream.process_frame(Frame(np.zeros((48, 64, 3), np.uint8), 1.0))
    assert not list(stream.buffer.frames())
