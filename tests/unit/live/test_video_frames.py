"""Camera frames: their times increase whatever the camera sends, and the stream goes on."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest
from fakes import FakeClock, FakeEstimator, plan_of

from pose_demo.io.recorder import Recorder
from pose_demo.live.stream import LiveStream
from pose_demo.live.video_frames import CameraFrames

STEP = 1 / 30
JUMPS = {"back": 2.0, "overflow": 47_721.0, "far back": -90_000.0, "none": None}


def camera_frame(seconds, size=(64, 48)):
    frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), 90, np.uint8), format="rgb24")
    frame.time_base = Fraction(1, 90_000)
    frame.pts = None if seconds is None else round(seconds * 90_000)
    return frame


def times(*received):
    frames = CameraFrames()
    return [frames.convert(camera_frame(seconds)).timestamp for seconds in received]


def test_times_are_those_of_the_camera():
    assert times(7.0, 7.1, 7.1, 37.0) == pytest.approx([7.0, 7.1, 7.1, 37.0])


@pytest.mark.parametrize("jump", JUMPS.values(), ids=list(JUMPS))
def test_a_jump_takes_one_step_and_the_times_go_on_from_there(jump):
    assert times(7.0, 7.1, jump, *([jump + 0.2, jump + 0.3] if jump else [7.2])) == pytest.approx(
        [7.0, 7.1, 7.1 + STEP, *([7.3 + STEP, 7.4 + STEP] if jump else [7.2 + STEP])]
    )


def test_a_camera_without_times_has_frames_at_a_common_rate():
    assert times(None, None, None) == pytest.approx([0, STEP, 2 * STEP])


@pytest.mark.parametrize("jump", JUMPS.values(), ids=list(JUMPS))
def test_a_jump_interrupts_neither_stream_nor_recording_nor_resets_the_model(jump):
    stream, estimator, recorder = LiveStream(FakeClock()), FakeEstimator(), Recorder(limit=60)
    stream.set_plan(plan_of(estimator))
    stream.recorder = recorder
    for seconds in (7.0, 7.1, jump, jump and jump + 0.1):
        assert stream.callback(camera_frame(seconds)).width == 64
    assert recorder.running and recorder.seconds < 0.5 and not recorder.dropped
    assert stream.status().frames == 4 and not stream.status().error and estimator.resets == 0
    recorder.close()


def test_a_recording_goes_on_when_the_size_changes_in_mid_stream():
    stream, recorder = LiveStream(FakeClock()), Recorder(limit=60)
    stream.set_plan(plan_of(FakeEstimator()))
    stream.recorder = recorder
    for index, size in enumerate([(64, 48), (48, 64), (128, 96), (64, 48)]):
        output = stream.callback(camera_frame(index / 30, size))
        assert (output.width, output.height) == size
    recorder.finish()
    assert stream.status().frames == 4 and not recorder.error and recorder.video.exists()
    recorder.close()
