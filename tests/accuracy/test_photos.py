"""Photos of distant, turned and several persons, drawn, with real models and default settings."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models import needs
from pose_demo import estimators, sample
from pose_demo.estimators.object_detector import ObjectDetector
from pose_demo.offline.still import process_still
from pose_demo.oks import torso_length
from pose_demo.plan import prepare
from pose_demo.settings import Settings

DETECTOR = "movenet-multipose"
CORNERS = (80, 700), (1400, 100)
EACH_MODEL = pytest.mark.parametrize("model", ["movenet-lightning", "movenet-thunder", DETECTOR, "blazepose-lite"])


def poses(image, **settings):
    for name in {settings["model"], DETECTOR}:
        needs(name)
    with prepare(Settings(**settings), static_image_mode=True) as plan:
        return [pose.as_coco() for pose in process_still(image, plan).estimate.poses]


def in_a_large_photo(*positions, size=(368, 276)):
    """A photo of 1920 x 1080 with dancers of 240 pixels at these positions, and their keypoints."""
    dice = np.random.default_rng(len(positions))
    noise = dice.integers(0, 256, (54, 96, 3), np.uint8)
    photo, truths = np.asarray(cv2.resize(noise, (1920, 1080), interpolation=cv2.INTER_CUBIC)), []
    for number, (x, y) in enumerate(positions):
        photo[y : y + size[1], x : x + size[0]] = sample.frame(100 * number, size=size).image
        truths.append(sample.ground_truth(100 * number, size=size)[0].xy + np.array((x, y), np.float32))
    return photo, truths


def pck(xy, truth):
    return float((np.linalg.norm(xy - truth, axis=1) <= 0.2 * torso_length(truth)).mean())


@EACH_MODEL
def test_a_person_of_240_pixels_in_1080_lines_is_found(model):
    for position in CORNERS:
        photo, (truth,) = in_a_large_photo(position)
        (pose,) = poses(photo, model=model)
        assert pck(pose.xy, truth) >= 0.8


@pytest.mark.parametrize("model", ["movenet-lightning", "movenet-thunder"])
def test_it_is_found_without_a_detector_too(model):
    for position in CORNERS:
        photo, (truth,) = in_a_large_photo(position)
        (pose,) = poses(photo, model=model, detector="none")
        assert pck(pose.xy, truth) >= 0.8


@EACH_MODEL
def test_all_of_several_distant_persons_are_found(model):
    photo, truths = in_a_large_photo((100, 600), (800, 200), (1450, 640))
    found = poses(photo, model=model)
    assert len(found) == 3
    assert all(max(pck(pose.xy, truth) for pose in found) >= 0.8 for truth in truths)


@EACH_MODEL
def test_both_dancers_are_found_by_default(model):
    assert len(poses(sample.frame(0, scene="duo").image, model=model)) == 2


def test_the_second_detector_looks_at_photos_where_its_file_is_there(monkeypatch):
    needs("nanodet")
    calls = []
    estimate = ObjectDetector.estimate
    monkeypatch.setattr(ObjectDetector, "estimate", lambda *args: calls.append(args) or estimate(*args))
    assert len(poses(sample.frame(0, scene="duo").image, model="movenet-lightning")) == 2 and len(calls) == 1
    monkeypatch.setattr(estimators, "is_ready", lambda name: name != "nanodet")
    assert len(poses(sample.frame(0, scene="duo").image, model="movenet-lightning")) == 2 and len(calls) == 1


@pytest.mark.parametrize("model", ["movenet-lightning", "movenet-thunder"])
def test_astronauts_are_three_persons(model, shared):
    from pose_demo.io.images import read_image

    photo = read_image(shared / "data" / "tfpose_p3.jpg")
    noses = sorted(pose.xy[0, 0] for pose in poses(photo, model=model))
    assert noses == pytest.approx([150, 288, 432], abs=20)


@pytest.mark.parametrize("model", ["movenet-lightning", "movenet-thunder"])
@pytest.mark.parametrize("detector", ["auto", "none"])
@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_left_stays_left_when_the_photo_is_turned(model, detector, quarter_turns):
    photo, hits = sample.frame(45).image, []
    turned = np.ascontiguousarray(np.rot90(photo, quarter_turns))
    (pose,) = poses(turned, model=model, detector=detector)
    height, width = photo.shape[:2]
    x, y = pose.xy.T
    xy = {1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}[quarter_turns]
    hits.append(pck(np.stack(xy, axis=1), sample.ground_truth(45)[0].xy))
    assert np.mean(hits) >= 0.9
