"""What every registered estimator promises, at every edge that a camera, a file or a viewer can produce."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from models import loaded
from pose_demo import sample
from pose_demo.estimators import MODELS, Estimator, Options, relevant
from pose_demo.settings import Settings
from pose_demo.types import Frame, InputError

ANYBODY = Settings(person_confidence=0.0)
SIZES = [(1, 1), (2, 2), (3, 2000), (641, 481), (360, 640), (1280, 720)]
WITH_MASK = [name for name, model in MODELS.items() if model.has_mask]
EACH_MODEL = pytest.mark.parametrize("model", MODELS)
EACH_MASK = pytest.mark.parametrize("model", WITH_MASK)


@dataclass(frozen=True)
class Subject:
    model: str
    estimator: Estimator
    still: bool = False

    @property
    def smooths(self):
        """Whether the answer depends on earlier frames even after a reset."""
        return self.model.startswith("mediapipe") and not self.still


@pytest.fixture(params=[(model, still) for model in MODELS for still in (False, True)], scope="module", ids=str)
def subject(request, every_model):
    """One estimator for video and one for stills; it goes through all the edges one after another."""
    model, still = request.param
    with loaded(model, still=still) as estimator:
        yield Subject(model, estimator, still)


@cache
def dancer(size=(640, 480), index=0):
    return sample.frame(index, size=size).image


def picture(kind, size=(640, 480)):
    shape = (size[1], size[0], 3)
    if kind == "dancer":
        return dancer(size)
    if kind == "noise":
        return np.random.default_rng(size[0]).integers(0, 256, shape, np.uint8)
    return np.full(shape, {"black": 0, "white": 255}[kind], np.uint8)


class Times:
    """A rising clock for a test that has no own."""

    now = 0.0

    def next(self):
        self.now += 1 / 30
        return self.now


CLOCK = Times()


def look(subject, image, timestamp=None, settings=ANYBODY):
    """Estimate, and hold the answer to the contract."""
    before = image.copy()
    estimate = subject.estimator.estimate(Frame(image, CLOCK.next() if timestamp is None else timestamp), settings)
    assert np.array_equal(image, before), "the frame was changed"
    for pose in estimate.poses:
        keep_promises(pose, MODELS[subject.model].skeleton)
    for box in [*estimate.boxes, *(pose.box for pose in estimate.poses if pose.box)]:
        assert np.isfinite([box.x0, box.y0, box.x1, box.y1]).all() and 0 <= box.score <= 1 and box.label
    assert estimate.mask is None
    return estimate


def keep_promises(pose, skeleton):
    count = len(skeleton.keypoints)
    assert pose.skeleton is skeleton
    assert pose.xy.shape == (count, 2) and pose.xy.dtype == np.float32 and np.isfinite(pose.xy).all()
    assert pose.scores.shape == (count,) and pose.scores.dtype == np.float32
    assert (pose.scores >= 0).all() and (pose.scores <= 1).all() and 0 <= pose.score <= 1


def found(estimate):
    return bool(estimate.poses or estimate.boxes)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_every_size_in_turn_on_the_same_stream(subject, size):
    look(subject, picture("dancer" if min(size) > 9 else "noise", size))


@pytest.mark.parametrize("kind", ["black", "white", "noise"])
def test_pictures_without_anything_to_see(subject, kind):
    look(subject, picture(kind))


VIEWS = {
    "mirrored": lambda image: image[:, ::-1],
    "upside down": lambda image: image[::-1],
    "transposed": lambda image: image.swapaxes(0, 1),
    "every other pixel": lambda image: image[::2, ::2],
    "channels reversed": lambda image: image[:, :, ::-1],
    "cut out": lambda image: image[7:401, 13:600],
}


@pytest.mark.parametrize("view", VIEWS)
def test_views_of_a_picture_are_seen_like_copies_of_it(subject, view):
    seen = VIEWS[view](dancer())
    answers = []
    for image in (seen, np.ascontiguousarray(seen)):
        subject.estimator.reset()
        answers.append(look(subject, image))
    if not subject.smooths:
        assert [box.x0 for box in answers[0].boxes] == [box.x0 for box in answers[1].boxes]
        assert all(np.array_equal(a.xy, b.xy) for a, b in zip(*(e.poses for e in answers), strict=True))


def test_a_read_only_picture(subject):
    image = dancer().copy()
    image.flags.writeable = False
    look(subject, image)


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
    ids=["grey", "one channel", "rgba", "float", "empty", "nothing"],
)
def test_what_is_no_rgb_picture_is_refused(subject, image):
    with pytest.raises(InputError, match="expected"):
        subject.estimator.estimate(Frame(image), ANYBODY)


def test_times_that_stand_still_jump_and_go_back(subject):
    now = CLOCK.now
    for timestamp in (now, now, now + 1e-6, now + 1000, now + 0.5, 0.0, 0.0):
        look(subject, dancer(), timestamp)
    assert found(look(subject, dancer(), now))


def test_nobody_reaches_a_confidence_that_none_can_have(subject):
    if not subject.model.startswith("mediapipe"):  # its own confidence is fixed when it is built
        assert not found(look(subject, dancer(), settings=Settings(person_confidence=1.0)))


def test_the_net_alone_can_be_run_again(subject):
    look(subject, dancer())
    subject.estimator.bare()


def test_after_all_that_the_dancer_is_found_again_within_three_frames(subject):
    settings = Settings(model=subject.model)
    for _ in range(2):
        subject.estimator.reset()
        answers = [look(subject, dancer(index=index), settings=settings) for index in (0, 1, 2)]
        assert found(answers[-1])


# ---- closing, and two at once ---------------------------------------------------------------------------------------


@EACH_MODEL
def test_an_estimator_may_be_closed_twice_and_unused(model):
    with loaded(model) as estimator:
        estimator.close()


@EACH_MODEL
def test_a_closed_estimator_does_not_close_others_of_its_kind(model):
    with loaded(model) as estimator:
        with loaded(model) as other:
            look(Subject(model, other), dancer())
        assert found(look(Subject(model, estimator), dancer(), settings=Settings(model=model)))


def answers_of(model, estimator, start):
    estimates = [estimator.estimate(Frame(dancer(index=start + i), i / 30), Settings(model=model)) for i in range(4)]
    return [(p.xy, p.scores) for e in estimates for p in e.poses] + [
        (np.array([b.x0, b.y0, b.x1, b.y1]), np.array(b.score)) for e in estimates for b in e.boxes
    ]


@EACH_MODEL
def test_two_streams_at_once_see_what_each_would_see_alone(model):
    starts = (0, 150)
    alone = []
    for start in starts:
        with loaded(model) as estimator:
            alone.append(answers_of(model, estimator, start))
    together = {}
    with loaded(model) as first, loaded(model) as second:
        threads = [
            threading.Thread(target=lambda e=e, s=s: together.update({s: answers_of(model, e, s)}))
            for e, s in zip((first, second), starts, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    for start, expected in zip(starts, alone, strict=True):
        assert len(together[start]) == len(expected) > 0
        for (xy, scores), (expected_xy, expected_scores) in zip(together[start], expected, strict=True):
            assert xy == pytest.approx(expected_xy, abs=0.01) and scores == pytest.approx(expected_scores, abs=1e-3)


# ---- the mask -------------------------------------------------------------------------------------------------------


def mask_of(estimator, image):
    mask = estimator.estimate(Frame(image, CLOCK.next()), ANYBODY).mask
    assert mask.dtype == np.uint8 and mask.shape == image.shape[:2]
    return mask


@EACH_MASK
@pytest.mark.parametrize("still", [False, True], ids=["video", "still"])
def test_the_mask_covers_the_dancer_and_not_the_room_whatever_the_width(model, still):
    with loaded(model, mask=True, still=still) as estimator:
        for width in (640, 641, 642, 643):
            size = (width, 480)
            mask, (truth,) = mask_of(estimator, dancer(size)), sample.truth(0, size=size)
            assert all(mask[int(y), int(x)] > 128 for x, y in torso_of(truth))
            box = truth.box or truth.bounds(0.5)
            outside = mask.copy()
            outside[max(0, int(box.y0) - 40) : int(box.y1) + 40, max(0, int(box.x0) - 40) : int(box.x1) + 40] = 0
            assert outside.mean() < 2


def torso_of(pose):
    """Points between shoulders and hips."""
    shoulders, hips = pose.xy[[5, 6]], pose.xy[[11, 12]]
    return [(shoulders[i] * share + hips[i] * (1 - share)) for i in (0, 1) for share in (0.3, 0.5, 0.7)]


@EACH_MASK
def test_without_anybody_the_mask_is_empty(model):
    with loaded(model, mask=True) as estimator:
        for kind, size in (("black", (640, 480)), ("white", (1, 1)), ("black", (3, 2000)), ("white", (2, 2))):
            assert not mask_of(estimator, picture(kind, size)).any()


@EACH_MODEL
def test_only_models_that_say_so_give_a_mask(model):
    with loaded(model, mask=True) as estimator:
        mask = estimator.estimate(Frame(dancer()), ANYBODY).mask
    assert (mask is not None) == MODELS[model].has_mask


# ---- the registry ---------------------------------------------------------------------------------------------------


@EACH_MODEL
def test_the_registry_line_is_complete(model):
    line = MODELS[model]
    assert line.name == model and line.title and line.good_for and line.weights
    assert set(line.rebuilt_by) <= set(Options.__dataclass_fields__)


@EACH_MODEL
def test_what_does_not_matter_to_a_model_does_not_make_it_different(model):
    everything = Options(still=True, mask=True, person_confidence=0.9, threads=2)
    kept = relevant(model, everything)
    for name in Options.__dataclass_fields__:
        expected = everything if name in MODELS[model].rebuilt_by else Options()
        assert getattr(kept, name) == getattr(expected, name)
