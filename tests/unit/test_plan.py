"""When a model is kept and when it is built anew, and who sees themselves mirrored."""

import pytest
from fakes import Scripted, plan_of

from models import needs
from pose_demo.plan import prepare
from pose_demo.settings import Settings
from pose_demo.weights import MissingWeights


@pytest.mark.parametrize(
    ("mirror", "live", "expected"),
    [("auto", True, True), ("auto", False, False), ("on", False, True), ("off", True, False)],
)
def test_only_the_webcam_is_a_looking_glass_unless_told_otherwise(mirror, live, expected):
    assert plan_of(Scripted(), live, mirror=mirror).mirrored == expected


def test_drawing_options_keep_the_model():
    needs("movenet-lightning")
    first = prepare(Settings())
    assert prepare(Settings(names=True, confidence=0.9, person_confidence=0.7), first).pose is first.pose


@pytest.mark.parametrize(
    ("settings", "options"),
    [({}, {"still": True}), ({}, {"threads": 2}), ({"model": "movenet-thunder"}, {})],
    ids=["still", "threads", "model"],
)
def test_what_a_living_model_cannot_change_brings_a_new_one(settings, options):
    needs("movenet-lightning")
    needs("movenet-thunder")
    first = prepare(Settings())
    assert prepare(Settings.from_dict(settings), first, **options).pose.estimator is not first.pose.estimator


def test_mediapipe_is_built_anew_for_another_person_confidence():
    needs("mediapipe-lite")
    first = prepare(Settings(model="mediapipe-lite"))
    second = prepare(Settings(model="mediapipe-lite", person_confidence=0.6), first)
    try:
        assert second.pose.estimator is not first.pose.estimator
    finally:
        first.close()
        second.close()


def test_without_its_file_a_model_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    with pytest.raises(MissingWeights, match="models fetch movenet-thunder"):
        prepare(Settings(model="movenet-thunder"))
