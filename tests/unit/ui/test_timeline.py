"""The timeline: its data, and what the user does on it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from pose_demo.ui.components import timeline
from pose_demo.ui.components.timeline import Curve, TimelineEvent


def test_a_short_curve_is_sent_as_it_is():
    times, (curve,) = timeline._reduced((0.0, 0.1, 0.25), [Curve("Persons", "red", (1.0, None, 3.0), 0, 4)])
    assert times == [0.0, 0.1, 0.25] and curve == Curve("Persons", "red", (1.0, None, 3.0), 0, 4)


def test_a_long_curve_is_reduced_to_means():
    values = tuple(None if i < 300 else float(i) for i in range(2401))
    times, (curve,) = timeline._reduced(tuple(i / 10 for i in range(2401)), [Curve("Persons", "red", values, 0, 4)])
    assert len(times) == len(curve.values) == 481 and times[:2] == [0.0, 0.5]
    assert curve.values[:60] == (None,) * 60 and curve.values[60] == 302.0 and curve.values[480] == 2400.0


def test_a_mean_ignores_missing_values():
    assert timeline.means(np.array([np.nan, 1, 3, np.nan, np.nan, np.nan, np.nan]), 3) == (2.0, None, None)


def test_no_values_are_no_curve():
    assert timeline._reduced((), [Curve("Persons", "red", (), 0, 1)]) == ([], [Curve("Persons", "red", (), 0, 1)])


@pytest.mark.parametrize(
    ("state", "event"),
    [
        (SimpleNamespace(position=1.5), TimelineEvent(position=1.5)),
        (SimpleNamespace(threshold=0), TimelineEvent(threshold=0.0)),
        (SimpleNamespace(span=[1, 2.5], position=None), TimelineEvent(span=(1.0, 2.5))),
        (SimpleNamespace(), TimelineEvent()),
        (SimpleNamespace(position="1", threshold=float("nan")), TimelineEvent()),
    ],
)
def test_what_the_browser_reports_is_read(state, event):
    assert timeline._event(state) == event
