"""The contract of every registered estimator, with all edge cases that a camera, a file or a user can produce."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from models import loaded
from pose_demo import sample
from pose_demo.estimators import MODELS, DetectionOptions, Estimator, is_ready
from pose_demo.live import memory
from pose_demo.types import Frame, InputError

NO_THRESHOLD = DetectionOptions(person_confidence=0.0)
SIZES = [(1, 1), (2, 2), (3, 2000), (641, 481), (360, 640), (1280, 720)]
MODELS_WITH_MASK = [name for name, model in MODELS.items() if model.has_mask]
EACH_MODEL = pytest.mark.parametrize("model", MODELS)
EACH_MODEL_WITH_MASK = pytest.mark.parametrize("model", MODELS_WITH_MASK)
EACH_MODE = pytest.mark.parametrize("static_image_mode", [False, True], ids=["video", "static"])


@dataclass(frozen=True)
class Stream:
    """An estimator and how it was loaded."""

    model: str
    estimator: Estimator
    static_image_mode: bool = False

    @property
    def settled(self) -> int:
        """Frames of the dancer after which a video has a person; of images each is processed alone."""
        return 1 if self.static_image_mode else 3


@pytest.fixture(params=[(model, static) for model in MODELS for static in (False, True)], scope="module", ids=str)
def stream(request, every_model):
    """One estimator for video and one for static images; each processes the edge cases of all tests in turn."""
    model, static_image_mode = request.param
    with loaded(model, static_image_mode=static_image_mode) as estimator:
        yield Stream(model, estimator, static_image_mode)


@cache
def dancer(size=(640, 480), index=0):
    return sample.frame(index, size=size).image


def make_image(content, size=(640, 480)):
    shape = (size[1], size[0], 3)
    if content == "dancer":
        return dancer(size)
    if content == "noise":
        return np.random.default_rng(size[0]).integers(0, 256, shape, np.uint8)
    return np.full(shape, {"black": 0, "white": 255}[content], np.uint8)


class FrameClock:
    """Timestamps at 30 fps, for tests that do not choose their own."""

    now = 0.0

    def next(self):
        self.now += 1 / 30
        return self.now


CLOCK = FrameClock()


def estimate_checked(stream, image, timestamp=None, options=NO_THRESHOLD):
    """Estimate, and check everything that the contract guarantees for any image."""
    before = image.copy()
    estimate = stream.estimator.estimate(Frame(image, CLOCK.next() if timestamp is None else timestamp), options)
    assert np.array_equal(image, before), "the frame was changed"
    for pose in estimate.poses:
        check_pose(pose, MODELS[stream.model])
    for box in [*estimate.boxes, *(pose.box for pose in estimate.poses if pose.box)]:
        assert np.isfinite([box.x0, box.y0, box.x1, box.y1]).all() and 0 <= box.score <= 1 and box.label
    assert estimate.mask is None
    return estimate


def check_pose(pose, model):
    count = len(model.skeleton.keypoints)
    assert pose.skeleton is model.skeleton
    assert pose.xy.shape == (count, 2) and pose.xy.dtype == np.float32 and np.isfinite(pose.xy).all()
    assert pose.scores.shape == (count,) and pose.scores.dtype == np.float32
    assert (pose.scores >= 0).all() and (pose.scores <= 1).all() and 0 <= pose.score <= 1
    assert (pose.world is not None) == model.has_world
    if model.has_world:
        assert pose.world.shape == (count, 3) and pose.world.dtype == np.float32 and np.isfinite(pose.world).all()


def is_detected(estimate):
    return bool(estimate.poses or estimate.boxes)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_a_stream_accepts_any_frame_size(stream, size):
    estimate_checked(stream, make_image("dancer" if min(size) > 9 else "noise", size))


@pytest.mark.parametrize("content", ["black", "white", "noise"])
def test_images_without_any_content_are_accepted(stream, content):
    estimate_checked(stream, make_image(content))


VIEWS = {
    "mirrored": lambda image: image[:, ::-1],
    "transposed": lambda image: image.swapaxes(0, 1),
    "every other pixel, upside down, channels reversed": lambda image: image[::-2, ::2, ::-1],
    "slice": lambda image: image[7:401, 13:600],
}


def first_estimate(stream, image):
    """The estimate of an image without earlier frames."""
    if stream.model.startswith("mediapipe") and not stream.static_image_mode:  # a reset does not clear its tracks
        with loaded(stream.model) as estimator:
            return estimate_checked(Stream(stream.model, estimator), image)
    stream.estimator.reset()
    return estimate_checked(stream, image)


@pytest.mark.parametrize("view", VIEWS)
def test_views_of_an_image_have_the_same_result_as_copies(stream, view):
    image = VIEWS[view](dancer())
    of_view, of_copy = (first_estimate(stream, array) for array in (image, np.ascontiguousarray(image)))
    assert of_view.boxes == of_copy.boxes
    for a, b in zip(of_view.poses, of_copy.poses, strict=True):
        assert np.array_equal(a.xy, b.xy) and np.array_equal(a.scores, b.scores)
    assert is_detected(of_copy) or view not in ("mirrored", "slice")  # without a person any two results are equal


def test_a_read_only_image_is_accepted(stream):
    image = dancer().copy()
    image.flags.writeable = False
    estimate_checked(stream, image)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((48, 64), np.uint8),
        np.zeros((48, 64, 1), np.uint8),
        np.zeros((48, 64, 4), np.uint8),
        np.zeros((48, 64, 3), np.float32),
        np.zeros((0, 64, 3), np.uint8),
        None,
    ],
    ids=["gray", "one channel", "rgba", "float", "empty", "None"],
)
def test_anything_but_an_rgb_image_is_refused(stream, image):
    with pytest.raises(InputError, match="expected"):
        stream.estimator.estimate(Frame(image), NO_THRESHOLD)


def test_timestamps_may_repeat_jump_and_decrease(stream):
    now = CLOCK.now
    timestamps = (now, now, now + 1e-6, now + 1000, now + 0.5, 0.0, 0.0)
    for timestamp in timestamps[:: 3 if stream.static_image_mode else 1]:
        estimate_checked(stream, dancer(), timestamp)
    assert is_detected(estimate_checked(stream, dancer(), now))


@EACH_MODE
@EACH_MODEL
def test_no_person_reaches_a_confidence_of_1(model, static_image_mode):
    def detected(estimator, confidence):
        stream, options = Stream(model, estimator, static_image_mode), DetectionOptions(person_confidence=confidence)
        images = [dancer(index=index) for index in range(stream.settled)]
        return [is_detected(estimate_checked(stream, image, options=options)) for image in images]

    with loaded(model, static_image_mode=static_image_mode) as estimator:
        assert any(detected(estimator, DetectionOptions().person_confidence))
        assert not any(detected(estimator, 1.0))  # it applies to persons who are tracked already
    if not static_image_mode:
        with loaded(model) as estimator:
            assert not any(detected(estimator, 1.0))


def cpu_time(function):
    """Seconds of CPU time of this process, in all of its threads."""
    start = time.process_time()
    function()
    return time.process_time() - start


def test_invoke_only_runs_inference(stream):
    """Inference takes at least a third of the CPU time of an estimate; the limit of a tenth excludes noise."""
    of_estimate = min(cpu_time(lambda: estimate_checked(stream, dancer())) for _ in range(5))
    assert cpu_time(stream.estimator.invoke_only) > 0.1 * of_estimate


def test_after_all_edge_cases_the_dancer_is_detected_within_three_frames(stream):
    for _ in range(2):
        stream.estimator.reset()
        for index in range(stream.settled):
            estimate = estimate_checked(stream, dancer(index=index), options=DetectionOptions())
        assert is_detected(estimate)


# ---- closing, and concurrent streams --------------------------------------------------------------------------------


@EACH_MODEL
def test_an_estimator_can_be_closed_twice_and_without_being_used(model):
    with loaded(model) as estimator:
        estimator.close()


@EACH_MODEL
def test_closing_an_estimator_does_not_affect_others_of_the_same_model(model):
    with loaded(model) as estimator:
        with loaded(model) as other:
            estimate_checked(Stream(model, other), dancer())
        assert is_detected(estimate_checked(Stream(model, estimator), dancer(), options=DetectionOptions()))


def estimate_clip(estimator, start):
    """Coordinates and scores of everything detected in three frames."""
    frames = [Frame(dancer(index=start + index), index / 30) for index in range(3)]
    estimates = [estimator.estimate(frame, DetectionOptions()) for frame in frames]
    poses = [(pose.xy, pose.scores) for estimate in estimates for pose in estimate.poses]
    boxes = [box for estimate in estimates for box in estimate.boxes]
    return poses + [(np.array([box.x0, box.y0, box.x1, box.y1]), np.array(box.score)) for box in boxes]


@EACH_MODEL
def test_concurrent_streams_have_the_same_results_as_each_stream_alone(model):
    starts = (0, 150)
    alone = []
    for start in starts:
        with loaded(model) as estimator:
            alone.append(estimate_clip(estimator, start))
    concurrent = {}
    with loaded(model) as first, loaded(model) as second:
        threads = [
            threading.Thread(target=lambda e=e, s=s: concurrent.update({s: estimate_clip(e, s)}))
            for e, s in zip((first, second), starts, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    for start, expected in zip(starts, alone, strict=True):
        assert len(concurrent[start]) == len(expected) > 0
        for (xy, scores), (expected_xy, expected_scores) in zip(concurrent[start], expected, strict=True):
            assert xy == pytest.approx(expected_xy, abs=0.01) and scores == pytest.approx(expected_scores, abs=1e-3)


# ---- segmentation masks ---------------------------------------------------------------------------------------------


def mask_of(estimator, image):
    mask = estimator.estimate(Frame(image, CLOCK.next()), NO_THRESHOLD).mask
    assert mask.dtype == np.uint8 and mask.shape == image.shape[:2]
    return mask


@EACH_MODEL_WITH_MASK
@EACH_MODE
def test_the_mask_covers_the_dancer_and_not_the_background_for_any_width(model, static_image_mode):
    with loaded(model, enable_segmentation=True, static_image_mode=static_image_mode) as estimator:
        for width in (640, 641, 643):
            size = (width, 480)
            mask, (truth,) = mask_of(estimator, dancer(size)), sample.ground_truth(0, size=size)
            assert all(mask[int(y), int(x)] > 128 for x, y in torso_points(truth))
            box = truth.box or truth.bounding_box(0.5)
            outside = mask.copy()
            outside[max(0, int(box.y0) - 40) : int(box.y1) + 40, max(0, int(box.x0) - 40) : int(box.x1) + 40] = 0
            assert outside.mean() < 2


def torso_points(pose):
    """Points between shoulders and hips."""
    shoulders, hips = pose.xy[[5, 6]], pose.xy[[11, 12]]
    return [(shoulders[i] * share + hips[i] * (1 - share)) for i in (0, 1) for share in (0.3, 0.5, 0.7)]


@EACH_MODEL_WITH_MASK
def test_without_a_person_the_mask_is_empty(model):
    with loaded(model, enable_segmentation=True) as estimator:
        for content, size in (("black", (640, 480)), ("white", (1, 1)), ("black", (3, 2000)), ("white", (2, 2))):
            assert not mask_of(estimator, make_image(content, size)).any()


@EACH_MODEL
def test_exactly_the_models_with_has_mask_return_a_mask(model):
    with loaded(model, enable_segmentation=True) as estimator:
        mask = estimator.estimate(Frame(dancer()), NO_THRESHOLD).mask
    assert (mask is not None) == MODELS[model].has_mask


def test_the_memory_of_a_closed_estimator_returns_to_the_system():
    """A host has 1 GB: what the models of left visitors hold is missing for the others."""
    kept, taken = {}, {}
    for model in filter(is_ready, MODELS):
        memory.release()
        before = memory.anonymous_mb()
        with loaded(model) as estimator:
            estimate_checked(Stream(model, estimator), dancer())
            taken[model] = memory.anonymous_mb() - before
        del estimator
        memory.release()
        kept[model] = memory.anonymous_mb() - before
    assert kept and max(kept.values()) < 120, kept  # the first use of a package imports it
    assert all(mb < 2 * MODELS[model].memory_mb + 100 for model, mb in taken.items()), taken
