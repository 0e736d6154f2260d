"""The delay of a stream from claps: found, and refused where it cannot be right."""

import numpy as np
import pytest
from dance_claps import claps, reference
from dance_streams import SIZE

from pose_demo.dance.calibration import measure
from pose_demo.dance.sequence import PoseSequence


def changed(sequence, time_of):
    """The same poses at other times."""
    return PoseSequence(time_of(sequence.timestamps), sequence.xy, sequence.scores, sequence.size)


@pytest.mark.parametrize("delay", [0.02, 0.15, 0.4, 0.95])
def test_the_delay_of_claps_in_time(delay):
    found = measure(reference(), claps("b").shifted(delay))
    assert found.seconds == pytest.approx(delay, abs=0.01) and found.reason == ""


def test_claps_before_the_music_are_no_delay():
    found = measure(reference(), claps().shifted(-0.2))
    assert found.seconds is None
    assert found.reason == "expected a delay from 0 to 1000 ms, got -200: clap with the music, not before it"
    assert measure(reference(), claps().shifted(1.1)).seconds is None


def test_irregular_claps_are_refused():
    late = changed(claps(), lambda times: times + 0.15 + 0.045 * times)
    found = measure(reference(), late)
    assert found.seconds is None and "too irregular" in found.reason


def test_something_else_is_refused_with_the_reason():
    still = changed(claps(), lambda times: times)
    still = PoseSequence(still.timestamps, np.repeat(still.xy[:1], len(still.xy), 0), still.scores, SIZE)
    assert "the claps were not recognized: " in measure(reference(), still).reason
    nobody = PoseSequence(claps().timestamps, claps().xy, 0 * claps().scores, SIZE)
    assert "you are not in the picture" in measure(reference(), nobody).reason
