"""Presets: what they set, and what they keep."""

from __future__ import annotations

import pytest

from pose_demo.settings import Settings
from pose_demo.ui.presets import PRESETS, active

OWN = Settings.from_dict(
    {"confidence": 0.7, "match.reference": "star", "background.mode": "color", "keypoint_names": True}
)


@pytest.mark.parametrize("name", list(PRESETS))
def test_an_applied_preset_is_active(name):
    assert active(PRESETS[name].applied(OWN)) == name
    assert active(PRESETS[name].applied(Settings())) == name


def test_a_preset_keeps_the_sections_it_is_not_about():
    private = PRESETS["Privacy"].applied(OWN)
    assert private.hides and private.match == OWN.match and private.confidence == 0.7
    matched = PRESETS["Match my pose"].applied(OWN)
    assert matched.background == OWN.background and matched.keypoint_names and matched.confidence != 0.7


@pytest.mark.parametrize("name", ["Privacy", "Match my pose"])
def test_the_skeleton_is_drawn_again_after_a_preset_that_hides_it(name):
    settings = PRESETS[name].applied(PRESETS["Party"].applied(Settings()))
    assert settings.skeleton and settings.keypoints


def test_a_dance_ends_with_the_skeleton_alone_and_with_a_pose_to_match():
    dancing = PRESETS["Dance along"].applied(OWN)
    assert dancing.dance.reference == "first-steps" and dancing.match == Settings().match
    for name in ("Skeleton", "Match my pose"):
        assert PRESETS[name].applied(dancing).dance == Settings().dance


def test_other_settings_are_no_preset():
    assert active(OWN) is None
