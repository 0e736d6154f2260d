"""A drawn dancer who follows a teacher: true keypoints in place of a camera and a model."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from pose_demo import sample
from pose_demo.dance.comparison import DanceComparison
from pose_demo.dance.dance_plan import DancePlan
from pose_demo.dance.live_options import OWN, DanceAlongOptions
from pose_demo.dance.matcher import DanceMatcher
from pose_demo.dance.pictures import PictureEncoder
from pose_demo.dance.reference import DanceReference
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.take import Danced, FinishedTake
from pose_demo.dance.takes import ComparedTake
from pose_demo.dance.teacher import Teacher
from pose_demo.sample import CHOREOGRAPHIES, Performance
from pose_demo.types import Frame

SIZE = 640, 480
WIDE = 960, 480  # for several dancers
BEGAN, COUNT_IN = 100.0, 1.0  # timestamps of the stream: the take, and its dance a second later
DISCO = CHOREOGRAPHIES["disco"]
END = 8.0


@cache
def teacher() -> Teacher:
    """The first 9 seconds of disco, without pictures."""
    times = np.arange(0, 9, 1 / 30)
    poses = [pose(Performance(choreography=DISCO), float(time)) for time in times]
    return Teacher(DanceReference("disco", (PoseSequence.from_poses(times, poses, SIZE),)))


def pose(performance, time):
    """The true pose at seconds since count 1."""
    return sample.performance_poses([performance], time, size=SIZE)[0]


def plan(take=1, mirrored=False, delay=0.0, **options):
    """A plan to follow 8 seconds of the teacher, counted in for a second."""
    chosen = DanceAlongOptions(**{"reference": OWN, "end": END, "count_in": 1, **options})
    return DancePlan(teacher=teacher(), options=chosen, take=take, delay=delay, mirrored=mirrored)


def with_picture(given, color):
    """The plan with a picture of one color of its teacher."""
    encoder = PictureEncoder()
    encoder.add(Frame(np.full((48, 64, 3), color, np.uint8), 0.0))
    return replace(given, teacher=replace(given.teacher, pictures=encoder.pictures))


def compared_take(*passages, number=1, given=None, danced_until=END, **comparison):
    """A take of the exact dance with a comparison of one's own.

    Args:
        passages: of the comparison.
        number: of the take.
        given: the plan.
        danced_until: seconds of the reference.
        comparison: values of the comparison; it has no numbers by default.
    """
    performance = teacher().reference.dancers[0].trimmed(0, danced_until)
    finished = FinishedTake(plan=given or plan(), dancers=(Danced(0, performance),), confidence=0.3)
    values = {"timing_ms": None, "form": None, "limbs": {}} | comparison
    found = DanceComparison(passages=passages, **values)
    return ComparedTake(number=number, finished=finished, performances=(performance,), comparisons=(found,))


def steady(fps, seconds=END + COUNT_IN + 1):
    """Timestamps of a stream from the beginning of the take on."""
    return BEGAN + np.arange(int(seconds * fps)) / fps


def danced(performance, times, given=None, speed=1.0, change=lambda pose, time: pose):
    """The states of a take.

    Args:
        performance: what the dancer does; None for nobody.
        times: the timestamps of the frames.
        given: the plan.
        speed: of the teacher and the dancer.
        change: of a pose at a time of the dance; None for nobody.
    """
    matcher, given = DanceMatcher(), given or plan()
    states = []
    for timestamp in times:
        time = (float(timestamp) - BEGAN - COUNT_IN) * speed
        shown = change(pose(performance, time), time) if performance else None
        poses = () if shown is None else (replace(shown, track_id=1),)
        states.append(matcher.update(given, poses, poses, float(timestamp), 0.3, SIZE))
    return states


def numbers(states):
    """Milliseconds and form of the states of the dance that have both."""
    rated = [state.evaluation for state in states if state.moment.phase == "dance"]
    return np.array([(it.timing_ms, it.form) for it in rated if it.timing_ms is not None and it.form is not None])


def danced_together(performances, times, given=None, change=lambda poses, time: poses):
    """The states of a take of several dancers, the first one on the right of the image, with track ids 1, 2, 3 ...

    Args:
        performances: what each dancer does.
        times: the timestamps of the frames.
        given: the plan.
        change: of the poses at a time of the dance.
    """
    matcher, given = DanceMatcher(), given or plan()
    states = []
    for timestamp in times:
        time = float(timestamp) - BEGAN - COUNT_IN
        poses = tuple(change(_poses(tuple(performances), round(time, 6)), time))
        states.append(matcher.update(given, poses, poses, float(timestamp), 0.3, WIDE))
    return states


@cache
def _poses(performances, time):
    return sample.performance_poses(performances, time, size=WIDE)
