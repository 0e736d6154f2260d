"""The match state of several persons over time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pose_demo import sample
from pose_demo.matching import library
from pose_demo.matching.matcher import PoseMatcher
from pose_demo.matching.options import MatchOptions

OPTIONS = MatchOptions(reference="star", similarity=0.8)


def _person(name: str, track_id: int | None):
    return replace(sample.still(name)[1], track_id=track_id)


def _update(matcher: PoseMatcher, *poses, at: float, options: MatchOptions = OPTIONS):
    return matcher.update(library.load("star"), poses, options, 0.3, at)


def test_each_person_has_a_state_in_the_order_of_the_poses():
    tree, star = _update(PoseMatcher(), _person("tree", 1), _person("star", 2), at=0.0)
    assert (tree.is_match, star.is_match) == (False, True)
    assert star.match.score == pytest.approx(1, abs=0.01)


def test_the_history_follows_the_track_id():
    matcher = PoseMatcher()
    _update(matcher, _person("tree", 1), _person("star", 2), at=0.0)
    first, second = _update(matcher, _person("star", 2), _person("tree", 1), at=0.1)
    assert [len(it.history) for it in (first, second)] == [2, 2]
    assert first.history[0][1] > 0.9 > second.history[0][1]


def test_persons_without_track_ids_are_identified_by_their_order():
    matcher = PoseMatcher()
    tree, star = _update(matcher, _person("tree", None), _person("star", None), at=0.0)
    assert (tree.is_match, star.is_match) == (False, True)
    tree, star = _update(matcher, _person("tree", None), _person("star", None), at=0.1)
    assert [len(it.history) for it in (tree, star)] == [2, 2]


def test_a_short_dip_does_not_end_a_match_and_a_long_one_does():
    matcher = PoseMatcher()
    _update(matcher, _person("star", 1), at=0.0)
    assert _update(matcher, _person("tree", 1), at=0.1)[0].is_match
    assert not _update(matcher, _person("tree", 1), at=1.0)[0].is_match


@pytest.mark.parametrize(("away", "scores"), [(4.9, 2), (5.1, 1)])
def test_the_history_of_a_lost_person_is_kept_for_5_seconds(away, scores):
    matcher = PoseMatcher()
    _update(matcher, _person("star", 1), at=0.0)
    assert len(_update(matcher, _person("star", 1), at=away)[0].history) == scores


def test_the_confidence_decides_which_keypoints_are_compared():
    (pose,) = (_person("star", 1),)
    weak = replace(pose, scores=pose.scores * 0 + 0.5)
    (low,) = PoseMatcher().update(library.load("star"), (weak,), OPTIONS, 0.4, 0.0)
    (high,) = PoseMatcher().update(library.load("star"), (weak,), OPTIONS, 0.6, 0.0)
    assert low.is_match and low.ghost
    assert high.match.score is None and not high.is_match and high.ghost is None


def test_the_reference_overlay_is_optional_and_mirrored_with_the_frame():
    (shown,) = _update(PoseMatcher(), _person("star", 1), at=0.0)
    assert shown.mirrored(640).ghost.xy[0, 0] == pytest.approx(640 - shown.ghost.xy[0, 0])
    (hidden,) = _update(PoseMatcher(), _person("star", 1), at=0.0, options=replace(OPTIONS, ghost=False))
    assert hidden.ghost is None and hidden.mirrored(640).ghost is None
