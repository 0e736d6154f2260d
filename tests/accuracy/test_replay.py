"""The measures of a replay equal those of `Pipeline` from scratch, with real networks and random settings."""

from __future__ import annotations

import random
from functools import cache

import pytest

from models import needs
from pose_demo import estimators
from pose_demo.estimators import DETECTORS, MODELS
from pose_demo.explore.footage.clip import Clip, Span, open_clip
from pose_demo.explore.footage.ground_truth import true_keypoints
from pose_demo.explore.replay.evaluation import Evaluator, measures_of_results
from pose_demo.explore.replay.inference import inference_for, run_inference
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.fields import NONE
from pose_demo.io.sources import open_source
from pose_demo.offline.run import results
from pose_demo.plan import required_networks
from pose_demo.settings import Settings

FRAMES = 8
MEASURED = {name for name, measure in MEASURES.items() if measure.measured}
VALUES = {
    "confidence": [0.1, 0.3, 0.45, 0.6],
    "person_confidence": [0.05, 0.2, 0.4, 0.7],
    "nms_iou_threshold": [0.1, 0.3, 0.6],
    "smooth.on": [True, True, False],
    "smooth.min_cutoff": [0.1, 1.0, 3.0],
    "smooth.beta": [0.0, 0.3, 1.0],
    "match.reference": ["none", "disco", "stand", "hands-on-hips"],
    "match.rule": ["limb-angle", "every-limb"],
    "match.similarity": [0.3, 0.5, 0.6, 0.7],
    "match.mirror": [True, False],
    "detect_every": [1, 5],
    "max_people": [1, 6],
    "background.mode": ["none", "none", "none", "blur"],
}
# The slowest networks differ from the fast ones in their weights only.
FAST = [name for name in MODELS if not name.endswith(("full", "heavy", "int8"))]
COMBINATIONS = [(name, NONE) for name in FAST] + [
    (name, detector)
    for name, detector in zip(filter(estimators.supports_detector, FAST), DETECTORS * len(FAST), strict=False)
]
SCENES = ("solo", "duo", "crossing")


@cache
def clip(scene: str) -> Clip:
    """A few frames in which something happens, with marked spans."""
    spans = (Span(0.0, 0.15, True), Span(0.2, 9.0, False))
    return open_clip(f"sample:{scene}", FRAMES).with_spans(spans)


def from_scratch(settings: Settings, scene: str):
    with open_source(f"sample:{scene}", FRAMES) as source:
        return list(results(source, settings))


def without_times(values):
    return {name: value for name, value in values.items() if name not in MEASURED}


@pytest.mark.parametrize(("model", "detector"), COMBINATIONS, ids=lambda value: value)
def test_a_replay_equals_the_pipeline(model, detector):
    """Two random points on a random scene from one inference, for each combination."""
    dice = random.Random(f"{model} {detector}")
    scene = dice.choice(SCENES)
    stored = {}
    for _ in range(2):
        values = {name: dice.choice(choices) for name, choices in VALUES.items()}
        settings = Settings.from_dict({"model": model, "detector": detector} | values)
        for name in required_networks(settings):
            needs(name)
        inference = inference_for(settings)
        if inference not in stored:
            stored[inference] = run_inference(clip(scene), settings)
        outputs = stored[inference]
        truth = true_keypoints(clip(scene), outputs)
        found = Evaluator(clip(scene), outputs, truth).measures(settings)
        expected = measures_of_results(from_scratch(settings, scene), settings, truth, clip(scene))
        assert without_times(found) == pytest.approx(without_times(expected), abs=1e-6), values


def test_stored_outputs_of_one_person_confidence_serve_another():
    """What is computed for the first point of a sweep is replayed for all others."""
    needs("movenet-multipose")
    strict, lenient = (Settings(model="movenet-multipose", person_confidence=confidence) for confidence in (0.9, 0.0))
    outputs = run_inference(clip("crossing"), strict)
    truth = true_keypoints(clip("crossing"), outputs)
    found = {}
    for settings in (strict, lenient):
        found[settings] = Evaluator(clip("crossing"), outputs, truth).measures(settings)
        expected = measures_of_results(from_scratch(settings, "crossing"), settings, truth, clip("crossing"))
        assert without_times(found[settings]) == pytest.approx(without_times(expected), abs=1e-6)
    assert without_times(found[strict]) != without_times(found[lenient])
