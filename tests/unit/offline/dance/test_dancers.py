"""Who dances in a clip: the most prominent ones, through losses and cuts."""

from dataclasses import replace

import numpy as np
import pytest

from pose_demo import sample
from pose_demo.io.keypoint_reader import DetectedPoses
from pose_demo.offline.dance.dancers import dance_of
from pose_demo.types import InputError

SIZE = (640, 480)


def person(index, track_id, x=0.0, scale=1.0):
    pose = sample.ground_truth(index)[0]
    return replace(pose, xy=pose.xy * np.float32(scale) + np.float32([x, 0]), track_id=track_id)


def dance(poses, count=60, fps=30):
    """``poses(index)`` are those of a frame."""
    times = tuple(index / fps for index in range(count))
    return dance_of(
        DetectedPoses(times, tuple(tuple(poses(index)) for index in range(count)), SIZE, "fake"), "clip.mp4"
    )


def first_x(made, dancer=0):
    return made.reference.dancers[dancer].xy[:, 0, 0]


def test_one_person():
    made = dance(lambda i: [person(i, 1)])
    assert made.reference.name == "clip.mp4" and made.reference.model == "fake" and not made.notes
    truth = np.array([sample.ground_truth(i)[0].xy for i in range(60)])
    assert np.abs(made.reference.dancers[0].xy - truth).mean() < 0.3


def test_the_larger_of_two_dancers_is_the_first_and_it_is_told():
    made = dance(lambda i: [person(i, 1, 20, 0.5), person(i, 2)])
    assert len(made.reference.dancers) == 2
    assert np.abs(first_x(made) - [person(i, 2).xy[0, 0] for i in range(60)]).max() < 2
    assert made.notes == ("clip.mp4: 2 persons dance; the most prominent one is dancer 1",)


def test_who_is_there_for_a_short_time_does_not_dance():
    made = dance(lambda i: [person(i, 1)] + [person(i, 2, 200)] * (i < 25) + [person(i, 3, 300)] * (i % 40 == 0))
    assert len(made.reference.dancers) == 1 and not made.notes


def test_a_dancer_who_is_lost_for_long_goes_on_and_the_gap_stays_empty():
    made = dance(lambda i: [person(i, 1 + (i > 40))] if not 20 < i < 41 else [])
    (dancer,) = made.reference.dancers
    seen = dancer.scores.any(axis=1)
    assert np.flatnonzero(~seen).tolist() == list(range(21, 41)) and not made.reference.bridged[0].any()
    assert not made.notes


def test_a_short_loss_is_bridged_and_marked():
    made = dance(lambda i: [person(i, 1)] if i not in (20, 21, 22) else [])
    assert np.flatnonzero(made.reference.bridged[0]).tolist() == [20, 21, 22]


@pytest.mark.parametrize("same_id", [True, False])
def test_a_cut_is_told_and_the_dancer_goes_on(same_id):
    made = dance(lambda i: [person(i, 1 if same_id else 1 + i // 30, 250 * (i // 30))])
    assert len(made.reference.dancers) == 1 and made.reference.dancers[0].scores.all()
    (note,) = made.notes
    assert "suddenly somewhere else at 1.0 s: is the video cut there" in note


def test_several_cuts_are_counted():
    (note,) = dance(lambda i: [person(i, 1, 250 * (i // 20 % 2))]).notes
    assert "somewhere else 2 times, first at 0.7 s" in note


def test_somebody_much_smaller_is_somebody_else():
    made = dance(lambda i: [person(i, 1)] if i < 40 else [person(i, 2, scale=0.3)])
    assert not made.reference.dancers[0].scores[40:].any()


@pytest.mark.parametrize("frames", [0, 10])
def test_a_clip_in_which_nobody_dances_is_rejected(frames):
    with pytest.raises(InputError, match=r"clip.mp4: nobody dances in it"):
        dance(lambda i: [person(i, 1)] * (i < frames))
