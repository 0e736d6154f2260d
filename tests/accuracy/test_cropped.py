"""Real models on drawn dancers who are partly outside the picture: what is outside is not seen, what is inside is.

Baseline, the share of keypoints that score at least 0.3, as estimated -> in the result (12 poses by 5 bodies, cut off
at the chest, belly, hips, thighs, knees and shins, and at the sides):

                      outside          hips outside     inside          inside, within 15 % of the torso length
    lightning         .317 -> .092     .984 -> .173     .999 -> .990    .989 -> .880
    thunder           .300 -> .068     .968 -> .149     .998 -> .989    .984 -> .866
    multipose         .093 -> .046     .263 -> .095     .794 -> .793    .366 -> .355
    blazepose lite    .553 -> .055     .513 -> .005     .999 -> .975    .983 -> .712
    blazepose full    .541 -> .030     .580 -> .016     .998 -> .972    .971 -> .681
    package lite      .549 -> .053     .516 -> .008     .998 -> .975    .983 -> .719
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from models import needs
from pose_demo import sample
from pose_demo.estimators import MODELS
from pose_demo.matching import library
from pose_demo.matching.similarity import match
from pose_demo.offline.still import process_still
from pose_demo.plan import prepare
from pose_demo.settings import Settings
from pose_demo.skeletons import COCO_17
from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, Pose

# The heavy networks differ from the others in their weights only.
POSE_MODELS = [name for name, model in MODELS.items() if model.skeleton and "heavy" not in name]
SIZE = (1280, 960)
POSES = ("stand", "hands-on-hips", "star", "disco", "lunge")
HEIGHTS = {"chest": (5, 11, 0.6), "belly": (5, 11, 0.85), "thigh": (11, 13, 0.5), "knee": (13, 15, 0.12)}


@cache
def cropped(name, body, height):
    """The upper part of a dancer who fills the picture, down to a height, with the true keypoints."""
    image, pose = sample.still(name, size=SIZE, body=body)
    upper, lower, share = HEIGHTS[height]
    ends = [pose.xy[[joint, joint + 1], 1].mean() for joint in (upper, lower)]
    top, bottom = int(pose.xy[:, 1].min()) - 60, int(ends[0] + share * (ends[1] - ends[0]))
    center, half = int(pose.xy[:5, 0].mean()), int(0.65 * (bottom - top))
    left = max(0, center - half)
    return np.ascontiguousarray(image[top:bottom, left : center + half]), pose.xy - np.array((left, top), np.float32)


@cache
def results(model, height):
    """(pose, true keypoints, size) of each person whom the model found."""
    needs(model)
    found = []
    with prepare(Settings(model=model, detector="none"), static_image_mode=True) as plan:
        for name, body in zip(POSES, "abcde", strict=True):
            image, xy = cropped(name, body, height)
            poses = process_still(image, plan).estimate.poses
            found += [(pose.as_coco(), xy, image.shape[1::-1]) for pose in poses[:1]]
    return found


def seen(model, heights, *, inside):
    """For each keypoint that is truly inside, or outside, whether the result shows it."""
    shown = []
    for pose, xy, size in (result for height in heights for result in results(model, height)):
        is_inside = ((xy >= 0) & (xy < size)).all(axis=1)
        shown += (pose.scores >= DEFAULT_KEYPOINT_CONFIDENCE)[is_inside == inside].tolist()
    return float(np.mean(shown))


@pytest.mark.parametrize("model", POSE_MODELS)
def test_few_keypoints_outside_the_picture_are_seen_and_nearly_all_inside(model):
    assert seen(model, HEIGHTS, inside=False) < 0.15
    assert seen(model, HEIGHTS, inside=True) > (0.6 if model == "movenet-multipose" else 0.95)


@pytest.mark.parametrize("model", POSE_MODELS)
def test_no_keypoint_of_a_result_is_seen_outside_the_picture(model):
    for height in HEIGHTS:
        for pose, _, size in results(model, height):
            outside = ((pose.xy < 0) | (pose.xy > size)).any(axis=1)
            assert not pose.scores[outside].any()


@pytest.mark.parametrize("model", POSE_MODELS)
def test_a_bust_is_too_little_for_a_whole_body(model):
    for name in ("star", "stand"):
        for pose, *_ in results(model, "chest"):
            result = match(library.load(name), pose)
            assert result.score is None and not result.is_match and "step back" in result.reason


@pytest.mark.parametrize("model", POSE_MODELS)
def test_a_whole_body_gets_a_verdict(model):
    needs(model)
    image, _ = sample.still("star")
    with prepare(Settings(model=model, detector="none"), static_image_mode=True) as plan:
        (pose,) = process_still(image, plan).estimate.poses
    assert isinstance(pose, Pose) and match(library.load("star"), pose).is_match
    assert (pose.as_coco().scores[[COCO_17.index("left_ankle"), COCO_17.index("right_ankle")]] >= 0.3).all()
