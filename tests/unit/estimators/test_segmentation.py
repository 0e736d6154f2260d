"""The segmentation mask of detected persons: crops, merging and smoothing with a fake network, and the real network."""

from dataclasses import replace

import numpy as np
import pytest
from fakes import pose_at

from models import needs
from pose_demo import sample
from pose_demo.estimators import segmentation
from pose_demo.estimators.segmentation import PersonSegmenter, _person_box, _steadied
from pose_demo.types import Box, Estimate, Frame

GRAY, WHITE = (np.full((480, 640, 3), level, np.uint8) for level in (128, 255))


class FakePool:
    """Marks the pixels that are brighter than a half."""

    def __init__(self):
        self.crops = []

    def infer(self, fill, read_outputs):
        tensor = np.empty((256, 256, 3), np.float32)
        fill(tensor)
        self.crops.append(tensor)
        return read_outputs([(tensor[..., :1] > 0.5).astype(np.float32)])


def segment(image, *boxes, **options):
    pool = FakePool()
    poses = tuple(pose_at(box=box) for box in boxes)
    return PersonSegmenter(pool, **options).segment(Frame(image), Estimate(poses)), pool


def edges(mask):
    """x0, y0, x1, y1 of what is more likely than not."""
    y, x = np.nonzero(mask > 127)
    return x.min(), y.min(), x.max() + 1, y.max() + 1


def test_only_what_is_near_a_person_is_in_the_mask():
    """The box 100 x 200 is in the middle of a crop of 150 x 200, which alone is bright in the mask."""
    mask, pool = segment(WHITE, Box(200, 100, 300, 300))
    assert len(pool.crops) == 1 and mask.shape == (480, 640)
    assert edges(mask) == (175, 100, 325, 300)


def test_the_mask_lies_where_the_image_is_bright():
    """Without a shift: 640 x 480 pixels are reduced to 256 x 256 and enlarged again."""
    image = np.zeros((480, 640, 3), np.uint8)
    image[100:300, 200:400] = 255
    y, x = np.nonzero(segment(image, Box(0, 0, 640, 480))[0] > 127)
    assert (x.mean() + 0.5, y.mean() + 0.5) == pytest.approx((300, 200), abs=0.5)
    assert edges(segment(image, Box(0, 0, 640, 480))[0]) == pytest.approx((200, 100, 400, 300), abs=1.3)


def test_a_person_goes_on_behind_the_border_of_the_frame():
    """The crop's right half is outside: a reflection of the left one, in which the column at 600 is bright."""
    image = np.zeros((480, 640, 3), np.uint8)
    image[:, 595:605] = 255
    _, pool = segment(image, Box(560, 100, 720, 260))
    columns = pool.crops[0][128, :, 0] > 0.5
    assert columns[64] and columns[256 - 64] and not columns[128]


def test_without_persons_the_mask_is_empty_and_no_network_runs():
    mask, pool = segment(GRAY)
    assert mask.shape == (480, 640) and not mask.any() and not pool.crops


def test_every_person_is_in_the_common_mask():
    mask, pool = segment(WHITE, Box(50, 100, 150, 300), Box(450, 100, 550, 300))
    assert len(pool.crops) == 2 and mask[200, 100] == mask[200, 500] == 255 and mask[200, 310] == 0


def test_the_network_gets_rgb_from_0_to_1():
    image = np.zeros((480, 640, 3), np.uint8)
    image[..., 0], image[..., 1] = 255, 51
    _, pool = segment(image, Box(200, 100, 300, 300))
    assert pool.crops[0][128, 128] == pytest.approx([1, 0.2, 0])


def test_a_box_leaves_room_for_hair_and_hands():
    """The keypoints' box is 100 x 200: 0.4 * 200 above, 0.15 * 200 elsewhere."""
    pose = pose_at((110, 120), (210, 320))
    assert sides(_person_box(pose)) == (80, 40, 240, 350)
    assert sides(_person_box(replace(pose, box=Box(60, 110, 220, 400)))) == (60, 40, 240, 400)
    assert sides(_person_box(pose_at(box=Box(1, 2, 3, 4)))) == (1, 2, 3, 4)
    assert _person_box(pose_at()) is None


def sides(box):
    return box.x0, box.y0, box.x1, box.y1


def test_boxes_of_persons_serve_where_there_are_no_poses():
    """100 x 200, padded by 0.15 * 200 on each side."""
    pool = FakePool()
    estimate = Estimate((), (Box(200, 100, 300, 300), Box(400, 100, 500, 300, label="dog")))
    mask = PersonSegmenter(pool).segment(Frame(WHITE), estimate)
    assert len(pool.crops) == 1 and edges(mask) == (152, 70, 348, 330)  # 0.75 * 260 wide


def test_a_pose_without_a_visible_keypoint_and_a_box_outside_the_frame_have_no_mask():
    for pose in (pose_at(), pose_at(box=Box(700, 0, 800, 100))):
        assert not PersonSegmenter(FakePool()).segment(Frame(WHITE), Estimate((pose,))).any()


@pytest.mark.parametrize(
    ("shift", "track_id", "static_image_mode", "is_held"),
    [(8, 1, False, True), (12, 1, False, False), (8, 2, False, False), (8, 1, True, False)],
)
def test_the_crop_is_held_while_a_person_hardly_moves(shift, track_id, static_image_mode, is_held):
    """By less than a twentieth of 200 pixels."""
    segmenter, box = PersonSegmenter(FakePool(), static_image_mode), Box(200, 100, 300, 300)
    segmenter.segment(Frame(WHITE), Estimate((pose_at(box=box, track_id=1),)))
    moved = pose_at(box=replace(box, x0=box.x0 + shift, x1=box.x1 + shift), track_id=track_id)
    x0, *_ = edges(segmenter.segment(Frame(WHITE), Estimate((moved,))))
    assert x0 == 175 + (0 if is_held else shift)


def test_a_certain_mask_replaces_the_previous_one_and_an_uncertain_one_follows_it():
    previous = np.full((2, 2), 255, np.uint8)
    mask = np.array([[0, 255], [128, 127]], np.uint8)
    steadied = _steadied(mask, previous)
    assert steadied[0].tolist() == [0, 255]
    assert steadied[1] == pytest.approx(
        [128 + 0.7 * 127, 127 + 0.7 * 128], abs=1.5
    )  # half-way: 0.7 of the previous one


def test_unrelated_images_are_not_steadied_and_a_reset_forgets():
    half, bright = (np.full((48, 64, 3), value, np.uint8) for value in (0, 255))
    box = Estimate((pose_at(box=Box(20, 10, 40, 40)),))

    class Pool(FakePool):
        def infer(self, fill, read_outputs):
            super().infer(fill, lambda _: None)
            return read_outputs([np.full((256, 256, 1), 0.5 if not self.crops[-1].any() else 1.0, np.float32)])

    def second(**options):
        segmenter = PersonSegmenter(Pool(), **options)
        segmenter.segment(Frame(bright), box)
        if not options:
            segmenter.reset()
        return segmenter.segment(Frame(half), box)[25, 30]

    assert second(static_image_mode=True) == second() == pytest.approx(128, abs=1)
    segmenter = PersonSegmenter(Pool())
    segmenter.segment(Frame(bright), box)
    assert segmenter.segment(Frame(half), box)[25, 30] > 200
    assert segmenter.segment(Frame(np.zeros((24, 32, 3), np.uint8)), box).shape == (24, 32)  # another size


def test_both_drawn_dancers_are_segmented_and_the_room_is_not():
    needs("selfie-segmentation")
    frame, truth = sample.frame(0, scene="duo"), sample.ground_truth(0, scene="duo")
    mask = segmentation.load(static_image_mode=True).segment(frame, Estimate(tuple(truth)))
    for pose in truth:
        x, y = pose.xy.astype(int).T
        assert (mask[y, x] > 127).mean() > 0.9
    assert (mask > 127).mean() < 0.35 and mask[:, :5].max() < 128


def test_the_mask_of_a_drawn_dancer_has_its_outline():
    """The outline is where the frame differs from the empty room; the shadow differs less."""
    needs("selfie-segmentation")
    segmenter, overlaps = segmentation.load(static_image_mode=True), []
    for index in (0, 120, 240):
        frame, room = sample.frame(index), sample.frame(index, scene="empty").image
        outline = np.abs(frame.image.astype(int) - room).max(axis=2) > 40
        mask = segmenter.segment(frame, Estimate(sample.ground_truth(index))) > 127
        overlaps.append((mask & outline).sum() / (mask | outline).sum())
    assert np.mean(overlaps) > 0.9
