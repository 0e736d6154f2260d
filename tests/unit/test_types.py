"""The data types: checks of images, and mirroring, converting and measuring poses."""

import gettext
import pickle

import numpy as np
import pytest
from fakes import pose_at
from holistic_nets import face_mesh, open_hand

from pose_demo.messages import Message, message
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.types import Box, Estimate, Frame, InputError, Pose, check_image


@pytest.mark.parametrize(
    "image",
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
    ids=["None", "list", "gray", "one channel", "rgba", "float", "16 bits", "empty", "batch"],
)
def test_anything_but_an_rgb_image_is_refused(image):
    with pytest.raises(InputError, match="expected an"):
        check_image(image)


def test_an_rgb_image_passes_unchanged():
    image = np.zeros((1, 1, 3), np.uint8)
    assert check_image(image) is image


class _Shouting(gettext.NullTranslations):
    def gettext(self, message):
        return message.upper()


@pytest.mark.parametrize("copied", [lambda error: error, lambda error: pickle.loads(pickle.dumps(error))])
def test_the_text_of_an_error_can_still_be_translated(copied):
    text = str(copied(InputError(message("the file is empty"))))
    assert text == "the file is empty" and isinstance(text, Message)
    assert text.translated(_Shouting()) == "THE FILE IS EMPTY"


def test_an_error_may_have_a_text_that_is_not_translated():
    assert str(InputError("it is damaged")) == "it is damaged" and str(InputError()) == ""


def test_the_size_of_a_frame_is_width_then_height():
    assert Frame(np.zeros((48, 64, 3), np.uint8)).size == (64, 48)


def test_a_mirrored_pose_keeps_its_keypoint_names():
    pose = pose_at((10, 20), (0, 5), (100, 7), box=Box(10, 0, 30, 40))
    mirrored = pose.mirrored(100)
    assert mirrored.xy[:3].tolist() == [[90, 20], [100, 5], [0, 7]]
    assert mirrored.box == Box(70, 0, 90, 40)
    assert mirrored.skeleton is pose.skeleton and mirrored.xy.dtype == np.float32


def world_of(*points, count=17):
    """World keypoints whose first ones are ``points``; the others are in the middle of the hips."""
    return np.array([*points, *[(0, 0, 0)] * (count - len(points))], np.float32)


def test_a_mirrored_pose_has_mirrored_world_keypoints():
    pose = pose_at((10, 20), world=world_of((0.3, -0.5, 0.2), (-0.1, 0.4, -0.6)))
    mirrored = pose.mirrored(100)
    assert mirrored.world == pytest.approx(world_of((-0.3, -0.5, 0.2), (0.1, 0.4, -0.6)))
    assert mirrored.world.dtype == np.float32 and pose.world[0, 0] == np.float32(0.3)
    assert pose_at((10, 20)).mirrored(100).world is None


def test_mirroring_twice_changes_nothing():
    mask = np.arange(12, dtype=np.uint8).reshape(3, 4)
    once = Estimate((pose_at((1, 2), world=world_of((0.3, -0.5, 0.2))),), (Box(0, 0, 2, 2),), mask)
    twice = once.mirrored(4).mirrored(4)
    assert np.array_equal(twice.poses[0].xy, once.poses[0].xy)
    assert np.array_equal(twice.poses[0].world, once.poses[0].world)
    assert twice.boxes == once.boxes and np.array_equal(twice.mask, mask)


def test_blazepose_keypoints_are_converted_to_coco_by_name():
    xy = np.arange(66, dtype=np.float32).reshape(33, 2)
    pose = Pose(BLAZEPOSE_33, xy, np.linspace(0, 1, 33, dtype=np.float32)).as_coco()
    assert pose.skeleton is COCO_17 and pose.xy.shape == (17, 2) and pose.scores.shape == (17,)
    for name in COCO_17.keypoints:
        assert pose.xy[COCO_17.index(name)].tolist() == xy[BLAZEPOSE_33.index(name)].tolist()


def test_world_keypoints_are_converted_with_the_others():
    xy, world = np.zeros((33, 2), np.float32), np.arange(99, dtype=np.float32).reshape(33, 3)
    pose = Pose(BLAZEPOSE_33, xy, np.ones(33, np.float32), world=world).as_coco()
    assert pose.world.shape == (17, 3)
    for name in COCO_17.keypoints:
        assert pose.world[COCO_17.index(name)].tolist() == world[BLAZEPOSE_33.index(name)].tolist()
    assert Pose(BLAZEPOSE_33, xy, np.ones(33, np.float32)).as_coco().world is None


def test_a_pose_can_be_neither_changed_nor_extended_and_survives_pickling():
    pose = pose_at((1, 2), world=world_of((0.3, -0.5, 0.2)))
    with pytest.raises(AttributeError):
        pose.world = None
    assert not hasattr(pose, "__dict__")
    copied = pickle.loads(pickle.dumps(pose))
    assert np.array_equal(copied.world, pose.world) and np.array_equal(copied.xy, pose.xy)


def test_a_coco_pose_is_not_converted():
    pose = pose_at((1, 2))
    assert pose.as_coco() is pose


def test_the_bounding_box_contains_the_keypoints_that_reach_the_threshold():
    pose = pose_at((10, 50), (30, 20), (20, 90))
    pose.scores[2] = 0.4
    box = pose.bounding_box(0.5)
    assert (box.x0, box.y0, box.x1, box.y1) == (10, 20, 30, 50)
    assert (box.width, box.height) == (20, 30)
    assert pose.bounding_box(0.9).x1 == 30  # the threshold is inclusive (0.9 is not more than float32's 0.9)
    assert pose.bounding_box(0.95) is None


@pytest.mark.parametrize(
    ("other", "iou"),
    [
        (Box(0, 0, 10, 10), 1.0),
        (Box(5, 0, 15, 10), 1 / 3),
        (Box(2, 2, 4, 7), 0.1),
        (Box(10, 0, 20, 10), 0.0),
        (Box(50, 50, 60, 60), 0.0),
    ],
)
def test_intersection_over_union(other, iou):
    box = Box(0, 0, 10, 10)
    assert box.iou(other) == other.iou(box) == pytest.approx(iou)
    assert box.intersection(other) == pytest.approx(iou * (200 if iou == 1 else 100 + other.area) / (1 + iou))


def test_empty_boxes_have_an_iou_of_0():
    assert Box(3, 3, 3, 3).iou(Box(3, 3, 3, 3)) == 0.0


# ---- keypoints outside the frame


@pytest.mark.parametrize("point", [(-1, 20), (65, 20), (30, -0.1), (30, 48.1), (30, 547), (-300, 900)])
def test_a_keypoint_outside_the_frame_scores_0_and_keeps_its_coordinates(point):
    world = world_of((0.1, -0.6, 0), (0.2, -0.6, 0))
    pose = pose_at((30, 20), point, (32, 25), world=world).in_frame((64, 48))
    assert pose.scores[:3] == pytest.approx([0.9, 0, 0.9]) and pose.scores.dtype == np.float32
    assert pose.xy[1] == pytest.approx(point) and pose.world is world


def test_a_keypoint_at_the_border_is_a_guess_and_scores_0():
    """1 % of the visible extent: 0.4 pixels of a person who is 40 pixels tall."""
    pose = pose_at((30, 7), (30, 47), (30, 47.5), (30, 47.7), (63.5, 30), (63.7, 30))
    assert (pose.in_frame((64, 48)).scores[:6] > 0).tolist() == [True, True, True, False, True, False]


def test_what_is_outside_does_not_widen_the_border():
    far = pose_at((30, 20), (30, 40), (30, 46), (30, 5000))
    assert (far.in_frame((64, 48)).scores[:4] > 0).tolist() == [True, True, True, False]


def test_a_pose_inside_the_frame_is_unchanged():
    pose = Pose(COCO_17, np.full((17, 2), 20, np.float32), np.full(17, 0.5, np.float32))
    assert pose.in_frame((64, 48)) is pose
    once = pose_at((30, 20), (80, 20), skeleton=BLAZEPOSE_33).in_frame((64, 48))
    assert np.array_equal(once.in_frame((64, 48)).scores, once.scores)


def test_an_estimate_in_a_frame_keeps_its_persons_boxes_and_mask():
    outside, box, mask = pose_at((80, 20)), Box(0, 0, 2, 2), np.zeros((48, 64), np.uint8)
    estimate = Estimate((outside, pose_at((30, 20))), (box,), mask).in_frame((64, 48))
    assert [pose.scores.any() for pose in estimate.poses] == [False, True]
    assert estimate.boxes == (box,) and estimate.mask is mask and estimate.poses[0].score == outside.score


def test_boxes_are_padded_and_united():
    box = Box(10, 20, 40, 30, 0.7)
    assert (box.longer_side, box.mirrored(100).longer_side) == (30, 30)
    assert box.center == (25, 25)
    assert box.padded(1, 2) == Box(9, 18, 41, 32, 0.7)
    assert box.union(Box(0, 25, 20, 50, 0.9)) == Box(0, 20, 40, 50, 0.7)


# ---- hands and faces


def test_the_parts_of_a_mirrored_pose_are_mirrored_and_keep_their_names():
    mirrored = pose_at((10, 20), parts={"left_hand": open_hand(30, 90), "face": face_mesh(20, 40)}).mirrored(100)
    assert list(mirrored.parts) == ["left_hand", "face"]
    assert mirrored.parts["left_hand"].xy[0].tolist() == [70, 90]
    assert mirrored.parts["left_hand"].xy[4].tolist() == [70 + 40, 90 - 40]  # the thumb points to the other side
    assert mirrored.parts["face"].xy.mean(axis=0)[0] == pytest.approx(80, abs=0.1)
    assert mirrored.parts["face"].xy.dtype == np.float32


def test_the_parts_of_a_pose_in_a_frame_score_0_outside_of_it():
    """The upper half of the hand is above the frame; the body is inside."""
    hand = open_hand(60, 60)
    pose = pose_at(*[(30, 40)] * 17, parts={"right_hand": hand}).in_frame((200, 200))
    scores = pose.parts["right_hand"].scores
    assert np.array_equal(scores == 0, hand.xy[:, 1] < 0) and 0 < (scores == 0).sum() < 21 and pose.scores.all()
    inside = pose_at(*[(30, 40)] * 17, parts={"right_hand": open_hand(60, 90)})
    assert inside.in_frame((200, 200)).parts["right_hand"] is inside.parts["right_hand"]


def test_a_pose_converted_to_coco_keeps_its_parts():
    pose = pose_at((1, 2), skeleton=BLAZEPOSE_33, parts={"face": face_mesh()})
    assert pose.as_coco().parts is pose.parts
