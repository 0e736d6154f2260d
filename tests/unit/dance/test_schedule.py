"""Count-in, passage, speed and repetition, computed by hand."""

import numpy as np
import pytest

from pose_demo.dance.live_options import DanceAlongOptions
from pose_demo.dance.schedule import Schedule
from pose_demo.dance.sequence import PoseSequence

DANCER = PoseSequence(np.arange(0, 20.5, 0.5), np.zeros((41, 17, 2), np.float32), np.ones((41, 17), np.float32), (9, 9))


def test_three_two_one_and_the_dance_begins():
    schedule = Schedule(start=0, end=10, count_in=3)
    counts = [schedule.moment(elapsed).count for elapsed in (0, 0.9, 1, 1.9, 2, 2.99, 3)]
    assert counts == [3, 3, 2, 2, 1, 1, 0]
    assert schedule.moment(2.99).phase == "count-in" and schedule.moment(3).phase == "dance"


@pytest.mark.parametrize(
    ("elapsed", "phase", "position"),
    [(0, "count-in", 4), (2, "dance", 4), (6, "dance", 6), (13.9, "dance", 9.95), (14, "finished", 10)],
)
def test_half_the_speed(elapsed, phase, position):
    moment = Schedule(start=4, end=10, speed=0.5, count_in=2).moment(elapsed)
    assert moment.phase == phase and moment.position == pytest.approx(position)


def test_a_repeated_passage_begins_again_without_a_count_in():
    moment = Schedule(start=4, end=10, count_in=2, loop=True).moment(2 + 6 + 6 + 1.5)
    assert (moment.phase, moment.round) == ("dance", 2) and moment.position == pytest.approx(5.5)
    assert moment.danced == pytest.approx(13.5)


def test_a_take_without_a_count_in():
    assert Schedule(start=0, end=10, count_in=0).moment(0).phase == "dance"


def test_without_a_take_the_passage_is_repeated():
    schedule = Schedule(start=4, end=10, speed=0.5)
    assert [schedule.preview(time).position for time in (0, 2, 12, 14)] == [4, 5, 4, 5]


@pytest.mark.parametrize(
    ("options", "passage"),
    [
        ({}, (0, 20)),
        ({"start": 5.0, "end": 9.0}, (5, 9)),
        ({"start": 5.0}, (5, 20)),
        ({"end": 99.0}, (0, 20)),
        ({"start": 9.0, "end": 5.0}, (0, 20)),
        ({"start": 30.0}, (0, 20)),
        ({"start": 19.5}, (0, 20)),
    ],
)
def test_a_passage_that_is_not_there_is_the_whole_dance(options, passage):
    schedule = Schedule.of(DANCER, DanceAlongOptions(**options))
    assert (schedule.start, schedule.end) == passage
