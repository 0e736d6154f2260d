"""Values of frames over time, which belong to settings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fakes import FakeEstimator, plan_of, pose_at

from pose_demo.matching import library
from pose_demo.offline import curves as module
from pose_demo.offline.curves import CurveStore, FrameValues, match_key
from pose_demo.pipeline import Pipeline
from pose_demo.plan import Uploads
from pose_demo.settings import Settings
from pose_demo.types import Box, Estimate, Frame


def test_values_are_those_of_the_result():
    poses = (pose_at((1, 1), score=0.85), pose_at((2, 2), score=0.85))
    result = Pipeline().process(Frame(np.zeros((48, 64, 3), np.uint8)), plan_of(FakeEstimator(Estimate(poses))))
    assert FrameValues.of(result) == FrameValues(2, pytest.approx(0.85 / 17), None)
    boxes = Estimate(boxes=(Box(0, 0, 9, 9, 0.6), Box(0, 0, 9, 9, 0.9, "dog")))
    result = Pipeline().process(Frame(np.zeros((48, 64, 3), np.uint8)), plan_of(FakeEstimator(boxes)))
    assert FrameValues.of(result) == FrameValues(1, pytest.approx(0.6), None)


def test_the_match_value_is_the_best_similarity_of_a_person():
    reference = library.load("star")
    pose = replace(pose_at(), xy=reference.pose.xy, scores=np.ones(17, np.float32))
    plan = replace(plan_of(FakeEstimator(Estimate((pose,)))), reference=reference)
    values = FrameValues.of(Pipeline().process(Frame(np.zeros((480, 640, 3), np.uint8)), plan))
    assert values.match == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    "changes",
    [
        {"match.similarity": 0.4},
        {"thickness": 2.0},
        {"skeleton": False},
        {"background.mode": "blur"},
        {"effects": ["blur"]},
    ],
)
def test_values_stay_when_only_the_image_changes(changes):
    changes = {name: [{"name": "blur"}] if name == "effects" else value for name, value in changes.items()}
    assert match_key(Settings.from_dict(changes), Uploads()) == match_key(Settings(), Uploads())


def test_similarities_belong_to_the_own_reference():
    own, reference = Settings.from_dict({"match.reference": "own"}), library.load("star")
    assert match_key(own, Uploads(reference)) != match_key(own, Uploads())
    assert match_key(Settings(), Uploads(reference)) == match_key(Settings(), Uploads())


def test_persons_and_scores_stay_when_the_reference_changes():
    store = CurveStore(3)
    store.get(Settings(), Uploads()).record(1, FrameValues(2, 0.5, 0.9))
    curves = store.get(Settings.from_dict({"match.reference": "star"}), Uploads())
    assert (curves.persons[1], curves.score[1]) == (2, 0.5) and np.isnan(curves.match).all()


def test_the_curves_of_the_settings_used_last_are_kept(monkeypatch):
    monkeypatch.setattr(module, "_KEPT", 2)
    store = CurveStore(3)
    first = store.get(Settings(), Uploads()).persons
    assert store.get(Settings(confidence=0.5), Uploads()).persons is not first
    assert store.get(Settings(), Uploads()).persons is first
    store.get(Settings(confidence=0.6), Uploads())
    store.get(Settings(confidence=0.7), Uploads())
    assert store.get(Settings(), Uploads()).persons is not first


def test_spans_without_a_person_are_found():
    curves, timestamps = CurveStore(6).get(Settings(), Uploads()), (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
    for index, persons in ((0, 0), (1, 0), (2, 1), (4, 0), (5, 0)):
        curves.record(index, FrameValues(persons, None, None))
    assert curves.empty_spans(timestamps) == [(0.0, 0.2), (0.4, pytest.approx(0.6))]
