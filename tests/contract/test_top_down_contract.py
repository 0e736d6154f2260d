"""Top-down estimation with real networks: the estimators' contract, the drawn duo, and real images."""

from __future__ import annotations

import json
import time
from collections import Counter
from functools import cache

import numpy as np
import pytest
from ids import track_ids

from models import loaded, needs
from pose_demo import sample
from pose_demo.estimators import DETECTORS, MODELS, DetectionOptions
from pose_demo.offline.evaluate import evaluate
from pose_demo.settings import Settings
from pose_demo.tracking.tracker import Tracker
from pose_demo.types import Frame, InputError

NO_THRESHOLD = DetectionOptions(person_confidence=0.0)
DEFAULTS = DetectionOptions()
# Every detector, and the package with one of them: the detector and the pose model share nothing but boxes.
PAIRS = [*((detector, "movenet-lightning") for detector in DETECTORS), ("movenet-multipose", "mediapipe-lite")]
EACH_PAIR = pytest.mark.parametrize("pair", PAIRS, ids=" -> ".join)
MOST_ACCURATE = ("movenet-multipose", "movenet-thunder")


def loaded_pair(pair, **options):
    detector, model = pair
    return loaded(model, detector, **options)


@pytest.fixture(params=PAIRS, ids=" -> ".join, scope="module")
def stream(request, every_model):
    """(model name, estimator); one estimator processes the edge cases of all tests in turn."""
    with loaded_pair(request.param) as estimator:
        yield request.param[1], estimator


@cache
def duo(index=0, size=(640, 480)):
    return sample.frame(index, size=size, scene="duo").image


@cache
def empty_scene(index=0):
    return sample.frame(index, scene="empty").image


def noise(size):
    return np.random.default_rng(size[0]).integers(0, 256, (size[1], size[0], 3), np.uint8)


def estimate_checked(stream, image, timestamp=0.0, options=DEFAULTS):
    """Estimate, and check everything that the contract guarantees for any image."""
    model, estimator = stream
    before = image.copy()
    estimate = estimator.estimate(Frame(image, timestamp), options)
    assert np.array_equal(image, before), "the frame was changed"
    assert len(estimate.poses) <= options.max_people and not estimate.boxes and estimate.mask is None
    for pose in estimate.poses:
        assert pose.skeleton is MODELS[model].skeleton
        assert pose.xy.dtype == pose.scores.dtype == np.float32 and np.isfinite(pose.xy).all()
        assert (pose.scores >= 0).all() and (pose.scores <= 1).all() and 0 <= pose.score <= 1
        assert (pose.world is not None) == MODELS[model].has_world
    return estimate


# ---- edge cases -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 2000), (641, 481), (360, 640)], ids=str)
def test_a_stream_accepts_any_frame_size(stream, size):
    for image in (noise(size), np.zeros((size[1], size[0], 3), np.uint8)):
        estimate_checked(stream, image, options=NO_THRESHOLD)


def test_two_persons_are_found_after_edge_cases_a_reset_and_changes_of_the_frame_size(stream):
    for size in ((640, 480), (640, 480), (800, 450), (640, 480)):
        assert len(estimate_checked(stream, duo(0, size)).poses) == 2
    stream[1].reset()
    assert len(estimate_checked(stream, duo()).poses) == 2


def test_no_person_is_found_in_an_empty_scene(stream):
    for index in range(2):
        assert estimate_checked(stream, empty_scene(index)).poses == ()


def test_persons_who_leave_are_no_longer_tracked(stream):
    assert estimate_checked(stream, duo()).poses
    assert estimate_checked(stream, empty_scene()).poses == ()


def test_timestamps_may_repeat_jump_and_decrease(stream):
    for timestamp in (1.0, 1.0, 1.000001, 1000.0, 0.5, 0.0, 0.0):
        assert len(estimate_checked(stream, duo(), timestamp).poses) == 2


def test_a_read_only_view_is_accepted(stream):
    image = duo()[:, ::-1]
    image.flags.writeable = False
    assert len(estimate_checked(stream, image).poses) == 2


def test_at_most_max_people_are_found(stream):
    assert len(estimate_checked(stream, duo(), options=DetectionOptions(max_people=1)).poses) == 1


@pytest.mark.parametrize(
    "image", [np.zeros((48, 64), np.uint8), np.zeros((48, 64, 4), np.uint8), None], ids=["gray", "rgba", "None"]
)
def test_anything_but_an_rgb_image_is_refused(stream, image):
    with pytest.raises(InputError, match="expected"):
        stream[1].estimate(Frame(image), NO_THRESHOLD)


def cpu_time(function):
    """Seconds of CPU time of this process, in all of its threads."""
    start = time.process_time()
    function()
    return time.process_time() - start


def test_invoke_only_runs_inference(stream):
    """It runs the pose model once, which takes well over a tenth of the CPU time of an estimate."""
    of_estimate = min(cpu_time(lambda: estimate_checked(stream, duo())) for _ in range(5))
    assert cpu_time(stream[1].invoke_only) > 0.1 * of_estimate


@EACH_PAIR
def test_an_estimator_can_be_closed_twice_without_affecting_others(pair):
    with loaded_pair(pair) as estimator:
        with loaded_pair(pair) as other:
            other.close()
        assert len(estimator.estimate(Frame(duo()), DEFAULTS).poses) == 2


@pytest.mark.parametrize("detector", DETECTORS)
def test_the_mask_covers_both_persons(detector):
    with loaded("mediapipe-lite", detector, enable_segmentation=True) as estimator:
        for width in (640, 641, 643):  # the package aborts when a mask's width is not a multiple of 4
            size = (width, 480)
            mask = estimator.estimate(Frame(duo(0, size)), DEFAULTS).mask
            assert mask.shape == (480, width) and mask.dtype == np.uint8
            for truth in sample.ground_truth(0, size=size, scene="duo"):
                assert all(mask[int(y), int(x)] > 128 for x, y in torso_points(truth))
            assert mask[:, : width // 12].mean() < 1  # only background
        assert not estimator.estimate(Frame(np.zeros((480, 640, 3), np.uint8)), DEFAULTS).mask.any()


def torso_points(pose):
    """Points between shoulders and hips."""
    shoulders, hips = pose.xy[[5, 6]], pose.xy[[11, 12]]
    return [shoulders[side] * share + hips[side] * (1 - share) for side in (0, 1) for share in (0.4, 0.6)]


# ---- the drawn duo --------------------------------------------------------------------------------------------------


def track_ids_over_time(estimator, indices, scene, seed=0):
    """The result of `track_ids` for each frame."""
    tracker, ids = Tracker(), []
    estimator.reset()
    for index in indices:
        frame = sample.frame(index, scene=scene, seed=seed)
        poses = tracker.update(estimator.estimate(frame, DEFAULTS).poses, frame.timestamp)
        ids.append(track_ids(poses, sample.ground_truth(index, scene=scene, seed=seed)))
    return ids


@pytest.mark.parametrize("pair", [*PAIRS, MOST_ACCURATE], ids=" -> ".join)
def test_both_dancers_are_found_and_keep_their_track_ids(pair):
    with loaded_pair(pair) as estimator:
        ids = track_ids_over_time(estimator, range(0, 60, 5), "duo")
    assert set(ids[0].values()) == {1, 2}
    assert np.mean([found == ids[0] for found in ids]) >= 0.9


# ---- real images ----------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_multipose_then_thunder_is_accurate_on_crowds(shared, tmp_path):
    folder = shared / "data" / "coco"
    pytest.importorskip("pycocotools")
    for model in MOST_ACCURATE:
        needs(model)
    groups = _with_several_persons(folder / "person_keypoints.json", tmp_path)
    detector, model = MOST_ACCURATE
    metrics = evaluate(groups, folder / "images", Settings(detector=detector, model=model))
    assert metrics["images"] == 22 and metrics["ap"] >= 0.48 and metrics["mean_oks"] >= 0.85


def _with_several_persons(annotations, folder):
    """The annotations of the images with two persons and more, as a file in ``folder``."""
    data = json.loads(annotations.read_text())
    persons = Counter(person["image_id"] for person in data["annotations"])
    data["images"] = [image for image in data["images"] if persons[image["id"]] > 1]
    data["annotations"] = [person for person in data["annotations"] if persons[person["image_id"]] > 1]
    target = folder / "groups.json"
    target.write_text(json.dumps(data))
    return target
