"""Dancers along with a teacher of whom nothing can be said: they are told why, and get no number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from dance_streams import DISCO, END, SIZE, danced, numbers, plan, pose, steady, teacher

from pose_demo.dance import reasons
from pose_demo.dance.evaluation import Evaluation, summary
from pose_demo.dance.reference import DanceReference
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.teacher import Teacher
from pose_demo.sample import CHOREOGRAPHIES, Performance, Style

EXACT = Performance(choreography=DISCO)
LATE = Performance(choreography=DISCO, delay=0.15)
TIMES = steady(10)


def between(states, start, end):
    """The evaluations from start to end, in seconds of the dance."""
    return [state.evaluation for state in states if start < state.moment.danced < end]


def turned(shown, time):
    """Seen from behind: left and right are exchanged in the image."""
    return replace(shown, xy=shown.xy[shown.skeleton.flip])


def test_who_comes_late_has_numbers_from_then_on():
    states = danced(LATE, TIMES, change=lambda shown, time: shown if time > 3 else None)
    absent = between(states, 2.3, 3)
    assert {(it.timing_ms, it.form, it.reason) for it in absent} == {(None, None, reasons.NOBODY)}
    here = between(states, 6.5, END)
    assert all(it.timing_ms == pytest.approx(150, abs=20) and it.form > 0.98 for it in here)
    assert states[-1].evaluation.timing_ms == pytest.approx(150, abs=10)


@pytest.mark.parametrize("seconds", [4, -4])
def test_who_dances_at_another_time_has_no_number_of_the_take(seconds):
    states = danced(Performance(choreography=DISCO, delay=seconds), TIMES)
    assert states[-1].evaluation == Evaluation(reason=reasons.OTHER_DANCE)
    assert not len(numbers(states)) and reasons.OTHER_MOVES in {it.reason for it in between(states, 3, END)}


@pytest.mark.parametrize("dance", ["first-steps", "reach-and-clap", "jumps", "duet"])
def test_who_dances_another_dance_has_no_number_of_the_take(dance):
    states = danced(Performance(choreography=CHOREOGRAPHIES[dance], style=Style(1)), TIMES)
    assert states[-1].evaluation == Evaluation(reason=reasons.OTHER_DANCE)
    assert np.mean([it.timing_ms is not None for it in between(states, 0, END)]) < 0.1


def test_another_passage_within_the_dance_has_no_timing():
    def other(shown, time):
        return pose(LATE, time + 4.14) if 3 < time < 5.5 else shown  # eight counts ahead

    states = danced(LATE, TIMES, change=other)
    assert {(it.timing_ms, it.reason) for it in between(states, 5, 5.5)} == {(None, reasons.OTHER_MOVES)}
    assert states[-1].evaluation.timing_ms == pytest.approx(150, abs=20)


def test_who_faces_the_other_way_has_no_number():
    states = danced(EXACT, TIMES, change=turned)
    assert not len(numbers(states)) and states[-1].evaluation == Evaluation(reason=reasons.OTHER_WAY)
    assert {it.form for it in between(states, 0, END)} == {None}


def test_the_second_of_two_teachers_is_followed_on_request():
    times = np.arange(0, END + 1, 1 / 15)
    dances = [Performance(choreography=CHOREOGRAPHIES[name]) for name in ("first-steps", "disco")]
    sequences = [PoseSequence.from_poses(times, [pose(it, float(time)) for time in times], SIZE) for it in dances]
    both = Teacher(DanceReference("two", tuple(sequences)))
    first, second = (replace(plan(dancer=dancer), teacher=both) for dancer in (1, 2))
    assert danced(LATE, TIMES, first)[-1].evaluation.timing_ms is None
    assert danced(LATE, TIMES, second)[-1].evaluation.timing_ms == pytest.approx(150, abs=20)


def test_where_the_teacher_is_not_visible_there_is_no_number():
    """As between two parts of a video that is cut."""
    shown = teacher().reference.dancers[0]
    gap = (shown.timestamps > 3) & (shown.timestamps < 5)
    hidden = replace(shown, scores=np.where(gap[:, None], np.float32(0), shown.scores))
    states = danced(LATE, TIMES, replace(plan(), teacher=Teacher(DanceReference("cut", (hidden,)))))
    assert {(it.timing_ms, it.form, it.reason) for it in between(states, 4.5, 5)} == {
        (None, None, reasons.REFERENCE_NOT_VISIBLE)
    }
    assert between(states, 7.5, END)[-1].timing_ms == pytest.approx(150, abs=20)


def evaluations(timed, other, still=0):
    return (
        [Evaluation(timing_ms=100.0, form=0.9)] * timed
        + [Evaluation(form=0.8, reason=reasons.OTHER_MOVES)] * other
        + [Evaluation(form=0.95, reason=reasons.STILL)] * still
    )


@pytest.mark.parametrize(("timed", "other", "still", "is_rated"), [(1, 2, 0, True), (1, 3, 0, False), (0, 0, 9, True)])
def test_a_take_is_rated_where_a_third_of_its_moves_are_those_of_the_teacher(timed, other, still, is_rated):
    found = summary(evaluations(timed, other, still))
    assert (found.form is not None) == is_rated and (found.timing_ms is not None) == (is_rated and timed > 0)
    assert (found.reason == reasons.OTHER_DANCE) != is_rated
