"""A threshold from drawn clips has few errors on other drawn clips, with other bodies, noise and movements."""

from __future__ import annotations

from functools import cache

import pytest
from drawn_clips import Look, labeled_clip

from models import needs
from pose_demo.explore.calibration.threshold import LabeledScore, calibrate, evaluate, label, score_frames
from pose_demo.explore.footage.clip import Clip
from pose_demo.live import cpu
from pose_demo.matching.hysteresis import MatchHysteresis
from pose_demo.settings import Settings

pytestmark = pytest.mark.long

MAX_ERRORS = 0.02
FIRST = Look(bodies=("a", "b"), noise=4, proportions=0.0, sway=3, seed=1)
SECOND = Look(bodies=("c", "d", "e"), noise=10, proportions=0.04, sway=6, seed=2)
_HOLD_S = 0.3  # by which the hysteresis delays the end of a match


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """A function of the reference: the clip to calibrate with, and the clip to test with."""
    known: dict[str, tuple[Clip, Clip]] = {}

    def clips(reference):
        if reference not in known:
            folder = tmp_path_factory.mktemp(reference)
            known[reference] = (
                labeled_clip(folder / "first.mp4", reference, FIRST),
                labeled_clip(folder / "second.mp4", reference, SECOND),
            )
        return known[reference]

    return clips


@cache
def _scored(clip: Clip, settings: Settings):
    frames = list(score_frames(clip, settings, threads=cpu.cores()))
    return frames, label(frames, clip.spans)


@pytest.mark.parametrize(("model", "reference"), [("movenet-lightning", "cactus")], ids=lambda value: value)
def test_a_threshold_holds_for_other_bodies_and_noise(clips, model, reference, record_property):
    needs(model)
    settings = Settings.from_dict({"model": model, "match.reference": reference})
    first, second = clips(reference)
    threshold = calibrate(_scored(first, settings)[1]).threshold
    frames, samples = _scored(second, settings)
    result = evaluate(samples, threshold)
    record_property("threshold", threshold)
    assert result.false_accepts.rate <= MAX_ERRORS and result.false_rejects.rate <= MAX_ERRORS
    assert _decision_errors(frames, second, threshold) <= MAX_ERRORS


def _decision_errors(frames, clip: Clip, threshold: float) -> float:
    """The error rate of the decisions with hysteresis, without the hold time after each span."""
    hysteresis = MatchHysteresis()
    decisions = [(frame.timestamp, hysteresis.update(frame.timestamp, frame.score, threshold)) for frame in frames]
    wrong = [
        is_match != span.is_match
        for span in clip.spans
        for timestamp, is_match in decisions
        if span.start + _HOLD_S < timestamp < span.end
    ]
    return sum(wrong) / len(wrong)


def test_lower_and_higher_thresholds_have_more_errors(clips):
    """The clips are no trivial test."""
    needs("movenet-lightning")
    settings = Settings.from_dict({"match.reference": "cactus"})
    _, samples = _scored(clips("cactus")[1], settings)

    def errors(threshold):
        result = evaluate(samples, threshold)
        return result.false_accepts.rate + result.false_rejects.rate

    calibrated = calibrate(_scored(clips("cactus")[0], settings)[1]).threshold
    assert isinstance(samples[0], LabeledScore)
    assert errors(calibrated) < min(errors(0.5), errors(0.97))
