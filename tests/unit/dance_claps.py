"""The drawn dancer who claps, with true keypoints."""

from __future__ import annotations

from functools import cache

import numpy as np
from dance_streams import SIZE

from pose_demo import sample
from pose_demo.dance.sequence import PoseSequence
from pose_demo.sample.choreographies.claps import CHOREOGRAPHY


@cache
def claps(body="a"):
    """The true poses of the claps, which begin and end with a second of rest."""
    dancer = sample.performances(CHOREOGRAPHY, bodies=[sample.BODIES[body]])
    times = np.arange(-1, CHOREOGRAPHY.duration + 2, 1 / 30)
    poses = [sample.performance_poses(dancer, float(time), size=SIZE)[0] for time in times]
    return PoseSequence.from_poses(times, poses, SIZE)


def reference():
    return claps().trimmed(0, CHOREOGRAPHY.duration)
