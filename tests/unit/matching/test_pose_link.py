"""A reference pose in a link."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pose_demo.matching import library
from pose_demo.matching.limb_angles import limb_angles_of
from pose_demo.matching.pose_link import from_text, to_text
from pose_demo.matching.reference import Reference
from pose_demo.skeletons import COCO_17
from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, InputError, Pose


@pytest.fixture
def reference():
    random = np.random.default_rng(3)
    xy = random.uniform((100, 40), (540, 470), (17, 2)).astype(np.float32)
    return Reference("me", xy, random.uniform(0.4, 1, 17).astype(np.float32), (640, 480))


def test_a_link_keeps_the_limb_angles_and_scores(reference):
    read = from_text(to_text(reference))
    assert read.limb_angles.angles == pytest.approx(reference.limb_angles.angles, abs=0.05)
    assert read.scores == pytest.approx(reference.scores, abs=1 / 255)
    assert to_text(read) == to_text(reference)


def test_the_text_fits_an_address(reference):
    assert re.fullmatch(r"[\w-]{114}", to_text(reference))


def test_every_library_pose_can_travel():
    for name in library.NAMES:
        pose = library.load(name)
        assert from_text(to_text(pose)).limb_angles.angles == pytest.approx(pose.limb_angles.angles, abs=0.05)


def test_positions_are_hand_computed():
    xy = np.zeros((17, 2), np.float32)
    xy[1] = (30, 20)  # the larger side of the pose is 30
    xy[5:] = np.arange(24).reshape(12, 2)
    read = from_text(to_text(Reference("a", xy, np.ones(17, np.float32), (640, 480))))
    assert read.xy[1] == pytest.approx((1000, 2000 / 3), abs=0.02)
    assert read.xy[0] == pytest.approx((0, 0))


def test_a_keypoint_at_the_limit_of_confidence_stays_visible(reference):
    scores = np.full(17, DEFAULT_KEYPOINT_CONFIDENCE, np.float32)
    read = from_text(to_text(Reference("me", reference.xy, scores, (640, 480))))
    assert (read.scores >= DEFAULT_KEYPOINT_CONFIDENCE).all()


@pytest.mark.parametrize("text", ["", "a", "A" * 113, "A" * 115, "!" * 114, "é" * 114, "A" * 112 + "=="])
def test_another_text_is_refused(text):
    with pytest.raises(InputError, match="copy it again"):
        from_text(text)


def test_a_pose_without_visible_limbs_is_refused():
    with pytest.raises(InputError, match="expected at least 3 limbs"):
        from_text("A" * 114)


def test_the_pose_is_unchanged_by_where_it_stands(reference):
    moved = Reference("me", reference.xy * 0.5 + 7, reference.scores, (640, 480))
    far = limb_angles_of(Pose(COCO_17, from_text(to_text(moved)).xy, moved.scores))
    assert far.angles == pytest.approx(reference.limb_angles.angles, abs=0.05)
