"""The takes of a visit: which are kept, what is compared, and what is said about the others."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from dance_streams import BEGAN, COUNT_IN, DISCO, END, SIZE, danced, plan, pose, steady, teacher

from pose_demo.dance import reasons
from pose_demo.dance import takes as takes_module
from pose_demo.dance.comparison import DanceComparison
from pose_demo.dance.matcher import DanceMatcher
from pose_demo.dance.pictures import Pictures
from pose_demo.dance.sound import RATE, Sound
from pose_demo.dance.takes import MAX_TAKES, STOPPED_EARLY, ComparedTake, Takes
from pose_demo.dance.teacher import Teacher
from pose_demo.sample import Performance

EXACT = Performance(choreography=DISCO)
LATE = Performance(choreography=DISCO, delay=0.15)

NOT_COMPARED = DanceComparison(timing_ms=None, form=None, limbs={}, passages=())


@cache
def late():
    """The states of a whole take, danced 150 ms late."""
    return danced(LATE, steady(10))


def kept_of(states, number=1):
    """The takes after all states of the take of this number."""
    takes = Takes()
    for _ in range(number):
        takes.begin()
    for state in states:
        takes.update(state)
    return takes


def stopped(after, performance=LATE):
    """The states of a take that is stopped some seconds after the beginning of the dance."""
    matcher, states = DanceMatcher(), []
    for timestamp in steady(10):
        time = float(timestamp) - BEGAN - COUNT_IN
        poses = (replace(pose(performance, time), track_id=1),)
        given = plan(take=1 if time <= after + 1e-6 else 0)
        states.append(matcher.update(given, poses, poses, float(timestamp), 0.3, SIZE))
    return states


def test_a_whole_take_is_compared_once_and_then_it_is_over():
    takes = Takes()
    assert takes.begin() == 1 and takes.is_running
    changes = [takes.update(state) for state in late()]
    assert changes.count(True) == 1 and not takes.is_running and takes.note == ""
    (take,) = takes.kept
    assert take.comparison.timing_ms == pytest.approx(150, abs=10) and take.comparison.form > 0.97
    assert (take.number, take.is_whole, take.finished.end, take.reference) == (1, True, END, "disco")
    assert take.comparison.passages[-1].end == pytest.approx(END, abs=0.05)


def test_of_a_stopped_take_what_was_danced_is_compared():
    takes = kept_of(stopped(after=5.0))
    (take,) = takes.kept
    assert take.finished.end == pytest.approx(5.0) and not take.is_whole and not takes.is_running
    assert take.comparison.timing_ms == pytest.approx(150, abs=15)
    assert take.comparison.passages[-1].end == pytest.approx(5.0, abs=0.05)


def test_a_take_that_is_finished_cannot_be_stopped():
    takes = kept_of(stopped(after=END + 0.7))
    assert [take.is_whole for take in takes.kept] == [True] and takes.note == ""


@pytest.mark.parametrize("after", [-0.5, 2.9])
def test_what_was_stopped_too_early_is_not_kept_and_the_reason_is_told_until_the_next_take(after):
    takes = kept_of(stopped(after))
    assert takes.kept == () and takes.note == STOPPED_EARLY and not takes.is_running
    takes.begin()
    assert takes.note == ""


def test_the_stop_button_counts_at_once_and_the_result_comes_with_a_later_frame():
    takes, states = Takes(), stopped(after=5.0)
    takes.begin()
    while states[0].finished is None:
        takes.update(states.pop(0))
    takes.stop()
    assert not takes.is_running and takes.kept == ()
    assert takes.update(states[0]) and len(takes.kept) == 1
    assert not takes.update(states[1])


def test_a_take_that_never_began_is_stopped():
    takes = Takes()
    takes.begin()
    preview = stopped(-2)[0]
    assert preview.take == 0 and not takes.update(preview)  # its first frame is still to come
    takes.stop()
    assert takes.update(preview) and takes.note == STOPPED_EARLY


def test_nothing_is_awaited_of_a_stream_that_ended():
    takes = Takes()
    takes.begin()
    takes.update(late()[0])
    takes.abandon()
    assert not takes.is_running and not takes.update(stopped(-2)[0]) and takes.note == ""


def test_nobody_in_it_is_told():
    (take,) = kept_of(danced(None, steady(10))).kept
    assert (take.comparison.form, take.comparison.timing_ms, take.comparison.reason) == (None, None, reasons.NOBODY)


def test_each_round_of_a_repeated_passage_is_a_take():
    given = plan(start=0.0, end=60 / 116 * 8, loop=True)  # 8 counts
    length = given.schedule.duration

    def shown_at(shown, time):
        """A dancer who is later in the second round."""
        return pose(EXACT, max(time - (0.15 if time < length else 0.25), 0) % length)

    takes = kept_of(danced(EXACT, steady(15, COUNT_IN + 2 * length + 1), given, change=shown_at))
    first, second = [take.comparison.timing_ms for take in takes.kept]
    assert (first, second) == (pytest.approx(150, abs=20), pytest.approx(250, abs=25))
    assert [take.number for take in takes.kept] == [1, 2] and takes.is_running


def test_at_half_the_speed_timing_is_in_milliseconds_of_the_stream():
    states = danced(LATE, steady(10, 2 * END + COUNT_IN + 2), plan(speed=0.5), speed=0.5)
    (take,) = kept_of(states).kept
    assert take.comparison.timing_ms == pytest.approx(300, abs=20)
    assert take.comparison.passages[0].timing_ms == pytest.approx(300, abs=40)
    assert take.comparison.passages[-1].end == pytest.approx(END, abs=0.05)


def test_in_a_mirror_the_other_side_is_compared():
    given = plan(mirrored=True, mirror=False)
    (take,) = kept_of(danced(Performance(choreography=DISCO, mirrored=True), steady(10), given)).kept
    assert take.comparison.mirrored and take.comparison.form > 0.97


# ---- which are kept


def with_results(*results):
    """Takes that are not compared, after states with these results of takes of a teacher each."""
    takes = Takes(
        lambda number, finished: ComparedTake(
            number=number, finished=finished, performances=(), comparisons=(NOT_COMPARED,)
        )
    )
    for finished in results:
        takes.update(replace(late()[0], take=0, finished=finished))
    return takes


def finished_take(by=None):
    found = late()[-1].finished
    return replace(found, plan=replace(found.plan, teacher=by or teacher()))


def test_the_last_ten_are_kept_and_keep_their_numbers():
    takes = with_results(*(finished_take() for _ in range(MAX_TAKES + 2)))
    assert [take.number for take in takes.kept] == list(range(3, MAX_TAKES + 3))
    takes.remove(takes.kept[0])
    assert [take.number for take in takes.kept] == list(range(4, MAX_TAKES + 3))
    takes.close()
    assert not takes.update(replace(late()[0], finished=finished_take())) and takes.kept == ()


def test_only_the_pictures_of_the_last_teacher_are_kept():
    pictures = Pictures(np.zeros(1), (b"",))
    first, second = (Teacher(replace(teacher().reference), pictures) for _ in range(2))
    takes = with_results(finished_take(first), finished_take(first), finished_take(second))
    kept = [take.finished.plan.teacher.pictures for take in takes.kept]
    assert kept == [None, None, pictures]


def test_takes_keep_no_sound():
    loud = replace(plan(), teacher=replace(teacher(), sound=Sound(np.zeros(9 * RATE, np.int16))))
    assert loud.music
    (take,) = with_results(replace(finished_take(), plan=loud)).kept
    assert take.finished.plan.teacher.sound is None and take.finished.plan.music is None


def test_the_oldest_takes_make_room_for_new_ones_but_the_last_one_stays(monkeypatch):
    (take,) = with_results(finished_take()).kept
    size = takes_module._byte_count(take)
    sequences = take.finished.dancers[0].performance, *take.performances, *take.finished.plan.passages
    assert size == sum(17 * 3 * 4 * len(it.timestamps) for it in sequences)
    for limit, numbers in ((3 * size, [2, 3, 4]), (size - 1, [4])):
        monkeypatch.setattr(takes_module, "MAX_BYTES", limit)
        assert [it.number for it in with_results(*(finished_take() for _ in range(4))).kept] == numbers


def test_takes_of_the_same_passage_belong_together_whatever_their_speed():
    (take,) = kept_of(late()).kept

    def other(**options):
        given = plan(**options)
        return replace(take, finished=replace(take.finished, plan=given))

    assert take.is_same_passage(other(speed=0.5, mirrored=True)) and not take.is_same_passage(other(end=7.0))
