"""A frame that cannot be processed is shown only while the settings hide nothing; else a dark picture replaces it."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest
from fakes import FakeClock, FakeEstimator, plan_of

from pose_demo.background import MODES
from pose_demo.effects import EFFECTS
from pose_demo.live.placeholder import placeholder
from pose_demo.live.stream import LiveStream
from pose_demo.settings import Settings
from pose_demo.types import Estimate
from pose_demo.weights import WEIGHTS, MissingWeights

BRIGHT = 200
HIDES_NOTHING = {"sharpen", "color-space", "trails", "side-by-side"}
HIDING = [
    {"effects": [{"name": "skeleton-only"}]},
    {"effects": [{"name": "trails"}, {"name": "pixelate"}]},
    {"background": {"mode": "blur"}},
]


def camera_frame(index=0, size=(320, 240)):
    frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), BRIGHT, np.uint8), format="rgb24")
    frame.pts, frame.time_base = index * 3000, Fraction(1, 90_000)
    return frame


def is_hidden(output, received):
    """Whether a dark picture of the same size and time was returned."""
    image = output.to_ndarray(format="rgb24")
    assert (output.width, output.height, output.pts) == (received.width, received.height, received.pts)
    return output is not received and np.median(image) < 50


@pytest.fixture
def stream():
    return LiveStream(FakeClock())


@pytest.fixture
def loading(monkeypatch):
    """Settings can be requested; ``loading.append(error)`` lets every later load fail."""
    errors = []

    def load(model, options=None, detector="none"):
        if errors:
            raise errors[0]
        return FakeEstimator()

    monkeypatch.setattr("pose_demo.estimators.load", load)
    return errors


def missing():
    return MissingWeights(WEIGHTS["movenet-thunder"], "not there")


def flat(settings):
    """The keys of a settings file."""
    return {
        key if not isinstance(value, dict) else f"{key}.{name}": item
        for key, value in settings.items()
        for name, item in (value.items() if isinstance(value, dict) else [("", value)])
    }


@pytest.mark.parametrize("mode", list(MODES))
def test_every_background_hides_something(mode):
    assert Settings.from_dict({"background.mode": mode}).hides == (mode != "none")


@pytest.mark.parametrize("name", list(EFFECTS))
def test_an_effect_hides_unless_it_is_known_to_hide_nothing(name):
    assert Settings.from_dict({"effects": [{"name": name}]}).hides == (name not in HIDES_NOTHING)


def test_edges_over_the_image_hide_nothing():
    assert not Settings.from_dict({"effects": [{"name": "canny", "show": "over"}]}).hides


@pytest.mark.parametrize("settings", HIDING)
def test_after_an_error_of_a_model_the_frame_is_hidden_and_the_stream_recovers(stream, settings):
    estimator = FakeEstimator(error=ValueError("no"))
    stream.set_plan(plan_of(estimator, **flat(settings)))
    frame = camera_frame()
    assert is_hidden(stream.callback(frame), frame)
    assert stream.status().hidden and "no" in stream.status().error
    estimator.error = None
    stream.callback(camera_frame(1))
    assert stream.status().frames == 1 and stream.status().received == 2 and not stream.status().error


def test_after_an_error_of_an_effect_the_frame_is_hidden(stream, monkeypatch):
    monkeypatch.setattr(EFFECTS["pixelate"], "apply", lambda *_: 1 / 0)
    stream.set_plan(plan_of(FakeEstimator(), **HIDING[1]))
    frame = camera_frame()
    assert is_hidden(stream.callback(frame), frame)


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode not in ("none", "background-only")])
def test_without_a_mask_the_whole_room_is_replaced(stream, mode):
    stream.set_plan(plan_of(FakeEstimator(Estimate(mask=None)), **{"background.mode": mode}))
    room = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    output = stream.callback(av.VideoFrame.from_ndarray(room, format="rgb24")).to_ndarray(format="rgb24")
    assert np.abs(output.astype(int) - room).mean() > 40 and not stream.status().error


def test_a_frame_that_cannot_be_converted_is_hidden(stream, monkeypatch):
    monkeypatch.setattr("pose_demo.live.video_frames.to_image", lambda *_, **__: 1 / 0)
    stream.set_plan(plan_of(FakeEstimator(), **HIDING[0]))
    frame = camera_frame()
    assert is_hidden(stream.callback(frame), frame)


def test_without_settings_the_frame_is_hidden(stream):
    frame = camera_frame()
    assert is_hidden(stream.callback(frame), frame)
    assert stream.status().frames == 0 and stream.status().received == 1 and not stream.status().error


def test_a_closed_stream_hides_frames(stream, loading):
    stream.request(Settings(), live=True)
    stream.close()
    frame = camera_frame()
    assert is_hidden(stream.callback(frame), frame)


def test_without_a_model_frames_are_hidden_only_if_the_settings_hide_something(stream, loading):
    loading.append(missing())
    for settings in ({}, *HIDING):
        with pytest.raises(MissingWeights):
            stream.request(Settings.from_dict(flat(settings)), live=True)
        frame = camera_frame()
        output = stream.callback(frame)
        assert output is frame if not settings else is_hidden(output, frame)


@pytest.mark.parametrize("settings", HIDING)
def test_the_active_plan_does_not_show_what_a_refused_request_hides(stream, loading, settings):
    """For example a blurred room without the file of the mask model: the active plan would show the room."""
    stream.request(Settings(), live=True)
    loading.append(missing())
    stream.plan.pose.estimator.close()
    with pytest.raises(MissingWeights):
        stream.request(Settings.from_dict({"model": "movenet-thunder", **flat(settings)}), live=True)
    frame = camera_frame()
    assert is_hidden(stream.callback(frame), frame)
    with pytest.raises(MissingWeights):  # the active plan shows what this hides nothing of
        stream.request(Settings.from_dict({"model": "movenet-thunder"}), live=True)
    stream.callback(frame)
    assert stream.status().frames == 1
    loading.clear()
    stream.request(Settings.from_dict({"model": "movenet-thunder", **flat(settings)}), live=True)
    stream.callback(frame)
    assert stream.status().frames == 2


def test_while_a_refused_request_is_repeated_frames_stay_hidden(stream, loading, monkeypatch):
    stream.request(Settings(), live=True)
    loading.append(missing())
    hiding = Settings.from_dict({"model": "movenet-thunder", **HIDING[0]})
    with pytest.raises(MissingWeights):
        stream.request(hiding, live=True)
    frame, outputs = camera_frame(), []

    def load(*_):
        outputs.append(stream.callback(frame))
        raise missing()

    monkeypatch.setattr("pose_demo.estimators.load", load)
    with pytest.raises(MissingWeights):
        stream.request(hiding, live=True)
    assert is_hidden(outputs[0], frame)


@pytest.mark.parametrize("settings", [{}, *HIDING])
def test_while_files_are_fetched_frames_are_hidden_if_the_settings_hide_something(stream, loading, settings):
    stream.request(Settings(), live=True)
    wanted = Settings.from_dict({"model": "movenet-thunder", **flat(settings)})
    stream.await_files(wanted)
    frame = camera_frame()
    output = stream.callback(frame)
    assert is_hidden(output, frame) if settings else stream.status().frames == 1
    stream.request(wanted, live=True)
    before = stream.status().frames
    stream.callback(frame)
    assert stream.status().frames == before + 1


def test_nothing_of_an_earlier_frame_is_left_for_a_snapshot(stream):
    estimator = FakeEstimator()
    stream.set_plan(plan_of(estimator))
    stream.callback(camera_frame(0))
    stream.set_plan(plan_of(estimator, **HIDING[0]))
    estimator.error = ValueError("no")
    stream.callback(camera_frame(1))
    assert stream.status().result is None


@pytest.mark.parametrize("size", [(2, 2), (64, 48), (480, 640), (1280, 720)])
def test_the_dark_picture_has_any_size_and_a_text_where_it_fits(size):
    image = placeholder(size, "Paused: the page says why.")
    assert image.shape == (size[1], size[0], 3) and np.median(image) < 50
    assert (image.max() > 150) == (size[0] > 100)
    assert image[:, :2].max() < 50 and image[:, -2:].max() < 50


def test_a_placeholder_without_a_font_hides_as_well(monkeypatch):
    def fail(*_):
        raise OSError("cannot open resource")

    monkeypatch.setattr("pose_demo.live.placeholder.put_text", fail)
    image = placeholder((64, 48), "a text that was not drawn before")
    assert image.shape == (48, 64, 3) and image.max() < 60
