"""Trails follow joints on the frames' own clock and fade."""

from __future__ import annotations

import numpy as np
import pytest

from pose_demo.effects import Scene
from pose_demo.effects.trails import Trails
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.types import Frame, Pose

WRIST = Trails(joints=("left_wrist",), seconds=1.0, thickness=4)


class Stream:
    """Feeds an effect with wrists that move on a black picture."""

    def __init__(self, effect=WRIST, skeleton=COCO_17):
        self.effect, self.skeleton, self.memory = effect, skeleton, {}

    def show(self, timestamp, *wrists, score=0.9, track_ids=(1, 2, 3)):
        image = np.zeros((60, 100, 3), np.uint8)
        poses = []
        for wrist, track_id in zip(wrists, track_ids, strict=False):
            xy = np.zeros((len(self.skeleton.keypoints), 2), np.float32)
            xy[self.skeleton.index("left_wrist")] = wrist
            poses.append(Pose(self.skeleton, xy, np.full(len(xy), score, np.float32), track_id=track_id))
        return self.effect.apply(image.copy(), Scene(Frame(image, timestamp), tuple(poses), memory=self.memory))


def lit(image):
    return image.any(axis=2)


@pytest.mark.parametrize("skeleton", [COCO_17, BLAZEPOSE_33])
def test_a_line_from_where_it_was_to_where_it_is(skeleton):
    stream = Stream(skeleton=skeleton)
    assert not lit(stream.show(0.0, (20, 30))).any()
    result = lit(stream.show(0.1, (80, 30)))
    columns, rows = np.flatnonzero(result.any(axis=0)), np.flatnonzero(result.any(axis=1))
    assert columns[0] == pytest.approx(18, abs=2) and columns[-1] == pytest.approx(82, abs=2)
    assert rows[0] == pytest.approx(27, abs=1) and rows[-1] == pytest.approx(32, abs=1)


def test_older_pieces_are_fainter_and_thinner():
    stream = Stream()
    for step in range(9):
        result = stream.show(step / 10, (10 + 10 * step, 30))
    old, new = result[:, 18], result[:, 82]
    assert 0 < old.max() < 0.5 * new.max()
    assert lit(result)[:, 18].sum() < lit(result)[:, 82].sum()


def test_it_is_gone_after_its_seconds():
    stream = Stream()
    stream.show(0.0, (20, 30))
    stream.show(0.1, (80, 30))
    assert lit(stream.show(0.9)).any()
    assert not lit(stream.show(1.2)).any()
    assert not stream.memory["trails"].spots


def test_the_clock_is_the_frames():
    """The same movement at another speed: what counts is the timestamps, not the number of frames."""
    slow = Stream()
    for step in range(5):
        result = slow.show(step * 0.6, (10 + 20 * step, 30))
    assert not lit(result)[:, :45].any() and lit(result)[:, 75:85].any()


def test_every_track_has_its_own():
    stream = Stream()
    stream.show(0.0, (20, 10), (20, 50))
    result = lit(stream.show(0.1, (80, 50), (80, 10), track_ids=(2, 1)))  # the model gave them in another order
    assert not result[20:40].any()
    assert result[10].any() and result[50].any()


def test_a_person_who_left_and_another_who_came_are_not_joined():
    stream = Stream()
    stream.show(0.0, (20, 10), track_ids=(1,))
    assert not lit(stream.show(0.1, (80, 50), track_ids=(2,))).any()


def test_unseen_joints_interrupt_the_line():
    stream = Stream()
    stream.show(0.0, (10, 30))
    stream.show(0.1, (30, 30))
    stream.show(0.2, (50, 30), score=0.1)
    result = lit(stream.show(0.3, (90, 30)))
    assert result[30, 20] and not result[:, 35:].any()


def test_without_tracks_the_order_of_the_persons_counts():
    stream = Stream()
    stream.show(0.0, (20, 10), (20, 50), track_ids=(None, None))
    result = lit(stream.show(0.1, (80, 10), (80, 50), track_ids=(None, None)))
    assert result[10, 50] and result[50, 50] and not result[25:35].any()


def test_a_timestamp_that_repeats_replaces_and_one_that_goes_back_starts_anew():
    stream = Stream()
    stream.show(1.0, (20, 30))
    assert not lit(stream.show(1.0, (80, 30))).any()
    assert lit(stream.show(1.1, (90, 30)))[:, 85].any()
    assert not lit(stream.show(0.5, (10, 30))).any()


def test_only_the_chosen_joints():
    stream = Stream(Trails(joints=("nose",)))
    stream.show(0.0, (20, 30))
    assert not lit(stream.show(0.1, (80, 30))).any()


def test_fading_is_even():
    """Half its time later the line is half as bright."""
    stream = Stream(Trails(joints=("left_wrist",), seconds=1.0, thickness=20))
    stream.show(0.0, (20, 30))
    fresh = stream.show(0.0625, (80, 30))[30, 50].astype(int)
    assert fresh.max() == 255
    np.testing.assert_allclose(stream.show(0.5625)[30, 50], fresh / 2, atol=1)


def test_a_fading_line_lets_the_picture_through():
    white, stream = np.full((60, 100, 3), 255, np.uint8), Stream()
    stream.show(0.0, (20, 30))
    stream.show(0.1, (80, 30))
    scene = Scene(Frame(white, 0.6), (), memory=stream.memory)
    result = WRIST.apply(white.copy(), scene)
    assert 60 < result[30, 50].min() < 250 and (result[10] == 255).all()
