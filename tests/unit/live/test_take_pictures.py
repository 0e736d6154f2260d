"""Pictures of a take: of which frames, in whose time, of what, and for how long."""

from dataclasses import replace

import numpy as np
import pytest
from dance_streams import BEGAN, COUNT_IN, END, plan, steady
from fakes import FakeEstimator, plan_of

from pose_demo.dance import live_measurement
from pose_demo.live import take_picture_recorder
from pose_demo.live.stream import LiveStream
from pose_demo.types import Frame

SIZE = 160, 120


@pytest.fixture(autouse=True)
def without_evaluations(monkeypatch):
    """They take most of the time, and have their own tests."""
    monkeypatch.setattr(live_measurement, "INTERVAL", float("inf"))


def gray(level):
    return np.full((SIZE[1], SIZE[0], 3), level, np.uint8)


def streamed(times, dance=None, stream=None, level=lambda time: 90):
    """The dance states of a live stream without persons; ``level`` is the gray level of a frame."""
    stream = stream or LiveStream()
    stream.set_plan(replace(plan_of(FakeEstimator()), dance=dance or plan()))
    return [stream.process_frame(Frame(gray(level(time)), float(time))).dance for time in times]


def test_five_pictures_a_second_from_the_lead_in_to_half_a_second_after_the_end():
    states = streamed(steady(10))
    assert states[-12].pictures is None and states[-1].pictures is states[-2].pictures
    times = states[-1].pictures.pictures.timestamps
    assert times[0] == pytest.approx(-1) and np.diff(times) == pytest.approx(np.full(len(times) - 1, 0.2))
    assert times[-1] == pytest.approx(END + 0.4)


def test_a_picture_is_at_its_time_without_the_delay_at_half_speed():
    """The frame at second 4 of the stream, in which the gray level rises by 10 a second, shows second 1.5 - 0.1."""
    times = steady(20, 2 * END + COUNT_IN + 2)
    states = streamed(times, plan(delay=0.2, speed=0.5), level=lambda time: 40 + 10 * (time - BEGAN))
    taken = states[-1].pictures.pictures
    at = int(np.abs(taken.timestamps - 1.4).argmin())
    shown = taken.at(1.4)[50, 80].astype(float)  # below the texts, above the bar
    assert shown == pytest.approx(40 + 10 * (COUNT_IN + 2 * (taken.timestamps[at] + 0.1)), abs=2)


def test_the_teacher_beside_is_cut_off():
    for layout in ("beside", "inset", "ghost"):
        pictures = streamed(steady(10), plan(layout=layout))[-1].pictures.pictures
        assert pictures.at(1).shape == (SIZE[1], SIZE[0], 3)
    assert np.abs(streamed(steady(10))[-1].pictures.pictures.at(1)[60, 120:].astype(int) - 90).max() < 8


def test_a_high_image_is_made_smaller():
    stream = LiveStream()
    stream.set_plan(replace(plan_of(FakeEstimator()), dance=plan()))
    image = np.zeros((480, 640, 3), np.uint8)
    states = [stream.process_frame(Frame(image, float(time))).dance for time in steady(4)]
    assert states[-1].pictures.pictures.at(1).shape == (240, 320, 3)


def test_of_a_repeated_passage_the_pictures_are_those_of_the_last_round():
    times = steady(10, COUNT_IN + 2 * END + 1)
    states = streamed(times, plan(loop=True), level=lambda time: 60 if time < BEGAN + COUNT_IN + END else 160)
    first, second = (it.pictures.pictures for it in (states[100], states[-1]))
    assert [round(float(it.at(4)[60, 80, 0]), -1) for it in (first, second)] == [60, 160]
    assert second.timestamps[0] == pytest.approx(-1, abs=0.2) and second.timestamps[-1] <= END + 0.5


def test_the_pictures_are_those_of_the_last_take_until_the_stream_ends():
    stream = LiveStream()
    first = streamed(steady(10), plan(take=1), stream)[-1].pictures
    later = steady(10) + 20
    states = streamed(later, plan(take=2), stream, level=lambda time: 160)
    assert states[0].pictures is first and states[-1].pictures.pictures.at(1).mean() > 140
    assert streamed([later[-1] + 1], plan(take=0), stream)[0].pictures is states[-1].pictures
    stream.close()
    assert streamed([later[-1] + 2], plan(take=0), stream)[0].pictures is None


def test_a_take_that_is_stopped_has_its_pictures():
    stream = LiveStream()
    assert streamed(steady(10, COUNT_IN + 4), plan(take=1), stream)[-1].pictures is None
    stopped = streamed([BEGAN + COUNT_IN + 4.0], plan(take=0), stream)[0].pictures.pictures
    assert (stopped.timestamps[0], stopped.timestamps[-1]) == pytest.approx((-1, 3.8), abs=0.11)


def test_a_take_whose_stream_ends_has_its_pictures():
    stream = LiveStream()
    assert stream.end_take() is None
    streamed(steady(10, COUNT_IN + 4), plan(take=1), stream)
    state = stream.end_take()
    taken = state.pictures.pictures
    assert state.take == 0 and (taken.timestamps[0], taken.timestamps[-1]) == pytest.approx((-1, 3.8), abs=0.11)
    assert stream.end_take().pictures is state.pictures


def test_the_teacher_was_shown_in_a_mirror():
    assert not streamed(steady(4), plan())[-1].pictures.teacher_flipped
    assert streamed(steady(4), plan(mirrored=True))[-1].pictures.teacher_flipped
    assert not streamed(steady(4), plan(mirrored=True, mirror=False))[-1].pictures.teacher_flipped


def test_what_is_displayed_is_kept_and_nothing_of_a_second_stream():
    """In a comparison the visitor sees both sides; the second stream itself keeps none."""
    stream = LiveStream()
    stream.companion = Dark()
    assert streamed(steady(4), plan(), stream)[-1].pictures.pictures.at(1).max() < 8
    assert streamed(steady(4), plan(), LiveStream(counted=False))[-1].pictures is None


class Dark:
    hides = False

    def __call__(self, frame, plan, result):
        return replace(result, image=np.zeros_like(result.image))


def test_the_memory_is_bounded(monkeypatch):
    kept = streamed(steady(5))[-1].pictures.pictures
    monkeypatch.setattr(take_picture_recorder, "MAX_BYTES", kept.byte_count * 2 // 3)
    fewer = streamed(steady(5))[-1].pictures.pictures
    assert fewer.byte_count <= kept.byte_count * 2 // 3
    assert len(fewer.jpegs) == pytest.approx(len(kept.jpegs) / 2, abs=1)
