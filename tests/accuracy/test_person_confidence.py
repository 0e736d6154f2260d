"""A higher person confidence never finds more persons, and where nobody is, none is found."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from models import needs
from pose_demo import sample
from pose_demo.io.video import VideoReader
from pose_demo.pipeline import Pipeline
from pose_demo.plan import prepare
from pose_demo.settings import Settings
from pose_demo.types import Frame

CONFIDENCES = 0.0, 0.35, 0.5, 0.9, 1.0
EACH = pytest.mark.parametrize("model", ["blazepose-lite", "mediapipe-full"])
EMPTY_FRAMES = range(450, 488), range(870, 887), range(901, 924), range(1212, 1235), range(1371, 1383)


def noise(seed):
    """Blobs of color."""
    random = np.random.default_rng(seed)
    side = int(random.integers(3, 60))
    return cv2.resize(random.integers(0, 256, (side, side, 3), np.uint8), (640, 480), interpolation=cv2.INTER_CUBIC)


@cache
def nobody():
    """Rooms and noise."""
    sizes = (640, 480), (480, 640), (1280, 720), (320, 240)
    return [sample.frame(0, size=size, scene="empty").image for size in sizes] + [noise(seed) for seed in range(12)]


@cache
def come_and_go():
    """The dancer walks in and out, is hidden by noise, and is far away."""
    entering = [sample.frame(index, scene="enter").image for index in range(36, 90, 3)]
    leaving = [sample.frame(index, scene="enter").image for index in range(560, 640, 6)]
    far = [sample.still("stand", size=(640, 480), scale=scale)[0] for scale in (0.5, 0.3, 0.2, 0.15)]
    return [*entering, noise(8), *leaving, noise(34), *far, *nobody()[:3], *entering[-3:]]


@cache
def found_coming_and_going(model, confidence):
    return found(model, come_and_go(), person_confidence=confidence)


def found(model, images, **settings):
    """The poses of each frame of a stream."""
    needs(model)
    pipeline = Pipeline()
    with prepare(Settings.from_dict({"model": model, "smooth.on": False, **settings})) as plan:
        frames = [Frame(image, index / 10) for index, image in enumerate(images)]
        return [pipeline.process(frame, plan).estimate.poses for frame in frames]


@EACH
def test_a_higher_confidence_never_finds_more_persons(model):
    counts = [sum(map(bool, found_coming_and_going(model, confidence))) for confidence in CONFIDENCES]
    assert counts == sorted(counts, reverse=True) and counts[0] >= 10 and counts[-1] == 0


@EACH
def test_persons_do_not_depend_on_the_confidence_that_they_reach(model):
    """Each frame has the same pose, or none."""
    everybody = found_coming_and_going(model, 0.0)
    for confidence in (0.5, 0.9):
        for poses, all_poses in zip(found_coming_and_going(model, confidence), everybody, strict=True):
            expected = [pose for pose in all_poses if pose.score >= confidence]
            assert [pose.xy.tolist() for pose in poses] == [pose.xy.tolist() for pose in expected]


@EACH
def test_nobody_is_found_where_nobody_is(model):
    frames = [image for image in nobody() for _ in range(2)]
    assert not any(found(model, frames))


@EACH
def test_a_small_dancer_is_found(model):
    """No true person is lost by what leaves out the false ones."""
    for scale in (1.0, 0.5):
        images = [sample.still("stand", size=(640, 480), scale=scale)[0]] * 2
        assert all(found(model, images))


@EACH
def test_a_real_room_is_empty_and_those_who_enter_are_found(model, shared):
    clip = shared / "data" / "clips" / "intel_one_by_one_person.mp4"
    if not clip.is_file():
        pytest.skip(f"needs {clip.name}, which is not part of the project")
    with VideoReader(clip) as video:
        images = [frame.image for index, frame in enumerate(video) if index >= 380 and index % 8 == 0]
    empty = {index for frames in EMPTY_FRAMES for index in frames}
    poses = found(model, images)
    persons = {384 + 8 * index for index, persons in enumerate(poses) if persons}
    assert len(persons & empty) <= 1 and len(persons) > 75
