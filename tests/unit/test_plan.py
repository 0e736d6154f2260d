"""Plans: when models are reused, when they are loaded again, and which sources are mirrored."""

import pytest
from fakes import FakeEstimator, plan_of

from models import needs
from pose_demo.plan import prepare
from pose_demo.settings import Settings
from pose_demo.weights import MissingWeights


@pytest.mark.parametrize(
    ("mirror", "live", "expected"),
    [("auto", True, True), ("auto", False, False), ("on", False, True), ("off", True, False)],
)
def test_auto_mirrors_the_webcam_only(mirror, live, expected):
    assert plan_of(FakeEstimator(), live, mirror=mirror).mirrored == expected


def test_options_of_drawing_and_detection_reuse_the_model():
    needs("movenet-lightning")
    first = prepare(Settings())
    assert prepare(Settings(keypoint_names=True, confidence=0.9, person_confidence=0.7), first).pose is first.pose


@pytest.mark.parametrize(
    ("settings", "options"),
    [({}, {"static_image_mode": True}), ({}, {"threads": 2}), ({"model": "movenet-thunder"}, {})],
    ids=["static image mode", "threads", "model"],
)
def test_load_options_load_a_new_model(settings, options):
    needs("movenet-lightning")
    needs("movenet-thunder")
    first = prepare(Settings())
    assert prepare(Settings.from_dict(settings), first, **options).pose.estimator is not first.pose.estimator


def test_mediapipe_is_loaded_again_for_another_person_confidence():
    needs("mediapipe-lite")
    first = prepare(Settings(model="mediapipe-lite"))
    second = prepare(Settings(model="mediapipe-lite", person_confidence=0.6), first)
    try:
        assert second.pose.estimator is not first.pose.estimator
    finally:
        first.close()
        second.close()


def test_a_missing_file_raises_an_error_that_says_how_to_fetch_it(tmp_path, monkeypatch):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    with pytest.raises(MissingWeights, match="models fetch movenet-thunder"):
        prepare(Settings(model="movenet-thunder"))


def test_a_plan_closes_its_models_as_a_context_manager():
    estimator = FakeEstimator()
    with pytest.raises(ZeroDivisionError), plan_of(estimator):
        raise ZeroDivisionError
    assert estimator.closes == 1


@pytest.mark.parametrize(
    ("settings", "smoothed_by"),
    [
        ({}, "filter"),
        ({"smooth.on": False}, "none"),
        ({"model": "mediapipe-full"}, "model"),
        ({"model": "mediapipe-full", "smooth.on": False}, "model"),
        ({"model": "mediapipe-full", "detector": "yolov3-tiny"}, "filter"),
        ({"model": "mediapipe-full", "detector": "yolov3-tiny", "smooth.on": False}, "none"),
    ],
    ids=str,
)
def test_keypoints_are_smoothed_by_the_filter_or_by_the_model(settings, smoothed_by):
    assert plan_of(FakeEstimator(), **settings).smoothed_by == smoothed_by
