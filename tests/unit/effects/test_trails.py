"""Trails follow keypoints by timestamps and fade."""

from __future__ import annotations

import numpy as np
import pytest

from pose_demo.effects import EffectContext
from pose_demo.effects.trails import Trails
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.types import Frame, Pose

WRIST = Trails(keypoints=("left_wrist",), seconds=1.0, thickness=4)


class Stream:
    """Applies an effect to black frames with moving wrists."""

    def __init__(self, effect=WRIST, skeleton=COCO_17):
        self.effect, self.skeleton, self.state = effect, skeleton, {}

    def draw(self, timestamp, *wrists, score=0.9, track_ids=(1, 2, 3)):
        image = np.zeros((60, 100, 3), np.uint8)
        poses = []
        for wrist, track_id in zip(wrists, track_ids, strict=False):
            xy = np.zeros((len(self.skeleton.keypoints), 2), np.float32)
            xy[self.skeleton.index("left_wrist")] = wrist
            poses.append(Pose(self.skeleton, xy, np.full(len(xy), score, np.float32), track_id=track_id))
        return self.effect.apply(image.copy(), EffectContext(Frame(image, timestamp), tuple(poses), state=self.state))


def painted(image):
    return image.any(axis=2)


@pytest.mark.parametrize("skeleton", [COCO_17, BLAZEPOSE_33])
def test_line_connects_the_last_two_positions(skeleton):
    stream = Stream(skeleton=skeleton)
    assert not painted(stream.draw(0.0, (20, 30))).any()
    result = painted(stream.draw(0.1, (80, 30)))
    columns, rows = np.flatnonzero(result.any(axis=0)), np.flatnonzero(result.any(axis=1))
    assert columns[0] == pytest.approx(18, abs=2) and columns[-1] == pytest.approx(82, abs=2)
    assert rows[0] == pytest.approx(27, abs=1) and rows[-1] == pytest.approx(32, abs=1)


def test_older_segments_are_fainter_and_thinner():
    stream = Stream()
    for step in range(9):
        result = stream.draw(step / 10, (10 + 10 * step, 30))
    old, new = result[:, 18], result[:, 82]
    assert 0 < old.max() < 0.5 * new.max()
    assert painted(result)[:, 18].sum() < painted(result)[:, 82].sum()


def test_trail_disappears_after_its_length():
    stream = Stream()
    stream.draw(0.0, (20, 30))
    stream.draw(0.1, (80, 30))
    assert painted(stream.draw(0.9)).any()
    assert not painted(stream.draw(1.2)).any()
    assert not stream.state["trails"].samples


def test_length_is_measured_by_timestamps():
    """The same motion with larger timestamps: they count, not the number of frames."""
    slow = Stream()
    for step in range(5):
        result = slow.draw(step * 0.6, (10 + 20 * step, 30))
    assert not painted(result)[:, :45].any() and painted(result)[:, 75:85].any()


def test_every_track_id_has_its_own_trail():
    stream = Stream()
    stream.draw(0.0, (20, 10), (20, 50))
    result = painted(stream.draw(0.1, (80, 50), (80, 10), track_ids=(2, 1)))  # in another order than before
    assert not result[20:40].any()
    assert result[10].any() and result[50].any()


def test_trails_of_different_track_ids_are_not_connected():
    stream = Stream()
    stream.draw(0.0, (20, 10), track_ids=(1,))
    assert not painted(stream.draw(0.1, (80, 50), track_ids=(2,))).any()


def test_low_score_interrupts_the_line():
    stream = Stream()
    stream.draw(0.0, (10, 30))
    stream.draw(0.1, (30, 30))
    stream.draw(0.2, (50, 30), score=0.1)
    result = painted(stream.draw(0.3, (90, 30)))
    assert result[30, 20] and not result[:, 35:].any()


def test_without_track_ids_the_order_of_the_poses_counts():
    stream = Stream()
    stream.draw(0.0, (20, 10), (20, 50), track_ids=(None, None))
    result = painted(stream.draw(0.1, (80, 10), (80, 50), track_ids=(None, None)))
    assert result[10, 50] and result[50, 50] and not result[25:35].any()


def test_repeated_timestamp_replaces_and_decreasing_one_restarts():
    stream = Stream()
    stream.draw(1.0, (20, 30))
    assert not painted(stream.draw(1.0, (80, 30))).any()
    assert painted(stream.draw(1.1, (90, 30)))[:, 85].any()
    assert not painted(stream.draw(0.5, (10, 30))).any()


def test_only_selected_keypoints_leave_trails():
    stream = Stream(Trails(keypoints=("nose",)))
    stream.draw(0.0, (20, 30))
    assert not painted(stream.draw(0.1, (80, 30))).any()


def test_fading_is_linear():
    """After half the length the line is half as bright."""
    stream = Stream(Trails(keypoints=("left_wrist",), seconds=1.0, thickness=20))
    stream.draw(0.0, (20, 30))
    fresh = stream.draw(0.0625, (80, 30))[30, 50].astype(int)
    assert fresh.max() == 255
    np.testing.assert_allclose(stream.draw(0.5625)[30, 50], fresh / 2, atol=1)


def test_fading_line_is_blended_with_the_image():
    white, stream = np.full((60, 100, 3), 255, np.uint8), Stream()
    stream.draw(0.0, (20, 30))
    stream.draw(0.1, (80, 30))
    context = EffectContext(Frame(white, 0.6), (), state=stream.state)
    result = WRIST.apply(white.copy(), context)
    assert 60 < result[30, 50].min() < 250 and (result[10] == 255).all()
