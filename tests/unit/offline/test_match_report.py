"""How well the persons in a video matched."""

from dataclasses import replace

import pytest
from fakes import pose_at, result_of

from pose_demo.matching.hysteresis import ScoreHistory
from pose_demo.matching.matcher import MatchState
from pose_demo.matching.similarity import Match
from pose_demo.offline.match_report import MatchReport


def frame(timestamp, *persons):
    """``persons`` are pairs of similarity, and match or not."""
    states = tuple(MatchState(Match(score), is_match, ScoreHistory(), None) for score, is_match in persons)
    return replace(result_of(*(pose_at((1, 2)) for _ in persons), timestamp=timestamp), matches=states)


def test_the_most_similar_person_of_each_frame_counts():
    report = MatchReport()
    for result in (
        frame(0.0, (0.5, False), (0.7, True)),
        frame(0.1, (0.9, True)),
        frame(0.2, (None, False)),
        frame(0.3),
        frame(0.4, (0.2, False), (None, False)),
    ):
        report.add(result)
    assert report.to_dict() == {
        "best": 0.9,
        "best_time": 0.1,
        "worst": 0.2,
        "worst_time": 0.4,
        "mean": pytest.approx(0.6),
        "share": 0.4,
    }


def test_without_a_comparison_there_is_no_number():
    report = MatchReport()
    report.add(frame(0.0, (None, False)))
    values = report.to_dict()
    assert values.pop("share") == 0 and set(values.values()) == {None}
