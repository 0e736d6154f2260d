"""Two settings on one live stream: joined pictures, failures of either side, and closed models."""

import threading
import time

import numpy as np
import pytest
from fakes import FakeClock, FakeEstimator, plan_of, pose_at

from pose_demo.live.comparison import LiveComparison, join
from pose_demo.live.stream import LiveStream, active_streams
from pose_demo.plan import Uploads
from pose_demo.settings import Settings
from pose_demo.types import Estimate, Frame

SIZE = 64, 48


def image(level=90):
    return np.full((SIZE[1], SIZE[0], 3), level, np.uint8)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def stream(clock):
    return LiveStream(clock)


@pytest.fixture
def loaded(monkeypatch):
    """The estimators that are loaded, in order."""
    estimators = []

    def load(model, options=None, detector="none"):
        estimators.append(FakeEstimator(Estimate((pose_at((10, 10), (12, 12)),))))
        return estimators[-1]

    monkeypatch.setattr("pose_demo.estimators.load", load)
    return estimators


@pytest.fixture
def comparison(stream, loaded):
    """A: movenet-lightning. B: black-and-white edges of blazepose-lite."""
    comparison = LiveComparison(stream)
    stream.request(Settings(), live=False)
    comparison.start(Settings.from_dict({"model": "blazepose-lite", "effects": [{"name": "skeleton-only"}]}))
    comparison.request(Uploads(), live=False)
    yield comparison
    comparison.close()


def process(stream, count=1, start=0.0):
    results = [stream.process_frame(Frame(image(), start + index / 30)) for index in range(count)]
    return results[-1]


def test_the_left_half_is_a_and_the_right_half_is_b(stream, comparison):
    shown = process(stream).image
    a, b = comparison.images
    assert np.array_equal(shown[:30, :25], a[:30, :25]) and np.array_equal(shown[:30, 40:], b[:30, 40:])
    assert not np.array_equal(a[:, 40:], b[:, 40:])


def test_the_divider_moves(stream, comparison):
    for divider, side in ((1.0, 0), (0.0, 1), (7.0, 0), (-1.0, 1)):
        comparison.divider = divider
        shown = process(stream).image
        assert np.array_equal(shown[:30, 5:-5], comparison.images[side][:30, 5:-5])


def test_the_result_is_that_of_a_and_is_recorded_as_displayed(stream, comparison):
    recorded = []
    stream.recorder = type("R", (), {"add": recorded.append})
    result = process(stream)
    assert result.model == "movenet-lightning" and recorded == [result] and stream.status().result is result


def test_b_is_measured_beside_a(stream, comparison):
    process(stream, 4)
    summary = comparison.summary
    assert summary.frames == 4 and summary.a.ms > 0 and summary.b.ms > 0 and summary.disagreement == 0
    assert comparison.status.result.model == "blazepose-lite"


def test_other_settings_or_another_connection_start_the_measures_again(stream, comparison):
    process(stream, 4)
    stream.request(Settings(confidence=0.9), live=False)
    process(stream, 2, start=1)
    assert comparison.summary.frames == 2
    process(stream, 1, start=0)
    assert comparison.summary.frames == 1
    process(stream, 1, start=9)
    assert comparison.summary.frames == 1


HIDING = Settings.from_dict({"effects": [{"name": "skeleton-only"}]})


def is_placeholder(part):
    return part.max() < 240 and not (part == image()[0, 0]).all(axis=-1).any()


def test_when_b_fails_a_is_displayed_on_both_sides(stream, comparison, loaded):
    comparison.start(Settings(model="blazepose-lite"))
    comparison.request(Uploads(), live=False)
    loaded[1].error = ValueError("no")
    result = process(stream)
    assert result.model == "movenet-lightning" and "no" in comparison.status.error and not stream.status().error
    assert comparison.images[0] is comparison.images[1] is result.image
    loaded[1].error = None
    process(stream, start=1)
    assert not comparison.status.error


def test_when_b_fails_that_hides_the_person_its_side_does_not_show_a(stream, comparison, loaded):
    loaded[1].error = ValueError("no")
    result = process(stream)
    assert is_placeholder(comparison.images[1]) and is_placeholder(result.image[:30, 40:])
    assert (result.image[:30, :20] == comparison.images[0][:30, :20]).all() and not is_placeholder(result.image)


def test_when_a_fails_b_is_displayed_and_not_the_unprocessed_frame(stream, comparison, loaded):
    loaded[0].error = ValueError("no")
    result = process(stream)
    assert result.model == "blazepose-lite" and "no" in stream.status().error
    assert not np.array_equal(result.image, image())


def test_when_a_fails_that_hides_the_person_its_side_does_not_show_b(stream, comparison, loaded):
    stream.request(HIDING, live=False)
    comparison.start(Settings())
    comparison.request(Uploads(), live=False)
    loaded[0].error = ValueError("no")
    result = process(stream)
    assert is_placeholder(result.image[:30, :25]) and not is_placeholder(result.image[:30, 40:])


def test_a_side_that_fails_shows_the_other_side_where_that_hides_the_same(stream, comparison, loaded):
    stream.request(HIDING, live=False)
    loaded[1].error = ValueError("no")
    result = process(stream)
    assert comparison.images[0] is comparison.images[1] is result.image


@pytest.mark.parametrize(("a", "b", "hides"), [(0, 0, False), (1, 0, True), (0, 1, True), (1, 1, True)])
def test_when_both_fail_there_is_no_result_and_the_frame_is_hidden_if_either_hides(
    stream, comparison, loaded, a, b, hides
):
    stream.request(HIDING if a else Settings(), live=False)
    comparison.start(HIDING if b else Settings())
    comparison.request(Uploads(), live=False)
    for model in loaded:
        model.error = ValueError("no")
    assert process(stream) is None and comparison.images is None
    assert stream.hides == stream.status().hidden == hides


def test_until_b_is_prepared_that_hides_the_person_its_side_is_dark(stream, loaded):
    stream.request(Settings(), live=False)
    comparison = LiveComparison(stream)
    comparison.start(HIDING)
    assert is_placeholder(process(stream).image[:30, 40:]) and len(loaded) == 1


def test_an_error_of_the_comparison_shows_nothing_that_b_hides(stream, comparison, monkeypatch):
    monkeypatch.setattr("pose_demo.live.comparison.join", lambda *_: 1 / 0)
    assert process(stream) is None and comparison.images is None


def test_an_error_of_the_measurement_does_not_end_the_stream(stream, comparison, monkeypatch):
    comparison.start(Settings())
    monkeypatch.setattr("pose_demo.live.comparison.join", lambda *_: 1 / 0)
    assert process(stream).model == "movenet-lightning"


def test_until_b_is_prepared_a_is_displayed(stream, loaded):
    stream.request(Settings(), live=False)
    comparison = LiveComparison(stream)
    comparison.start(Settings())
    assert process(stream).model == "movenet-lightning" and len(loaded) == 1


def test_a_larger_result_of_one_side_is_scaled(stream, comparison):
    stream.request(Settings.from_dict({"effects": [{"name": "side-by-side"}]}), live=False)
    assert process(stream).image.shape == comparison.images[1].shape == (48, 128, 3)


def test_all_models_are_closed_once(stream, comparison, loaded):
    process(stream)
    comparison.stop()
    assert [model.closes for model in loaded] == [0, 1]
    assert not comparison.active and comparison.images is None and comparison.summary is None
    assert np.array_equal(process(stream).image, stream.status().result.image) and len(loaded[1].frames) == 1
    comparison.close()
    stream.close()
    assert [model.closes for model in loaded] == [1, 1]


def test_comparing_can_start_again(stream, comparison, loaded):
    comparison.stop()
    comparison.request(Uploads(), live=False)  # nothing is compared
    assert len(loaded) == 2
    comparison.start(Settings())
    comparison.request(Uploads(), live=False)
    assert process(stream) and comparison.status.result.model == "movenet-lightning"
    assert comparison.settings == Settings() and len(loaded) == 3


def test_a_frame_after_the_end_does_not_reach_a_closed_model(stream, comparison, loaded):
    companion = stream.companion
    comparison.stop()
    result = stream._process(Frame(image()), stream.plan)
    assert companion(Frame(image()), stream.plan, result) is result and not loaded[1].frames


def test_b_does_not_count_as_a_stream(stream, comparison):
    before = active_streams()
    process(stream)
    assert active_streams() <= before + 1


class SlowEstimator(FakeEstimator):
    """Takes some seconds per frame by the test's clock."""

    def __init__(self, clock, seconds):
        super().__init__()
        self.clock, self.seconds = clock, seconds

    def estimate(self, frame, options):
        self.clock.now += self.seconds
        return super().estimate(frame, options)


def test_the_governor_of_a_does_not_measure_the_time_of_b(clock):
    """A alone reaches 10 frames per second, both together 1.7: below the target of 6."""
    stream = LiveStream(clock)
    comparison = LiveComparison(stream)
    stream.set_plan(plan_of(SlowEstimator(clock, 0.1)))
    comparison.start(Settings())
    comparison._b.set_plan(plan_of(SlowEstimator(clock, 0.5)))
    for index in range(20):
        stream.process_frame(Frame(image(), index * 0.6))
    assert stream.status().fps == pytest.approx(1 / 0.6, rel=0.01)
    assert not stream.status().overloaded
    comparison.close()


def test_the_latency_includes_the_time_of_b(clock):
    stream = LiveStream(clock)
    comparison = LiveComparison(stream)
    stream.set_plan(plan_of(SlowEstimator(clock, 0.1)))
    comparison.start(Settings())
    comparison._b.set_plan(plan_of(SlowEstimator(clock, 0.5)))
    stream.process_frame(Frame(image(), clock.now))
    assert stream.status().latency_ms == pytest.approx(600)
    comparison.close()


def test_the_names_of_the_sides_are_drawn_where_they_are_visible():
    def marked(divider):
        corner = join(image(0), image(0), divider)[-12:]
        return corner[:, :10].any(), corner[:, -10:].any()

    assert marked(0.5) == (True, True)
    assert marked(0.0)[1] and marked(1.0)[0]
    assert not join(image(0), image(0), 1.0)[-10:, 50:60].any()


def test_comparisons_begin_and_end_while_frames_are_processed():
    """Frames are never returned unprocessed, and no model is used after it was closed."""
    stream, violations, stop = LiveStream(), [], threading.Event()
    comparison = LiveComparison(stream)
    stream.set_plan(plan_of(FakeEstimator()))

    class Checker(FakeEstimator):
        def estimate(self, frame, options):
            if self.closes:
                violations.append("used after close")
            return super().estimate(frame, options)

    def video_thread():
        index = 0
        while not stop.is_set():
            if stream.process_frame(Frame(image(), index / 30)) is None:
                violations.append("unprocessed")
            index += 1

    video = threading.Thread(target=video_thread)
    video.start()
    models = [Checker() for _ in range(30)]
    for model in models:
        comparison.start(Settings())
        comparison._b.set_plan(plan_of(model))
        time.sleep(0.004)
        comparison.stop()
    stop.set()
    video.join(10)
    assert not video.is_alive() and not violations and not stream.status().error
    assert [model.closes for model in models] == [1] * 30 and sum(bool(model.frames) for model in models) > 15
