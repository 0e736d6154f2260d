"""A whole comparison in words, and its best and worst passages."""

import pytest

from pose_demo.dance.comparison import DanceComparison, Passage
from pose_demo.dance.form import Deviation
from pose_demo.dance.wording import best_and_worst, clock, is_faultless, line, summary

WRONG = {"left shin": Deviation(25.4, "high")}


def passage(start=9.0, **values):
    return Passage(**({"start": start, "end": start + 3, "timing_ms": 0.0, "form": 0.9} | values))


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (9.4, "0:09"), (59.7, "1:00"), (605, "10:05")])
def test_clock(seconds, text):
    assert clock(seconds) == text


def test_a_passage_has_its_time():
    late = passage(timing_ms=140.0, deviations=WRONG)
    assert line(late) == "0:09 to 0:12: left shin 25 degrees too high, 140 ms late"
    assert line(passage(form=None, timing_ms=None, reason="step back")) == "0:09 to 0:12: step back"


def test_summary():
    made = DanceComparison(timing_ms=140.0, form=0.873, limbs={}, passages=(), mirrored=True)
    assert summary(made) == "form 87 %, 140 ms late (mirrored)"
    still = DanceComparison(timing_ms=None, form=0.873, limbs={}, passages=(), reason="it hardly moves")
    assert summary(still) == "form 87 %, it hardly moves"
    none = DanceComparison(timing_ms=None, form=None, limbs={}, passages=(), reason="another dance")
    assert summary(none) == "another dance"


def test_the_best_and_the_worst_passages_do_not_overlap():
    forms = [0.9, 0.5, None, 0.8, 0.7, 0.95, 0.6, 0.85]
    best, worst = best_and_worst([passage(3 * i, form=form) for i, form in enumerate(forms)])
    assert [it.form for it in best] == [0.95, 0.9, 0.85] and [it.form for it in worst] == [0.5, 0.6, 0.7]
    best, worst = best_and_worst([passage(form=0.9), passage(form=0.8), passage(form=0.7)])
    assert [it.form for it in best] == [0.9, 0.8] and [it.form for it in worst] == [0.7]
    assert best_and_worst([passage(form=None)]) == ([], [])


def test_a_faultless_passage_is_none_of_the_worst():
    good, late, crooked, poor = passage(), passage(timing_ms=50.0), passage(deviations=WRONG), passage(form=0.89)
    assert [is_faultless(it) for it in (good, passage(timing_ms=None), late, crooked, poor)] == [1, 1, 0, 0, 0]
    assert best_and_worst([good] * 6) == ([good] * 3, [])
    assert best_and_worst([late] + [good] * 6) == ([good] * 3, [late])


def test_a_single_passage_is_the_best_or_the_worst():
    good, late = passage(), passage(timing_ms=50.0)
    assert best_and_worst([good]) == ([good], []) and best_and_worst([late]) == ([], [late])


def test_of_equal_form_the_later_one_is_worse():
    best, worst = best_and_worst([passage(timing_ms=-200.0), passage(timing_ms=90.0)])
    assert best[0].timing_ms == 90 and worst[0].timing_ms == -200
