"""Several people with real nets: the contract of every estimator, the drawn duo, and real pictures."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache

import numpy as np
import pytest
from ids import who

from models import needs
from pose_demo import estimators, sample
from pose_demo.estimators import DETECTORS, MODELS, Options
from pose_demo.offline.evaluate import evaluate
from pose_demo.settings import Settings
from pose_demo.tracking.tracker import Tracker
from pose_demo.types import Frame, InputError

ANYBODY = Settings(person_confidence=0.0)
PAIRS = [(detector, model) for detector in DETECTORS for model in ("movenet-lightning", "mediapipe-lite")]
EACH_PAIR = pytest.mark.parametrize("pair", PAIRS, ids=" -> ".join)
BEST = ("movenet-multipose", "movenet-thunder")


@contextmanager
def loaded(pair, **options):
    detector, model = pair
    for name in (model, *([detector] if detector != estimators.OFF else [])):
        needs(name)
    estimator = estimators.load(model, Options(**options), detector)
    try:
        yield estimator
    finally:
        estimator.close()


@pytest.fixture(params=PAIRS, ids=" -> ".join, scope="module")
def subject(request, every_model):
    """(model name, estimator); one stream goes through all the edges one after another."""
    with loaded(request.param) as estimator:
        yield request.param[1], estimator


@cache
def duo(index=0, size=(640, 480)):
    return sample.frame(index, size=size, scene="duo").image


def noise(size):
    return np.random.default_rng(size[0]).integers(0, 256, (size[1], size[0], 3), np.uint8)


def look(subject, image, timestamp=0.0, settings=ANYBODY):
    """Estimate, and hold the answer to the contract."""
    model, estimator = subject
    before = image.copy()
    estimate = estimator.estimate(Frame(image, timestamp), settings)
    assert np.array_equal(image, before), "the frame was changed"
    assert len(estimate.poses) <= settings.max_people and not estimate.boxes and estimate.mask is None
    for pose in estimate.poses:
        assert pose.skeleton is MODELS[model].skeleton
        assert pose.xy.dtype == pose.scores.dtype == np.float32 and np.isfinite(pose.xy).all()
        assert (pose.scores >= 0).all() and (pose.scores <= 1).all() and 0 <= pose.score <= 1
    return estimate


# ---- edges ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 2000), (641, 481), (360, 640)], ids=str)
def test_every_size_in_turn_on_the_same_stream(subject, size):
    for image in (noise(size), np.zeros((size[1], size[0], 3), np.uint8)):
        look(subject, image)


def test_two_are_found_after_all_that_and_after_a_reset_and_when_the_size_changes(subject):
    for size in ((640, 480), (640, 480), (800, 450), (640, 480)):
        assert len(look(subject, duo(0, size), settings=Settings()).poses) == 2
    subject[1].reset()
    assert len(look(subject, duo(), settings=Settings()).poses) == 2


def test_nobody_in_an_empty_room(subject):
    for index in range(3):
        image = sample.frame(index, scene="empty").image
        assert look(subject, image, settings=Settings()).poses == ()


def test_people_who_are_gone_are_dropped(subject):
    look(subject, duo(), settings=Settings())
    assert look(subject, sample.frame(0, scene="empty").image, settings=Settings()).poses == ()


def test_times_that_stand_still_jump_and_go_back(subject):
    for timestamp in (1.0, 1.0, 1.000001, 1000.0, 0.5, 0.0, 0.0):
        assert len(look(subject, duo(), timestamp, Settings()).poses) == 2


def test_a_view_that_is_read_only_is_looked_at(subject):
    image = duo()[:, ::-1]
    image.flags.writeable = False
    assert len(look(subject, image, settings=Settings()).poses) == 2


def test_no_more_people_than_asked_for(subject):
    assert len(look(subject, duo(), settings=Settings(max_people=1)).poses) == 1


@pytest.mark.parametrize("image", [np.zeros((48, 64), np.uint8), np.zeros((48, 64, 4), np.uint8), None])
def test_what_is_no_rgb_picture_is_refused(subject, image):
    with pytest.raises(InputError, match="expected"):
        subject[1].estimate(Frame(image), ANYBODY)


def test_the_net_alone_can_be_run_again(subject):
    look(subject, duo())
    subject[1].bare()


@EACH_PAIR
def test_it_may_be_closed_twice_and_unused_and_closes_no_other(pair):
    with loaded(pair) as estimator:
        with loaded(pair) as other:
            other.close()
        assert len(estimator.estimate(Frame(duo()), Settings()).poses) == 2


@pytest.mark.parametrize("detector", DETECTORS)
def test_both_people_are_in_the_mask(detector):
    with loaded((detector, "mediapipe-lite"), mask=True) as estimator:
        for width in (640, 641, 643):  # the package aborts when a mask's width is no multiple of 4
            size = (width, 480)
            mask = estimator.estimate(Frame(duo(0, size)), Settings()).mask
            assert mask.shape == (480, width) and mask.dtype == np.uint8
            assert all(
                mask[int(y), int(x)] > 128 for pose in sample.truth(0, size=size, scene="duo") for x, y in torso(pose)
            )
            assert mask[:, : width // 12].mean() < 1, "the room is not in it"
        assert not estimator.estimate(Frame(np.zeros((480, 640, 3), np.uint8)), Settings()).mask.any()


def torso(pose):
    """Points between shoulders and hips."""
    shoulders, hips = pose.xy[[5, 6]], pose.xy[[11, 12]]
    return [shoulders[side] * share + hips[side] * (1 - share) for side in (0, 1) for share in (0.4, 0.6)]


# ---- the drawn duo --------------------------------------------------------------------------------------------------


def tracks(estimator, indices, scene, seed=0):
    """For each frame, `who` is who."""
    tracker, history = Tracker(), []
    estimator.reset()
    for index in indices:
        frame = sample.frame(index, scene=scene, seed=seed)
        poses = tracker.update(estimator.estimate(frame, Settings()).poses, frame.timestamp)
        history.append(who(poses, sample.truth(index, scene=scene, seed=seed)))
    return history


@pytest.mark.parametrize("pair", [*PAIRS, BEST], ids=" -> ".join)
def test_both_dancers_are_found_and_keep_their_numbers(pair):
    with loaded(pair) as estimator:
        history = tracks(estimator, range(0, 90, 5), "duo")
    assert set(history[0].values()) == {1, 2}
    assert np.mean([ids == history[0] for ids in history]) >= 0.9


# ---- real pictures -------------------------------------------------------------------------------------------------


def test_multipose_then_thunder_beats_the_other_choices_on_crowded_pictures(shared):
    folder = shared / "data" / "coco"
    pytest.importorskip("pycocotools")
    figures = {}
    for detector, model in (BEST, ("yolov3-tiny", "movenet-thunder"), (estimators.OFF, "movenet-multipose")):
        needs(model)
        settings = Settings(detector=detector, model=model)
        figures[detector] = evaluate(folder / "person_keypoints.json", folder / "images", settings)
    best = figures.pop(BEST[0])
    assert best["ap"] >= 0.48 and best["false_persons_on_empty"] <= 1
    assert all(best["ap"] > 0.05 + other["ap"] for other in figures.values())
