"""The claps by which the delay of a stream is measured."""

import numpy as np
import pytest

from pose_demo import sample
from pose_demo.dance.alignment import Alignment
from pose_demo.dance.options import DanceOptions
from pose_demo.dance.sequence import PoseSequence
from pose_demo.sample.choreographies.claps import CHOREOGRAPHY

SIZE = 640, 480


def test_claps_in_front_and_overhead_by_turns():
    beat = 60 / CHOREOGRAPHY.bpm
    assert CHOREOGRAPHY.duration == 16 * beat == 10
    dancer = sample.performances(CHOREOGRAPHY)
    gaps, above = [], []
    for count in range(8):
        pose = sample.performance_poses(dancer, count * beat, size=SIZE)[0]
        gaps.append(abs(pose.xy[9, 0] - pose.xy[10, 0]))
        above.append(bool(pose.xy[9, 1] < pose.xy[0, 1]))
    assert min(gaps[::2]) > 200 and max(gaps[1::2]) < 50
    assert above == [False, False, False, True] * 2


def test_a_shift_by_beats_is_not_similar():
    times = np.arange(0, CHOREOGRAPHY.duration, 1 / 30)
    dancer = sample.performances(CHOREOGRAPHY)
    poses = [sample.performance_poses(dancer, float(time), size=SIZE)[0] for time in times]
    danced = PoseSequence.from_poses(times, poses, SIZE)
    found = Alignment.of(danced, danced.shifted(0.3), DanceOptions(mirror="off", largest_lag=1.2)).peak
    assert found.lag == pytest.approx(0.3, abs=0.002) and found.correlation > 0.99
    curve = Alignment.of(danced, danced, DanceOptions(mirror="off", largest_lag=1.2))._correlation
    far = curve.within(0.45, 1.5)
    assert far.values.max() < 0.5
