"""The progress of tasks whose steps have expected durations."""

import time
from dataclasses import dataclass

import pytest

from pose_demo.explore.progress import Progress, ProgressMeter
from pose_demo.explore.tasks import Report


@dataclass(frozen=True)
class Work:
    """A task that does nothing."""

    label: str
    steps: int
    ms: float

    def expected_ms(self, folder):
        return self.ms

    def run(self, folder, on_step):
        return Report()


@pytest.fixture
def clock(monkeypatch):
    """Sets the time."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


LONG, SHORT = Work("long", 10, 900.0), Work("short", 2, 100.0)


def meter(folder, *tasks):
    reports = []
    found = ProgressMeter(folder, reports.append)
    found.add(tasks)
    return found, reports


def test_steps_count_by_their_expected_duration(tmp_path, clock):
    progress, reports = meter(tmp_path, LONG, SHORT)
    progress.advance(LONG, 1)
    progress.advance(SHORT, 1)
    progress.advance(LONG, 9)
    progress.advance(SHORT, 1)
    assert [report.fraction for report in reports] == pytest.approx([0.09, 0.14, 0.95, 1.0])
    assert [report.message for report in reports] == ["long", "short", "long", "short"]


def test_the_time_left_is_in_proportion_to_the_time_spent(tmp_path, clock):
    progress, reports = meter(tmp_path, LONG, SHORT)
    clock[0] += 9
    progress.advance(LONG, 10)
    clock[0] += 1
    progress.advance(SHORT, 2)
    assert [report.seconds_left for report in reports] == pytest.approx([1.0, 0.0])


def test_the_time_left_is_unknown_before_anything_was_done(tmp_path, clock):
    progress, reports = meter(tmp_path, LONG)
    clock[0] += 5
    progress.advance(LONG, 0)
    assert reports == [Progress(0.0, None, "long")]


def test_tasks_that_are_added_later_lower_the_fraction(tmp_path, clock):
    progress, reports = meter(tmp_path, SHORT)
    progress.advance(SHORT, 2)
    progress.add([LONG])
    progress.advance(LONG, 5)
    assert [report.fraction for report in reports] == pytest.approx([1.0, 0.55])


def test_expected_tasks_count_before_they_are_added(tmp_path, clock):
    reports = []
    progress = ProgressMeter(tmp_path, reports.append)
    progress.expect(1000)
    progress.add([LONG])  # takes 900 of them
    progress.advance(LONG, 10)
    progress.add([SHORT])
    progress.advance(SHORT, 1)
    progress.advance(SHORT, 1)
    assert [report.fraction for report in reports] == pytest.approx([0.9, 0.95, 1.0])


def test_more_steps_than_expected_do_not_exceed_1(tmp_path, clock):
    progress, reports = meter(tmp_path, SHORT)
    progress.advance(SHORT, 5)
    assert (reports[0].fraction, reports[0].seconds_left) == (1.0, 0.0)


@pytest.mark.parametrize("work", [Work("no steps", 0, 10.0), Work("no time", 3, 0.0)])
def test_tasks_without_steps_or_time(tmp_path, clock, work):
    progress, reports = meter(tmp_path, work)
    progress.advance(work, work.steps)
    assert reports == [Progress(0.0, None, work.label)]


def test_equal_tasks_are_counted_once_each(tmp_path, clock):
    tasks = [Work("same", 2, 100.0), Work("same", 2, 100.0)]
    progress, reports = meter(tmp_path, *tasks)
    for task in tasks:
        progress.advance(task, 2)
    assert [report.fraction for report in reports] == pytest.approx([0.5, 1.0])


def test_an_exception_of_the_listener_is_raised(tmp_path, clock):
    def stop(progress):
        raise KeyboardInterrupt

    progress = ProgressMeter(tmp_path, stop)
    progress.add([SHORT])
    with pytest.raises(KeyboardInterrupt):
        progress.advance(SHORT, 1)
