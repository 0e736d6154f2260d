"""The registry of models, and which options matter to which model."""

from dataclasses import replace

import pytest

from pose_demo.estimators import (
    DETECTORS,
    MODELS,
    EstimatorOptions,
    active_detector,
    lighter_models,
    relevant_options,
    smooths_keypoints,
    supports_detector,
    variable_input_size,
)
from pose_demo.fields import NONE

EACH_MODEL = pytest.mark.parametrize("model", MODELS)
EVERYTHING = EstimatorOptions(static_image_mode=True, enable_segmentation=True, threads=3)


@EACH_MODEL
def test_the_registry_entry_is_complete(model):
    info = MODELS[model]
    assert info.name == model and info.title and info.description and info.weights and info.score
    assert set(info.load_options) <= set(EstimatorOptions.__dataclass_fields__)


@EACH_MODEL
def test_options_that_are_irrelevant_to_a_model_are_reset(model):
    relevant = relevant_options(model, EVERYTHING)
    for name in EstimatorOptions.__dataclass_fields__:
        expected = EVERYTHING if name in MODELS[model].load_options else EstimatorOptions()
        assert getattr(relevant, name) == getattr(expected, name)


def test_detectors_are_models_and_every_single_person_model_supports_them():
    assert set(DETECTORS) <= set(MODELS) and NONE not in DETECTORS
    unsupported = {name for name in MODELS if not supports_detector(name)}
    assert unsupported == {"movenet-multipose", "rtmo-t", "nanodet", "yolov3-tiny"}


def test_with_a_detector_the_options_of_both_models_are_relevant():
    with_detector = relevant_options("mediapipe-lite", EVERYTHING, "movenet-multipose")
    assert with_detector == EVERYTHING  # the threads are the detector's
    alone = relevant_options("mediapipe-lite", EVERYTHING)
    assert alone == replace(EVERYTHING, threads=EstimatorOptions().threads)


def test_a_detector_has_no_influence_on_the_options_of_a_multi_person_model():
    alone, with_yolo = (relevant_options("movenet-multipose", EVERYTHING, name) for name in (NONE, "yolov3-tiny"))
    assert alone == with_yolo


@EACH_MODEL
def test_lighter_models_have_the_same_skeleton_and_end(model):
    assert all(MODELS[lighter].skeleton is MODELS[model].skeleton for lighter in lighter_models(model))


def test_lighter_models_are_the_rest_of_the_family_the_heaviest_first():
    assert lighter_models("blazepose-heavy") == ("blazepose-full", "blazepose-lite")
    assert lighter_models("movenet-thunder") == ("movenet-thunder-int8", "movenet-lightning")
    assert lighter_models("movenet-lightning") == ()


@pytest.mark.parametrize(
    ("model", "detector", "expected"),
    [
        ("movenet-lightning", NONE, False),
        ("movenet-lightning", "movenet-multipose", True),
        ("movenet-multipose", NONE, True),
        ("yolov3-tiny", "movenet-multipose", True),
    ],
)
def test_the_input_size_applies_to_a_model_or_to_its_detector(model, detector, expected):
    assert variable_input_size(model, detector) == expected


@pytest.mark.parametrize(
    ("model", "detector", "expected"),
    [("mediapipe-lite", NONE, True), ("mediapipe-lite", "yolov3-tiny", False), ("blazepose-lite", NONE, False)],
)
def test_top_down_with_a_detector_no_model_smooths_its_keypoints(model, detector, expected):
    assert smooths_keypoints(model, detector) == expected


@EACH_MODEL
def test_auto_is_a_detector_in_still_images_only(model):
    expected = "movenet-multipose" if supports_detector(model) else NONE
    assert active_detector(model, "auto", static_image_mode=True) == expected
    assert active_detector(model, "auto") == NONE
    assert active_detector(model, NONE, static_image_mode=True) == NONE
