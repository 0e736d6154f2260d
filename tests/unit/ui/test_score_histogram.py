"""The histogram of match scores."""

from __future__ import annotations

import pytest

from pose_demo.explore.calibration.threshold import LabeledScore
from pose_demo.ui.components.score_histogram import BINS, specification, table

SAMPLES = [LabeledScore(score, True) for score in (0.9, 1.0, 0.91, None)] + [LabeledScore(0.0, False)]


def _bars(samples=SAMPLES):
    rows = table(samples, 0.8, BINS).to_pylist()
    return {(row["label"], row["low"]): row["share"] for row in rows if row["share"]}


def test_bars_are_shares_of_the_frames_of_a_label():
    assert _bars() == {("match", 0.9): 0.5, ("match", 0.975): 0.25, ("no match", 0.0): 1.0}


def test_a_label_without_frames_has_empty_bars():
    rows = table(SAMPLES[:2], 0.8, BINS).to_pylist()
    assert len(rows) == 2 * BINS and not any(row["share"] for row in rows if row["label"] == "no match")


def test_the_threshold_is_in_the_data_once():
    values = [row["threshold"] for row in table(SAMPLES, 0.8, BINS).to_pylist()]
    assert values[0] == 0.8 and set(values[1:]) == {None}


@pytest.mark.parametrize("narrow", [False, True])
def test_every_field_of_the_chart_is_in_the_data(narrow):
    fields = set(table(SAMPLES, 0.8, BINS).column_names)
    layers = specification(narrow)["layer"]
    used = {
        encoding["field"]
        for layer in layers
        for encodings in layer["encoding"].values()
        for encoding in (encodings if isinstance(encodings, list) else [encodings])
        if "field" in encoding
    }
    assert used <= fields and {"label", "low", "high", "share", "threshold"} <= used
