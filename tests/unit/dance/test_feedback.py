"""Passages in words."""

import pytest
from moving_body import dance, frame_times

from pose_demo.dance.comparison import Passage, compare
from pose_demo.dance.feedback import sentence, timing
from pose_demo.dance.form import Deviation


def passage(timing_ms=0.0, reason="", **deviations):
    named = {name.replace("_", " "): Deviation(*it) for name, it in deviations.items()}
    return Passage(
        start=0, end=3, timing_ms=timing_ms, form=0.9, wrong_limbs=tuple(named), deviations=named, reason=reason
    )


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(143, "140 ms late"), (-56, "60 ms early"), (39, "on time"), (-39, "on time")]
)
def test_timing(milliseconds, text):
    assert timing(milliseconds) == text


def test_an_arm_that_is_off_as_a_whole_is_one_part():
    arm = passage(140, right_upper_arm=(26, "low"), right_forearm=(24, "low"))
    assert sentence(arm) == "right arm 25 degrees too low, 140 ms late"
    bent = passage(140, right_upper_arm=(26, "low"), right_forearm=(24, "high"))
    assert sentence(bent) == "right upper arm 26 degrees too low, right forearm 24 degrees too high, 140 ms late"


def test_two_parts_are_mentioned_worst_first():
    three = passage(0, left_shin=(40, "left"), hips=(30, "off"), left_forearm=(20, "right"))
    assert sentence(three) == "left shin 40 degrees too far left, hips 30 degrees off, on time"


def test_a_passage_without_errors_or_without_timing():
    assert sentence(passage(0)) == "no limb clearly off, on time"
    assert sentence(passage(None, "the reference hardly moves here")) == "the reference hardly moves here"
    assert sentence(passage(None, "still", left_forearm=(20, "high"))) == "left forearm 20 degrees too high"


def test_the_sentence_of_a_lowered_arm():
    times = frame_times(15, 30)
    found = compare(dance(times), dance(times, delay=0.14, lowered=("right", 25, 6, 9)))
    assert sentence(found.passages[2]) == "right arm 25 degrees too low, 140 ms late"
    assert sentence(found.passages[0]) == "no limb clearly off, 140 ms late"
