"""Tracks that are lost and found again, in made poses: whose they are."""

import numpy as np
import pytest

from pose_demo.dance.dancer_tracks import DancerTracks
from pose_demo.dance.main_dancer import MainDancer
from pose_demo.skeletons import COCO_17
from pose_demo.types import Pose


def person(track, x=100.0, height=200.0):
    """A person as a vertical line of keypoints, its middle at x."""
    xy = np.stack((np.full(17, x), np.linspace(0, height, 17)), axis=1).astype(np.float32)
    return Pose(COCO_17, xy, np.ones(17, np.float32), 1.0, track_id=track)


def numbers(*frames):
    """The number of each pose in the frames (timestamp, poses); None for one that is left out."""
    tracks, found = DancerTracks(), []
    for timestamp, *poses in frames:
        by_index = {index: number for number, index in tracks.update(poses, timestamp, 0.3).items()}
        found.append([by_index.get(index) for index in range(len(poses))])
    return found


def test_dancers_are_numbered_by_size_and_keep_their_numbers_in_any_order():
    small, large = person(1, 100), person(2, 300, 300)
    assert numbers((0.0, small, large), (0.1, large, small), (0.2, small)) == [[2, 1], [1, 2], [2]]


def test_a_new_track_goes_on_with_the_nearest_dancer_who_is_lost():
    first = 0.0, person(1, 100), person(2, 300, 201), person(3, 500, 202)
    assert numbers(first, (0.1, person(2, 300)), (5.0, person(2, 300), person(7, 480), person(8, 130))) == [
        [3, 2, 1],
        [2],
        [2, 1, 3],
    ]


@pytest.mark.parametrize(("height", "number"), [(390, 1), (110, 1), (410, 2), (90, 2)])
def test_a_person_of_another_size_is_another_dancer(height, number):
    assert numbers((0.0, person(1)), (0.1, person(2, height=height)))[1] == [number]


def test_a_track_that_comes_back_is_its_dancer_again():
    frames = (0.0, person(1)), (0.1, person(2, 300)), (0.2, person(2, 300), person(1)), (0.3, person(2, 300))
    assert numbers(*frames) == [[1], [1], [2, 1], [2]]


def test_of_more_than_six_the_one_who_is_gone_longest_is_forgotten():
    crowd = [person(track, 100.0 * track) for track in range(1, 7)]
    child = person(7, 50, 60)
    assert numbers((0.0, *crowd), (0.1, *crowd, child))[1] == [1, 2, 3, 4, 5, 6, None]
    assert numbers((0.0, *crowd), (1.0, *crowd[1:]), (1.9, *crowd[1:], child))[2][-1] is None
    assert numbers((0.0, *crowd), (1.0, *crowd[1:]), (2.1, *crowd[1:], child))[2] == [2, 3, 4, 5, 6, 7]


def test_poses_without_tracks_are_numbered_by_their_order():
    assert numbers((0.0, person(None), person(None, 300)), (0.1, person(None), person(None, 300)))[1] == [1, 2]


def test_another_person_is_the_main_one_after_two_seconds():
    main = MainDancer()

    def number(timestamp, **heights):
        main.update({int(key[1:]): person(None, height=height) for key, height in heights.items()}, timestamp, 0.3)
        return main.number

    assert number(0.0) == 1 and number(0.1, _1=200, _2=100) == 1 and number(0.2, _1=100, _2=400) == 1
    assert number(2.1, _2=400, _3=500) == 1 and number(2.3, _2=400, _3=500) == 3
