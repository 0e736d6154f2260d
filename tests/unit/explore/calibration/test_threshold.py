"""The threshold between match and no match, its errors, and their confidence intervals."""

from __future__ import annotations

import numpy as np
import pytest

from models import needs
from pose_demo import sample
from pose_demo.explore.calibration.threshold import (
    BLOCK_S,
    ErrorRate,
    LabeledScore,
    ScoredFrame,
    calibrate,
    evaluate,
    label,
    marked,
    score_frames,
    scoring_settings,
    wilson,
)
from pose_demo.explore.footage.clip import Span, open_clip
from pose_demo.pipeline import Pipeline
from pose_demo.plan import prepare
from pose_demo.settings import Settings
from pose_demo.types import InputError


def _samples(matches, others):
    return [LabeledScore(score, True) for score in matches] + [LabeledScore(score, False) for score in others]


def test_the_threshold_is_in_the_middle_between_both_labels():
    result = calibrate(_samples([0.8, 0.95, 0.99], [0.1, 0.2]))
    assert result.threshold == pytest.approx(0.5)
    assert (result.false_accepts.errors, result.false_rejects.errors) == (0, 0)


def test_scores_near_1_leave_less_room_than_scores_in_the_middle():
    assert calibrate(_samples([0.98], [0.8])).threshold == pytest.approx(0.93)
    assert calibrate(_samples([1.0], [0.0])).threshold == pytest.approx(0.5)
    assert calibrate(_samples([0.999], [0.985])).threshold == pytest.approx(0.99)


def test_a_score_of_exactly_the_threshold_is_a_match():
    result = evaluate(_samples([0.8], [0.8]), 0.8)
    assert (result.false_accepts.errors, result.false_rejects.errors) == (1, 0)


def test_frames_without_a_score_are_below_every_threshold():
    result = calibrate(_samples([0.9, None], [0.5, None]))
    assert (result.false_accepts.errors, result.false_rejects.errors) == (0, 1)
    assert result.threshold == pytest.approx(0.75)  # odds of 1 and 9, their middle is 3


def test_outliers_do_not_move_the_threshold():
    rng = np.random.default_rng(0)
    matches = [0.2, *rng.uniform(0.9, 1.0, 99)]
    others = [0.95, *rng.uniform(0.3, 0.6, 99)]
    result = calibrate(_samples(matches, others))
    assert 0.7 < result.threshold < 0.8
    assert (result.false_accepts.rate, result.false_rejects.rate) == (0.01, 0.01)


def test_both_labels_count_equally_however_many_frames_they_have():
    few, many = [0.6] * 10, [0.5] * 900 + [0.7] * 100
    assert calibrate(_samples(few, many)).threshold == pytest.approx(0.55)
    assert calibrate(_samples(few * 100, many)).threshold == pytest.approx(0.55)


def test_no_threshold_has_fewer_errors():
    rng = np.random.default_rng(1)
    samples = _samples(rng.normal(0.8, 0.1, 200).clip(0, 1).round(2), rng.normal(0.6, 0.1, 300).clip(0, 1).round(2))

    def errors(result):
        return result.false_accepts.rate + result.false_rejects.rate

    best = errors(calibrate(samples))
    assert best == pytest.approx(min(errors(evaluate(samples, step / 100)) for step in range(101)))


@pytest.mark.parametrize(
    ("matches", "others", "words"),
    [([], [0.5], "none of match"), ([0.9], [], "none of no match"), ([None], [0.5], "no frame marked as match")],
)
def test_missing_labels_are_reported(matches, others, words):
    with pytest.raises(InputError, match=words):
        calibrate(_samples(matches, others))


def test_wilson_agrees_with_published_values():
    # Source: Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998,
    # Table I, method 3.
    for errors, count, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)):
        assert wilson(errors / count, count) == pytest.approx((low, high), abs=1e-4)


def test_the_interval_contains_the_rate_in_95_percent_of_experiments():
    rng = np.random.default_rng(2)
    intervals = [wilson(errors / 40, 40) for errors in rng.binomial(40, 0.1, 4000)]
    assert np.mean([low <= 0.1 <= high for low, high in intervals]) == pytest.approx(0.95, abs=0.02)


def test_frames_of_the_same_half_second_count_once():
    frames = [ScoredFrame(index / 30, 0.5, False) for index in range(90)]
    samples = label(frames, [Span(1.0, 3.0, False)])
    assert len(samples) == 60
    errors = evaluate([*samples, LabeledScore(0.9, True)], 0.4).false_accepts
    assert (errors.errors, errors.frames, errors.independent) == (60, 60, round(2 / BLOCK_S))
    assert errors.interval == wilson(1.0, 4) and errors.interval[0] < 0.6


def test_equal_spans_of_different_clips_are_independent():
    frames = [ScoredFrame(0.0, 0.5, False)]
    samples = [*label(frames, [Span(0, 1, False)], "a"), *label(frames, [Span(0, 1, False)], "b")]
    assert evaluate([*samples, LabeledScore(0.9, True)], 0.4).false_accepts.independent == 2


def test_an_error_rate_is_a_fraction():
    assert ErrorRate(3, 60, 4).rate == 0.05


def test_a_new_span_replaces_what_it_overlaps():
    spans = marked((Span(0, 4, True), Span(5, 6, False)), Span(1, 5.5, False))
    assert spans == (Span(0, 1, True), Span(1, 5.5, False), Span(5.5, 6, False))
    assert marked((Span(0, 4, True),), Span(1, 2, False)) == (Span(0, 1, True), Span(1, 2, False), Span(2, 4, True))


# ---- scores of footage


def test_the_threshold_and_drawing_have_no_effect_on_scores():
    chosen = Settings.from_dict({"match.reference": "star"})
    for name, value in {
        "match.similarity": 0.5,
        "match.ghost": False,
        "skeleton": False,
        "mirror": "on",
        "background.mode": "blur",
        "effects": [{"name": "canny"}],
        "smooth.plot": "nose",
        "frame_rate.target": 20,
    }.items():
        assert scoring_settings(Settings.from_dict({"match.reference": "star", name: value})) == scoring_settings(
            chosen
        )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model", "movenet-thunder"),
        ("confidence", 0.5),
        ("smooth.on", False),
        ("match.rule", "every-limb"),
        ("match.reference", "t-pose"),
        ("match.mirror", False),
        ("detector", "movenet-multipose"),
    ],
)
def test_what_has_an_effect_on_scores_is_kept(name, value):
    chosen = {"match.reference": "star"}
    other = scoring_settings(Settings.from_dict(chosen | {name: value}))
    assert other != scoring_settings(Settings.from_dict(chosen))


def test_scores_are_those_of_the_pipeline():
    needs("movenet-lightning")
    settings = Settings.from_dict({"match.reference": "star", "match.similarity": 0.7, "background.mode": "color"})
    clip = open_clip("sample", max_frames=12)
    scored = list(score_frames(clip, settings))
    pipeline = Pipeline()
    with prepare(settings) as plan:
        states = [pipeline.process(sample.frame(index), plan).matches[0] for index in range(12)]
    assert [frame.score for frame in scored] == [state.match.score for state in states]
    assert [frame.is_match for frame in scored] == [state.is_match for state in states]
    assert [frame.timestamp for frame in scored] == pytest.approx([index / 30 for index in range(12)])


def test_a_missing_reference_is_reported():
    needs("movenet-lightning")
    with pytest.raises(InputError, match="no reference pose"):
        next(score_frames(open_clip("sample"), Settings()))
