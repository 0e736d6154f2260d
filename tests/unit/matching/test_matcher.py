"""Verdicts of several people over time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pose_demo import sample
from pose_demo.matching import library
from pose_demo.matching.matcher import Judge
from pose_demo.matching.options import Matching

OPTIONS = Matching(reference="star", similarity=0.8)


def _person(name: str, track_id: int | None):
    return replace(sample.still(name)[1], track_id=track_id)


def _judge(judge: Judge, *people, at: float, options: Matching = OPTIONS):
    return judge.judge(library.load("star"), people, options, 0.3, at)


def test_everybody_has_a_verdict_of_their_own_in_the_order_they_stand():
    tree, star = _judge(Judge(), _person("tree", 1), _person("star", 2), at=0.0)
    assert (tree.is_match, star.is_match) == (False, True)
    assert star.match.score == pytest.approx(1, abs=0.01)


def test_a_verdict_follows_its_person_when_the_order_changes():
    judge = Judge()
    _judge(judge, _person("tree", 1), _person("star", 2), at=0.0)
    first, second = _judge(judge, _person("star", 2), _person("tree", 1), at=0.1)
    assert [len(it.trace) for it in (first, second)] == [2, 2]
    assert first.trace[0][1] > 0.9 > second.trace[0][1]


def test_people_without_numbers_are_told_apart_by_their_place():
    tree, star = _judge(Judge(), _person("tree", None), _person("star", None), at=0.0)
    assert (tree.is_match, star.is_match) == (False, True)


def test_a_short_slip_does_not_end_a_match_and_a_long_one_does():
    judge = Judge()
    _judge(judge, _person("star", 1), at=0.0)
    assert _judge(judge, _person("tree", 1), at=0.1)[0].is_match
    assert not _judge(judge, _person("tree", 1), at=1.0)[0].is_match


def test_who_was_gone_for_long_starts_anew():
    judge = Judge()
    _judge(judge, _person("star", 1), at=0.0)
    assert len(_judge(judge, _person("star", 1), at=20.0)[0].trace) == 1


def test_the_ghost_can_be_left_out_and_is_mirrored_with_the_picture():
    (shown,) = _judge(Judge(), _person("star", 1), at=0.0)
    assert shown.mirrored(640).ghost.xy[0, 0] == pytest.approx(640 - shown.ghost.xy[0, 0])
    (hidden,) = _judge(Judge(), _person("star", 1), at=0.0, options=replace(OPTIONS, ghost=False))
    assert hidden.ghost is None and hidden.mirrored(640).ghost is None
