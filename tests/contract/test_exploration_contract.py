"""What a sweep relies on, for every model and every detector.

Options that need no inference select from one output, and the other options with an effect are declared.
"""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache

import cv2
import numpy as np
import pytest

from models import loaded
from pose_demo import estimators, sample
from pose_demo.estimators import DETECTORS, MODELS, DetectionOptions
from pose_demo.fields import NONE
from pose_demo.types import Frame

TOP_DOWN = [model for model in MODELS if estimators.supports_detector(model)]
# Every model, every model with a detector, and of each family one with every detector.
HEAVIER = ("full", "heavy", "thunder", "int8")  # these models differ from lighter ones in their weights only
LIGHT = ("movenet-lightning", "blazepose-lite", "mediapipe-lite", "rtmpose-t")
COMBINATIONS = list(
    dict.fromkeys(
        [(model, NONE) for model in MODELS]
        + list(zip(TOP_DOWN, DETECTORS * len(TOP_DOWN), strict=False))
        + [(model, detector) for model in LIGHT for detector in DETECTORS]
    )
)
EACH = pytest.mark.parametrize(("model", "detector"), COMBINATIONS, ids=lambda value: value)
EACH_FILTER = pytest.mark.parametrize(
    "model", [m for m in MODELS if MODELS[m].output_filter is not estimators.NO_FILTER]
)
OPTIONS = [
    DetectionOptions(),
    DetectionOptions(person_confidence=0.0),
    DetectionOptions(person_confidence=0.02, nms_iou_threshold=0.9, all_classes=True),
    DetectionOptions(person_confidence=0.35, nms_iou_threshold=0.0),
    DetectionOptions(person_confidence=0.6, nms_iou_threshold=1.0, all_classes=True),
    DetectionOptions(person_confidence=0.1, nms_iou_threshold=0.5, all_classes=True, input_size=0.5),
    DetectionOptions(person_confidence=1.0, max_people=1, detect_every=1),
]
OTHER_VALUES = DetectionOptions(0.9, 0.5, True, 0.8, 1, 1, 0.5)  # other than the defaults, in each field
NAMES = tuple(field.name for field in fields(DetectionOptions))


@cache
def street():
    """Six dancers of different sizes beside each other and over each other, as in a crowded COCO image."""
    image = np.full((480, 640, 3), 110, np.uint8)
    places = [(0, 0, 1.0), (300, 40, 0.9), (150, 200, 0.55), (420, 210, 0.5), (20, 240, 0.45), (250, 260, 0.4)]
    for index, (x, y, scale) in enumerate(places):
        dancer = cv2.resize(sample.frame(20 * index, size=(320, 440)).image, None, fx=scale, fy=scale)
        part = image[y : y + dancer.shape[0], x : x + dancer.shape[1]]
        part[:] = dancer[: part.shape[0], : part.shape[1]]
    return image


@cache
def images():
    """Two persons who move, two who cross, and clutter."""
    scenes = [("duo", 0), ("duo", 4), ("crossing", 42)]
    return [*(sample.frame(index, scene=scene).image for scene, index in scenes), street()]


@cache
def expected(model, detector, options):
    """The outputs of one stream with these options, which several tests compare with."""
    return estimates(model, detector, options)


def estimates(model, detector, options):
    """The outputs of one stream."""
    with loaded(model, detector) as estimator:
        return [estimator.estimate(Frame(image, index / 10), options) for index, image in enumerate(images())]


def assert_equal(found, expected):
    """Equal to the last bit, in the same order."""
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        assert a.boxes == b.boxes and len(a.poses) == len(b.poses)
        for p, q in zip(a.poses, b.poses, strict=True):
            assert (p.score, p.box) == (q.score, q.box)
            np.testing.assert_array_equal(p.xy, q.xy)
            np.testing.assert_array_equal(p.scores, q.scores)


def differ(found, expected):
    try:
        assert_equal(found, expected)
    except AssertionError:
        return True
    return False


# ---- the output filter


@EACH_FILTER
def test_selecting_from_a_lenient_output_equals_the_strict_output(model):
    """One lenient output serves all options that differ only in what needs no inference."""
    output_filter = estimators.output_filter(model, NONE)
    several = OPTIONS[:2] if model.endswith(HEAVIER) else OPTIONS
    outputs = {}
    for options in several:
        lenient = output_filter.lenient(options)
        if lenient not in outputs:
            outputs[lenient] = expected(model, NONE, lenient)
        selected = [output_filter.select(output, options) for output in outputs[lenient]]
        assert_equal(selected, expected(model, NONE, options))
        assert_equal([output_filter.select(output, options) for output in selected], selected)
    assert len(outputs) < len(several)


@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize("model", TOP_DOWN)
def test_with_a_detector_every_option_needs_inference(model, detector):
    assert estimators.output_filter(model, detector) is estimators.NO_FILTER


def test_the_frames_make_the_filter_of_yolo_matter():
    """Otherwise the tests above could not fail."""
    output_filter = estimators.output_filter("yolov3-tiny", NONE)
    outputs = estimates("yolov3-tiny", NONE, output_filter.lenient(OPTIONS[0]))
    counts = [sum(len(output_filter.select(output, options).boxes) for output in outputs) for options in OPTIONS]
    assert len(set(counts)) >= 4 and max(counts) > 15


# ---- the declared options


class Recorder(DetectionOptions):
    """Options that record which of them are read, also from copies of them."""

    def __getattribute__(self, name):
        if name in NAMES:
            READ.add(name)
        return super().__getattribute__(name)


READ: set[str] = set()


@EACH
def test_only_declared_options_are_read_and_have_an_effect(model, detector):
    """Options with other values in all fields that are not declared: the output is the same."""
    declared = set(estimators.detection_options(model, detector))
    changed = {name: getattr(OTHER_VALUES, name) for name in NAMES if name not in declared}
    assert "confidence" in changed
    READ.clear()
    with pytest.MonkeyPatch.context() as patch:
        for module in (estimators.top_down, estimators.object_detector, estimators.detection):
            patch.setattr(module, "replace", _replace)
        found = estimates(model, detector, Recorder(**changed))
    assert_equal(found, expected(model, detector, DetectionOptions()))
    overridden = set(estimators.top_down.OVERRIDDEN_OPTIONS) if detector != NONE else set()
    assert declared >= READ - overridden


def _replace(instance, **changes):
    """`dataclasses.replace`, which reads every field, but of a `Recorder` no field is read."""
    if not isinstance(instance, Recorder):
        return replace(instance, **changes)
    copy = object.__new__(Recorder)
    copy.__dict__.update(instance.__dict__ | changes)
    return copy


WITH_EFFECT = [
    ("yolov3-tiny", NONE),
    ("movenet-multipose", NONE),
    ("movenet-lightning", "yolov3-tiny"),
    ("movenet-lightning", "movenet-multipose"),
]


@pytest.mark.parametrize(("model", "detector"), WITH_EFFECT)
def test_declared_options_have_an_effect(model, detector):
    values = replace(OTHER_VALUES, person_confidence=0.9, nms_iou_threshold=0.0)
    defaults = expected(model, detector, DetectionOptions())
    for name in set(estimators.detection_options(model, detector)) - {"nms_iou_threshold"}:
        changed = replace(DetectionOptions(), **{name: getattr(values, name)})
        assert differ(estimates(model, detector, changed), defaults), name
