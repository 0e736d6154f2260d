"""The table of several dancers."""

import re

import pytest

from pose_demo.dance import reasons
from pose_demo.dance.evaluation import Evaluation
from pose_demo.dance.group import Pair, group_of
from pose_demo.dance.live_group import DancerState
from pose_demo.dance.matcher import DanceState
from pose_demo.dance.schedule import Moment
from pose_demo.overlay import PERSON_COLORS
from pose_demo.ui.panels import dance_group

EVALUATIONS = (
    Evaluation(timing_ms=20.0, form=0.914),
    Evaluation(timing_ms=-120.0, form=0.5),
    Evaluation(reason=reasons.NOBODY),
)


def state(teachers=1, count=3):
    dancers = [DancerState(number=k + 1, track_id=k + 2, part=k % 2, evaluation=EVALUATIONS[k]) for k in range(count)]
    pairs = (Pair(first=0, second=1, lag_ms=-140.0, synchrony=0.625), Pair(first=0, second=2))
    group = group_of(3, pairs) if count > 1 else None
    moment = Moment(phase="dance", position=1.0)
    return DanceState(
        moment=moment, start=0.0, end=8.0, dancers=tuple(dancers), group=group, teachers=(None,) * teachers
    )


def cells(html):
    return [re.findall(r"<td>(?:<i[^>]*></i>)?([^<]*)</td>", row) for row in html.split("<tr>")[2:]]


def test_a_row_for_each_dancer():
    assert cells(dance_group.table(state())) == [
        ["Person 2", "91 %", "on time", "70 ms late"],
        ["Person 3", "50 %", "120 ms early", "70 ms early"],
        ["Person 4", "–", reasons.NOBODY, "–"],
    ]


def test_the_color_is_that_in_the_image():
    colors = re.findall(r"rgb\((\d+), (\d+), (\d+)\)", dance_group.table(state()))
    assert [tuple(map(int, color)) for color in colors] == list(PERSON_COLORS[2:5])


def test_the_part_of_a_dance_for_several():
    assert [row[1] for row in cells(dance_group.table(state(teachers=2)))] == ["1", "2", "1"]


@pytest.mark.parametrize(("count", "shown"), [(3, ["62 %"]), (1, [])])
def test_the_synchrony_of_several(monkeypatch, count, shown):
    found = []
    monkeypatch.setattr(dance_group.st, "metric", lambda label, value, **more: found.append(value))
    monkeypatch.setattr(dance_group.st, "html", lambda html: None)
    dance_group.panel(state(count=count))
    assert found == shown
