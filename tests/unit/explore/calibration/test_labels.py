"""Scores collected while a button is held."""

from __future__ import annotations

from pose_demo.explore.calibration.labels import LiveLabels


def _history(*times):
    return tuple((time, time / 10) for time in times)


def test_scores_are_collected_while_a_button_is_held():
    labels = LiveLabels()
    labels.hold(True, _history(1, 2))
    labels.collect(_history(1, 2, 3))
    labels.hold(None, _history(1, 2, 3, 4))
    labels.collect(_history(1, 2, 3, 4, 5))
    assert [(sample.score, sample.is_match) for sample in labels.samples] == [(0.3, True), (0.4, True)]
    assert labels.held is None


def test_each_score_is_collected_once():
    labels = LiveLabels()
    labels.hold(False, _history(1))
    for _ in range(3):
        labels.collect(_history(1, 2, 3))
    assert [sample.score for sample in labels.samples] == [0.2, 0.3]


def test_frames_without_a_score_are_collected_too():
    labels = LiveLabels()
    labels.hold(False, ((0.0, None),))
    labels.collect(((0.0, None), (0.1, None)))
    assert [sample.score for sample in labels.samples] == [None]


def test_half_seconds_and_holds_are_separate_samples():
    labels = LiveLabels()
    for _ in range(2):
        labels.hold(True, _history(0.0))
        labels.collect(_history(0.0, 0.1, 0.2, 0.7))
    blocks = [sample.block for sample in labels.samples]
    assert blocks[0] == blocks[1] != blocks[2] and len(set(blocks)) == 4


def test_another_stream_ends_the_hold():
    labels = LiveLabels()
    labels.hold(True, _history(50))
    labels.collect(_history(0.1, 0.2))
    labels.collect(_history(0.1, 0.2, 0.3))
    assert labels.samples == [] and labels.held is None


def test_other_settings_clear_the_samples():
    labels = LiveLabels()
    labels.use("a")
    labels.hold(True, ())
    labels.collect(_history(1))
    labels.use("a")
    assert len(labels.samples) == 1
    labels.use("b")
    assert labels.samples == []


def test_clear_deletes_the_samples():
    labels = LiveLabels()
    labels.hold(True, ())
    labels.collect(_history(1))
    labels.clear()
    assert labels.samples == []
