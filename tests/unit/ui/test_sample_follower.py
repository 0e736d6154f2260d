"""The sample dancer in front of a teacher."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from dance_streams import danced, plan, steady
from fakes import result_of

from pose_demo import sample
from pose_demo.dance.schedule import Moment
from pose_demo.ui.sources.sample import _image


def image(scene="solo", elapsed=20.0, mirrored=False, reference="disco", **moment):
    """What the sample shows 0.1 s after a frame with this moment."""
    given = plan(mirrored=mirrored, mirror=not mirrored, reference=reference)
    state = replace(danced(None, steady(10, 0.2))[-1], moment=Moment(**{"phase": "dance", "position": 5.0, **moment}))
    result = replace(result_of(timestamp=19.9), dance=state)
    stream = SimpleNamespace(plan=SimpleNamespace(dance=given), status=lambda: SimpleNamespace(result=result))
    return _image(SimpleNamespace(stream=stream), scene, elapsed)


def follower(time, mirrored=False):
    """The dancer of the page at seconds of the choreography."""
    dancer = sample.Performance(
        choreography=sample.CHOREOGRAPHIES["disco"],
        delay=0.12,
        style=sample.Style(seed=1),
        body=sample.BODIES["b"],
        mirrored=mirrored,
    )
    return sample.performance_frame([dancer], time).image


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, lambda: follower(5.1)),
        ({"mirrored": True}, lambda: follower(5.1, mirrored=True)),
        ({"phase": "count-in", "position": 0.0, "danced": -2.0}, lambda: follower(-1.9)),
        ({"scene": "empty"}, lambda: sample.frame(600, scene="empty").image),
        ({"reference": "own"}, lambda: sample.frame(600, scene="solo").image),
    ],
    ids=["dance", "mirrored", "count-in", "another scene", "own teacher"],
)
def test_the_solo_dancer_is_where_the_teacher_is_a_little_late(given, expected):
    assert np.array_equal(image(**given), expected())
