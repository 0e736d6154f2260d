"""The files of a take: the same numbers everywhere, and a dance file that can be danced after."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from dance_streams import END, compared_take, plan, teacher

from pose_demo.dance import reasons
from pose_demo.dance.comparison import Passage, compare
from pose_demo.dance.form import Deviation
from pose_demo.dance.options import DanceOptions
from pose_demo.dance.reference import DanceReference
from pose_demo.dance.take import Danced, FinishedTake
from pose_demo.dance.takes import compared
from pose_demo.matching.limb_angles import LIMBS
from pose_demo.offline.dance import take_files
from pose_demo.types import InputError

RATED = Passage(
    start=0.0,
    end=3.0,
    timing_ms=140.04,
    form=0.91234,
    limbs={"left forearm": 24.96},
    wrong_limbs=("left forearm",),
    deviations={"left forearm": Deviation(25.0, "low")},
)
HIDDEN = Passage(start=3.0, end=6.0, reason=reasons.NOBODY)
TAKE = compared_take(
    RATED,
    HIDDEN,
    number=2,
    given=plan(delay=0.08, speed=0.5),
    danced_until=6.0,
    timing_ms=140.04,
    form=0.91234,
    limbs={"left forearm": 24.96},
)


def nobody():
    (performance,) = TAKE.performances
    return replace(TAKE, performances=(replace(performance, scores=np.zeros_like(performance.scores)),))


def test_json_is_that_of_the_command_line_with_how_it_was_danced():
    written = json.loads(take_files.to_json(TAKE))
    assert (written["reference"], written["performance"], written["take"]) == ("disco", "Disco, take 2", 2)
    assert (written["timing_ms"], written["form"], written["limbs"]) == (140.0, 0.9123, {"left forearm": 25.0})
    assert (written["start"], written["end"], written["speed"], written["delay_ms"]) == (0.0, 6.0, 0.5, 80.0)
    first, second = written["passages"]
    assert first["timing_ms"] == 140.0 and first["deviations"] == {"left forearm": {"degrees": 25.0, "place": "low"}}
    assert (second["timing_ms"], second["reason"]) == (None, reasons.NOBODY)


def test_csv_has_a_row_for_each_passage_and_one_for_the_take():
    rows = list(csv.DictReader(io.StringIO(take_files.to_csv(TAKE))))
    assert list(rows[0]) == ["passage", "start", "end", "timing_ms", "form", *LIMBS, "wrong_limbs", "reason"]
    assert [row["passage"] for row in rows] == ["1", "2", "all"]
    assert [row["left forearm"] for row in rows] == ["25.0", "", "25.0"] and rows[0]["wrong_limbs"] == "left forearm"
    assert [(row["start"], row["end"]) for row in rows] == [("0.0", "3.0"), ("3.0", "6.0"), ("0.0", "6.0")]
    assert rows[1]["timing_ms"] == "" and rows[1]["reason"] == reasons.NOBODY


def test_a_take_can_be_a_teacher():
    made = DanceReference.from_json(take_files.to_dance_file(TAKE))
    (dancer,) = made.dancers
    assert made.name == "Disco, take 2" and (dancer.timestamps[0], dancer.timestamps[-1]) == (0.0, 6.0)
    found = compare(teacher().reference.dancers[0].trimmed(0, 6), dancer, DanceOptions(mirror="off"))
    assert found.timing_ms == pytest.approx(0, abs=2) and found.form > 0.999


def test_the_report_is_one_page_with_the_sentences():
    page = take_files.to_report(TAKE)
    assert page.startswith("<!doctype html>") and "left forearm 25 degrees too low, 140 ms late" in page.lower()
    assert page.count("data:image/jpeg;base64,") == 2 and "Disco, take 2" in page


def test_everybody_who_danced_is_in_the_files():
    """Two dancers: the second one is 150 ms late, and that much behind the first."""
    first = teacher().reference.dancers[0]
    dancers = (Danced(0, first.trimmed(0, END)), Danced(0, first.shifted(0.15).trimmed(0, END)))
    take = compared(1, FinishedTake(plan=plan(), dancers=dancers, confidence=0.3))
    written = json.loads(take_files.to_json(take))
    assert [dancer["timing_ms"] for dancer in written["dancers"]] == pytest.approx([0, 150], abs=3)
    assert written["group"]["pairs"][0]["lag_ms"] == pytest.approx(150, abs=3) and written["take"] == 1
    assert len(DanceReference.from_json(take_files.to_dance_file(take)).dancers) == 2
    assert "150 ms late" in take_files.to_report(take)


def test_without_anybody_there_is_no_dance_file_but_the_reason():
    with pytest.raises(InputError, match="nobody is visible"):
        take_files.to_dance_file(nobody())
    assert json.loads(take_files.to_json(nobody()))["performance"] == "Disco, take 2"


def test_a_take_in_which_nobody_was_visible_is_left_out_of_the_report_of_another():
    empty, take = compared_take(), compared_take(number=2, form=0.9, timing_ms=10.0)
    nobody = replace(empty.performances[0], scores=np.zeros_like(empty.performances[0].scores))
    empty = replace(empty, performances=(nobody,))
    assert take_files.to_report(take, [empty, take]) == take_files.to_report(take, [take])
