"""What a judged person looks like: one golden picture for each rule, on a match and off it."""

from __future__ import annotations

import numpy as np
import pytest

from pose_demo import overlay, sample
from pose_demo.matching import library
from pose_demo.matching.matcher import Judge
from pose_demo.matching.options import Matching
from pose_demo.matching.rules import RULES
from pose_demo.settings import Settings
from pose_demo.types import Estimate

SIZE = (320, 240)


@pytest.mark.parametrize("name", ["star", "t-pose"])
@pytest.mark.parametrize("rule", list(RULES))
def test_a_judged_person(rule, name, golden):
    canvas = np.full((SIZE[1], SIZE[0], 3), (70, 80, 90), np.uint8)
    _, pose = sample.still(name, size=SIZE)
    judged = Judge().judge(library.load("star"), (pose,), Matching(reference="star", rule=rule), 0.3, 0.0)
    overlay.draw(canvas, Estimate((pose,)), Settings(boxes=False), judged)
    golden(f"match-{rule}-{name}", canvas)
