"""The live stream: errors never end it, and no model is closed while it processes a frame."""

import threading
import time
import weakref
from fractions import Fraction
from types import SimpleNamespace

import av
import numpy as np
import pytest
from color_frames import image_of, tagged, yuv_frame
from fakes import FakeClock, FakeEstimator, plan_of, pose_at

from pose_demo.io.recorder import Recorder
from pose_demo.live.stream import LiveStream
from pose_demo.messages import message
from pose_demo.types import Estimate, Frame


def camera_frame(index=0, size=(64, 48), level=90):
    frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), level, np.uint8), format="rgb24")
    frame.pts, frame.time_base = index * 3000, Fraction(1, 90_000)
    return frame


def pixels(frame):
    return frame.to_ndarray(format="rgb24")


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def stream(clock):
    return LiveStream(clock)


# ---- one frame ------------------------------------------------------------------------------------------------------


def test_a_processed_frame_keeps_its_time_and_has_the_overlay(stream):
    stream.set_plan(plan_of(FakeEstimator(Estimate((pose_at((20, 20)),)))))
    output = stream.callback(camera_frame(7))
    assert (output.pts, output.time_base) == (21_000, Fraction(1, 90_000))
    assert not np.array_equal(pixels(output), pixels(camera_frame()))
    assert stream.status().frames == 1 and stream.status().result.persons == 1
    assert stream.status().result.timestamp == pytest.approx(7 / 30)


def test_a_frame_without_a_time_is_processed_too(stream):
    stream.set_plan(plan_of(FakeEstimator()))
    frame = camera_frame()
    frame.pts = None
    stream.callback(frame)
    assert stream.status().frames == 1


@pytest.mark.parametrize("error", [ValueError("no"), MemoryError(), RuntimeError(""), OSError(28, "full"), KeyError(3)])
def test_after_any_error_of_a_model_the_raw_frame_is_returned_and_the_status_has_the_error(stream, error):
    stream.set_plan(plan_of(FakeEstimator(error=error)))
    frame = camera_frame()
    assert stream.callback(frame) is frame
    assert type(error).__name__ in stream.status().error and stream.status().frames == 0


def test_an_error_is_kept_without_the_frames_in_its_traceback(stream):
    class NotProcessedError(Exception):
        """Can be referred to weakly."""

    error = NotProcessedError(message("{name} is damaged", name="net.tflite"))
    reference = weakref.ref(error)
    stream._report(error)
    del error
    assert stream.status().error == "NotProcessedError: net.tflite is damaged" and reference() is None


def test_the_next_processed_frame_clears_the_error(stream):
    estimator = FakeEstimator(error=ValueError("no"))
    stream.set_plan(plan_of(estimator))
    stream.callback(camera_frame(0))
    estimator.error = None
    stream.callback(camera_frame(1))
    assert not stream.status().error and stream.status().frames == 1


def test_a_repeated_error_is_logged_once(stream, caplog):
    stream.set_plan(plan_of(FakeEstimator(error=ValueError("no"))))
    for index in range(30):
        stream.callback(camera_frame(index))
    assert len(caplog.records) == 1


def test_a_frame_that_cannot_be_converted_is_returned(stream):
    class Broken:
        @property
        def color_trc(self):
            raise OSError("unknown pixel format")

    stream.set_plan(plan_of(FakeEstimator()))
    frame = Broken()
    assert stream.callback(frame) is frame and "unknown pixel format" in stream.status().error


def test_the_frame_size_may_change(stream):
    stream.set_plan(plan_of(FakeEstimator()))
    for index, size in enumerate([(64, 48), (48, 64), (640, 480), (2, 2)]):
        assert pixels(stream.callback(camera_frame(index, size))).shape == (size[1], size[0], 3)
    assert stream.status().frames == 4


@pytest.mark.parametrize("size", [(640, 480), (1280, 720)])
def test_untagged_frames_keep_their_colors_from_browser_to_browser(stream, size):
    stream.set_plan(plan_of(FakeEstimator()))
    image = image_of(size)
    received = tagged(yuv_frame(image / 255, 6))
    received.pts, received.time_base = 0, Fraction(1, 90_000)
    output = stream.callback(received)
    assert np.abs(pixels(output)[8, 8::16].astype(int) - image[8, 8::16]).max() <= 3
    sent = output.reformat(format="yuv420p")  # as aiortc does
    assert np.abs(luma(sent).astype(int) - luma(received))[8, 8::16].max() <= 2


def luma(frame):
    plane = frame.planes[0]
    return np.frombuffer(plane, np.uint8).reshape(plane.height, -1)[:, : plane.width]


def test_the_status_follows_the_clock(stream, clock):
    stream.set_plan(plan_of(FakeEstimator()))
    for index in range(11):
        clock.now = 100 + index / 10
        stream.process_frame(Frame(np.zeros((48, 64, 3), np.uint8), index / 10))
    clock.now += 0.5
    status = stream.status()
    assert (status.fps, status.latency_ms, status.idle_s) == pytest.approx((10, 0, 0.5), abs=1e-6)


# ---- plans are replaced ----------------------------------------------------------------------------------------------


def test_a_replaced_model_is_closed_and_a_kept_one_is_not(stream):
    kept, other = FakeEstimator(), FakeEstimator()
    stream.set_plan(plan_of(kept))
    stream.set_plan(plan_of(kept, confidence=0.9))
    assert kept.closes == 0
    stream.set_plan(plan_of(other))
    assert (kept.closes, other.closes) == (1, 0)


def test_a_stream_can_be_closed_twice(stream):
    estimator = FakeEstimator()
    stream.set_plan(plan_of(estimator))
    stream.close()
    stream.close()
    assert estimator.closes == 1 and stream.plan is None


def test_a_new_connection_starts_at_zero(stream):
    estimator = FakeEstimator()
    stream.set_plan(plan_of(estimator))
    stream.callback(camera_frame(100))
    estimator.error = ValueError("no")
    stream.callback(camera_frame(101))
    stream.restart()
    status = stream.status()
    assert (status.frames, status.result, status.idle_s, status.error) == (0, None, None, "")
    assert estimator.resets == 1 and estimator.closes == 0


def test_a_restart_without_a_plan_does_nothing(stream):
    stream.restart()
    assert stream.status().frames == 0


class LifetimeChecker(FakeEstimator):
    """Records when it is closed while it processes a frame, or used after it was closed."""

    def __init__(self, violations):
        super().__init__()
        self.violations, self.working = violations, False

    def estimate(self, frame, options):
        self.working = True
        if self.closes:
            self.violations.append("used after close")
        time.sleep(0.0005)
        if self.closes:
            self.violations.append("closed while processing")
        self.working = False
        return super().estimate(frame, options)


def test_models_replaced_during_a_stream_are_closed_once_after_their_last_frame():
    stream, violations, stop = LiveStream(), [], threading.Event()

    def video_thread():
        index = 0
        while not stop.is_set():
            stream.callback(camera_frame(index))
            index += 1

    models = [LifetimeChecker(violations) for _ in range(40)]
    stream.set_plan(plan_of(models[0]))
    video = threading.Thread(target=video_thread)
    video.start()
    for model in models[1:]:
        time.sleep(0.003)
        stream.set_plan(plan_of(model))
        if model is models[20]:
            stream.restart()
    stream.close()
    stop.set()
    video.join(10)
    assert not video.is_alive() and not violations
    assert [model.closes for model in models] == [1] * 40
    assert sum(bool(model.frames) for model in models) > 20  # frames were processed meanwhile


def test_the_recorder_receives_every_processed_frame(stream):
    results = []
    stream.set_plan(plan_of(FakeEstimator()))
    stream.callback(camera_frame(0))
    stream.recorder = SimpleNamespace(add=results.append)
    for index in (1, 2):
        stream.callback(camera_frame(index))
    assert [result.timestamp for result in results] == pytest.approx([1 / 30, 2 / 30])


def test_a_new_connection_ends_the_recording_of_the_last_one():
    stream = LiveStream()
    stream.recorder = Recorder(limit=60)
    stream.restart()
    assert not stream.recorder.running
    stream.recorder.close()
