"""The plain data: what is a picture, and what mirroring, converting and measuring a pose mean."""

import numpy as np
import pytest
from fakes import pose_at

from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.types import Box, Estimate, Frame, InputError, Pose, check_image


@pytest.mark.parametrize(
    "not_a_picture",
    [
        None,
        [[1, 2, 3]],
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 1), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((4, 4, 3), np.uint16),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((1, 4, 4, 3), np.uint8),
    ],
    ids=["nothing", "list", "grey", "one channel", "rgba", "float", "16 bits", "empty", "batch"],
)
def test_anything_but_an_rgb_picture_is_refused_with_what_was_expected(not_a_picture):
    with pytest.raises(InputError, match="expected a"):
        check_image(not_a_picture)


def test_an_rgb_picture_passes_unchanged():
    image = np.zeros((1, 1, 3), np.uint8)
    assert check_image(image) is image


def test_the_size_of_a_frame_is_width_then_height():
    assert Frame(np.zeros((48, 64, 3), np.uint8)).size == (64, 48)


def test_a_mirrored_pose_keeps_its_names_and_moves_its_pixels():
    pose = pose_at((10, 20), (0, 5), (100, 7), box=Box(10, 0, 30, 40))
    mirrored = pose.mirrored(100)
    assert mirrored.xy[:3].tolist() == [[90, 20], [100, 5], [0, 7]]
    assert mirrored.box == Box(70, 0, 90, 40)
    assert mirrored.skeleton is pose.skeleton and mirrored.xy.dtype == np.float32


def test_mirroring_twice_changes_nothing():
    mask = np.arange(12, dtype=np.uint8).reshape(3, 4)
    once = Estimate((pose_at((1, 2)),), (Box(0, 0, 2, 2),), mask)
    twice = once.mirrored(4).mirrored(4)
    assert np.array_equal(twice.poses[0].xy, once.poses[0].xy)
    assert twice.boxes == once.boxes and np.array_equal(twice.mask, mask)


def test_33_keypoints_become_the_17_of_the_same_names():
    xy = np.arange(66, dtype=np.float32).reshape(33, 2)
    pose = Pose(BLAZEPOSE_33, xy, np.linspace(0, 1, 33, dtype=np.float32)).as_coco()
    assert pose.skeleton is COCO_17 and pose.xy.shape == (17, 2) and pose.scores.shape == (17,)
    for name in COCO_17.keypoints:
        assert pose.xy[COCO_17.index(name)].tolist() == xy[BLAZEPOSE_33.index(name)].tolist()


def test_17_keypoints_stay_as_they_are():
    pose = pose_at((1, 2))
    assert pose.as_coco() is pose


def test_bounds_hold_the_keypoints_that_reach_the_threshold():
    pose = pose_at((10, 50), (30, 20), (20, 90))
    pose.scores[2] = 0.4
    bounds = pose.bounds(0.5)
    assert (bounds.x0, bounds.y0, bounds.x1, bounds.y1) == (10, 20, 30, 50)
    assert (bounds.width, bounds.height) == (20, 30)
    assert pose.bounds(0.9).x1 == 30  # at the threshold counts (0.9 is not more than float32's 0.9)
    assert pose.bounds(0.95) is None
