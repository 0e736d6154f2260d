"""The drawn match of a person: golden images on which the rules disagree."""

from __future__ import annotations

import numpy as np
import pytest
from matching_body import rotated

from pose_demo import overlay, sample
from pose_demo.matching import library
from pose_demo.matching.matcher import PoseMatcher
from pose_demo.matching.options import MatchOptions
from pose_demo.matching.rules import RULES
from pose_demo.settings import Settings
from pose_demo.types import Estimate

SIZE = (320, 240)
# Pose -> (threshold, rules by which it matches the star): the rules contradict each other on both.
POSES = {"lowered-forearm": (0.9, {"limb-angle"}), "cactus": (0.65, {"every-limb"})}


def drawn(name):
    if name in sample.POSES:
        return sample.still(name, size=SIZE)[1]
    return rotated(sample.still("star", size=SIZE)[1], 28, "left_elbow", "left_wrist")


def draw(rule, name):
    canvas = np.full((SIZE[1], SIZE[0], 3), (70, 80, 90), np.uint8)
    pose = drawn(name)
    threshold, matching_rules = POSES[name]
    options = MatchOptions(reference="star", rule=rule, similarity=threshold)
    matches = PoseMatcher().update(library.load("star"), (pose,), options, 0.3, 0.0)
    assert matches[0].is_match == (rule in matching_rules)
    overlay.draw(canvas, Estimate((pose,)), Settings(boxes=False), matches)
    return canvas


@pytest.mark.parametrize("name", POSES)
@pytest.mark.parametrize("rule", RULES)
def test_a_matched_person(rule, name, golden):
    golden(f"match-{rule}-{name}", draw(rule, name))


@pytest.mark.parametrize("name", POSES)
def test_the_golden_images_of_two_rules_differ_by_more_than_the_tolerance(name):
    first, second = (draw(rule, name).astype(int) for rule in RULES)
    assert (np.abs(first - second) > 16).any(axis=2).mean() > 0.01
