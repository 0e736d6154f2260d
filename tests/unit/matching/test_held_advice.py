"""Advice that stays long enough to be followed."""

from __future__ import annotations

from pose_demo.matching.held_advice import HeldAdvice


def test_another_advice_comes_after_two_seconds_and_none_at_once():
    advice = HeldAdvice()
    assert advice.update("raise your left arm", 10.0) == "raise your left arm"
    assert advice.update("straighten your right knee", 11.9) == "raise your left arm"
    assert advice.update("straighten your right knee", 12.0) == "straighten your right knee"
    assert advice.update("", 12.1) == ""
    assert advice.update("raise your left arm", 12.2) == "raise your left arm"
