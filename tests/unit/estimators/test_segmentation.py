"""The segmentation mask of detected persons: crops, merging and smoothing with a fake network, and the real network."""

import numpy as np
import pytest
from fakes import pose_at

from models import needs
from pose_demo import sample
from pose_demo.estimators import segmentation
from pose_demo.estimators.segmentation import PersonSegmenter, _person_boxes, _steadied
from pose_demo.types import Box, Estimate, Frame

GRAY = np.full((480, 640, 3), 128, np.uint8)


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
    poses = tuple(pose_at((1, 1), box=box) for box in boxes)
    return PersonSegmenter(pool, **options).segment(Frame(image), Estimate(poses)), pool


def test_only_what_is_near_a_person_is_in_the_mask():
    """The box 100 x 200 is in the middle of a crop of 270 x 270, which alone is bright in the mask."""
    mask, pool = segment(np.full((480, 640, 3), 255, np.uint8), Box(200, 100, 300, 300))
    assert len(pool.crops) == 1 and mask.shape == (480, 640)
    assert mask[70:330, 120:380].min() == 255 and mask[:62].max() == mask[:, 390:].max() == 0


def test_without_persons_the_mask_is_empty_and_no_network_runs():
    mask, pool = segment(GRAY)
    assert mask.shape == (480, 640) and not mask.any() and not pool.crops


def test_every_person_is_in_the_common_mask():
    image = np.full((480, 640, 3), 255, np.uint8)
    mask, pool = segment(image, Box(50, 100, 150, 300), Box(450, 100, 550, 300))
    assert len(pool.crops) == 2 and mask[200, 100] == mask[200, 500] == 255 and mask[200, 310] == 0


def test_the_network_gets_rgb_from_0_to_1():
    image = np.zeros((480, 640, 3), np.uint8)
    image[..., 0], image[..., 1] = 255, 51
    _, pool = segment(image, Box(200, 100, 300, 300))
    assert pool.crops[0][128, 128] == pytest.approx([1, 0.2, 0])


def test_keypoints_give_the_box_where_a_pose_has_none_and_boxes_serve_without_poses():
    pose = pose_at((10, 20), (110, 220))
    assert [(box.x0, box.y1) for box in _person_boxes(Estimate((pose,), (Box(0, 0, 1, 1),)))] == [(10, 220)]
    boxes = Box(0, 0, 1, 1), Box(5, 5, 9, 9, label="dog")
    assert list(_person_boxes(Estimate((), boxes))) == [boxes[0]]
    assert not list(_person_boxes(Estimate((pose_at(),))))  # a pose without a visible keypoint


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
    box = Estimate((pose_at((1, 1), box=Box(20, 10, 40, 40)),))

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
