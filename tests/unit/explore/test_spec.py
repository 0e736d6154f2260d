"""Specs of sweeps: points, and everything that can be wrong with them."""

import re

import pytest

from pose_demo.effects import EFFECTS
from pose_demo.explore.spec import MAX_POINTS, Point, SweepSpec
from pose_demo.settings import Settings
from pose_demo.types import InputError


def points(sweep, fixed=None):
    return list(SweepSpec.from_dict(sweep, fixed).points())


def test_every_combination_in_the_order_of_the_spec():
    found = points({"model": ["movenet-thunder", "yolov3-tiny"], "confidence": [0.2, 0.4]})
    assert [tuple(point.values.values()) for point in found] == [
        ("movenet-thunder", 0.2),
        ("movenet-thunder", 0.4),
        ("yolov3-tiny", 0.2),
        ("yolov3-tiny", 0.4),
    ]
    assert found[1].settings == Settings(model="movenet-thunder", confidence=0.4) and found[1].threads == 1


def test_fixed_values_and_defaults():
    (point,) = points({"confidence": [0.5]}, {"smooth.on": False, "threads": 3, "background.mode": "blur"})
    expected = {"confidence": 0.5, "smooth.on": False, "background.mode": "blur"}
    assert point.settings == Settings.from_dict(expected) and point.threads == 3
    assert point.values == {"confidence": 0.5}


def test_threads_are_a_parameter():
    assert [point.threads for point in points({"threads": [1, 2]})] == [1, 2]


def test_points_are_equal_by_their_settings():
    assert Point({"a": 1}, Settings()) == Point({}, Settings()) != Point({}, Settings(), 2)


# ---- TOML

TOML = """
[sweep]
model = ["movenet-lightning"]
"match.similarity" = [0.6, 0.7]
smooth.beta = [0.1, 0.2]

[sweep.background]
mode = ["none", "blur"]

[fixed]
match.reference = "warrior"
"""


def test_names_with_dots_in_quotes_and_as_tables():
    spec = SweepSpec.from_toml(TOML)
    assert list(spec.sweep) == ["model", "match.similarity", "smooth.beta", "background.mode"]
    assert spec.count == 8 and spec.fixed == {"match.reference": "warrior"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[sweep\n", "sweep spec: not TOML .*line 1.*expected for example"),
        ("", r"expected a table \[sweep\] with at least one parameter"),
        ("[sweep]\n", r"expected a table \[sweep\] with at least one parameter"),
        ("[fixed]\nconfidence = 1", r"expected a table \[sweep\] with at least one parameter"),
        ("model = ['movenet-thunder']", r"expected the tables \[sweep\] and \[fixed\], got model"),
        ("[sweep]\nconfidence = [0.1]\n[fix]\nmodel = 'x'", r"expected the tables .*, got sweep, fix"),
        ("sweep = 3", r"expected the tables \[sweep\] and \[fixed\], got sweep"),
        ("[sweep]\nconfidence = 0.3", r"confidence: expected a list of values in \[sweep\], got 0.3"),
        ("[sweep]\nconfidence = []", "confidence: expected at least one value, got an empty list"),
        ("[sweep]\nconfidence = [nan]", "confidence: expected a number from 0 to 1, got nan"),
        ("[sweep]\nconfidence = [2024-01-01]", "confidence: expected a number"),
        ("[sweep]\nconfidence = [[0.1]]", "confidence: expected a number"),
    ],
)
def test_a_wrong_file_is_refused_with_an_example(text, message):
    with pytest.raises(InputError) as raised:
        SweepSpec.from_toml(text)
    assert re.search(message, str(raised.value), re.DOTALL)


# ---- names


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("confidense", "did you mean confidence"),
        ("similarity", "did you mean game.similarity or match.similarity"),
        ("thread", "did you mean threads"),
        ("smooth.min-cutoff", "did you mean smooth.min_cutoff"),
        ("qqqqqq", "the parameters are .*confidence.*threads"),
    ],
)
@pytest.mark.parametrize("table", ["sweep", "fixed"])
def test_an_unknown_parameter_is_refused_with_a_hint(name, hint, table):
    tables = {"sweep": {"model": ["movenet-thunder"]}, "fixed": {}}
    tables[table][name] = [1] if table == "sweep" else 1
    with pytest.raises(InputError, match=f"unknown parameter '{name}'; {hint}"):
        SweepSpec.from_dict(tables["sweep"], tables["fixed"])


def test_names_and_values_of_earlier_versions():
    spec = SweepSpec.from_dict({"box_overlap": [0.3], "background.behind": ["colour", "blur"]}, {"detector": "off"})
    assert spec.sweep == {"nms_iou_threshold": [0.3], "background.mode": ["color", "blur"]}
    assert spec.fixed == {"detector": "none"}
    assert next(spec.points()).settings.background.mode == "color"


@pytest.mark.parametrize("names", [("box_overlap", "nms_iou_threshold"), ("nms_iou_threshold", "box_overlap")])
def test_the_same_parameter_under_two_names_is_refused(names):
    with pytest.raises(InputError, match="nms_iou_threshold, which is given too; remove one"):
        SweepSpec.from_dict({name: [0.3, 0.5] for name in names})
    with pytest.raises(InputError, match="nms_iou_threshold, which is given too; remove one"):
        SweepSpec.from_dict({"confidence": [0.3]}, dict.fromkeys(names, 0.3))


def test_a_parameter_in_both_tables_is_refused():
    with pytest.raises(InputError, match=r"nms_iou_threshold: is in \[sweep\] and in \[fixed\]"):
        SweepSpec.from_dict({"box_overlap": [0.3]}, {"nms_iou_threshold": 0.5})


# ---- values


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("model", "movenet", "model: .*movenet"),
        ("confidence", 1.5, "confidence: expected a number from 0 to 1, got 1.5"),
        ("max_people", 2.5, "max_people: expected"),
        ("smooth.on", "yes", "smooth.on: expected"),
        ("threads", 0, "threads: expected an integer from 1 to 64, got 0"),
        ("threads", True, "threads: expected an integer"),
        ("threads", 65, "threads: expected an integer"),
        ("threads", "2", "threads: expected an integer"),
        ("effects", "no-such-effect", "no-such-effect"),
        ("match.ignore", ["third_arm"], "match.ignore: .*third_arm"),
    ],
)
@pytest.mark.parametrize("fixed", [False, True], ids=["swept", "fixed"])
def test_a_wrong_value_is_refused(name, value, message, fixed):
    with pytest.raises(InputError, match=message):
        SweepSpec.from_dict(
            {"frame_rate.target": [6]} | ({} if fixed else {name: [value]}), {name: value} if fixed else {}
        )


def test_repeated_values_count_once():
    assert SweepSpec.from_dict({"confidence": [0, 0.0, 1, 1.0, 0.5, 0.5]}).count == 3
    spec = SweepSpec.from_dict({"background.mode": ["color", "colour"], "effects": ["", "canny", "canny"]})
    assert spec.count == 2


def test_effects_are_given_as_text_or_as_json():
    assert "canny" in EFFECTS
    texts, lists = ["", "canny(low=50)"], [[], [{"name": "canny", "low": 50}]]
    (first, *_), (second, *_) = ([p.settings.effects for p in points({"effects": each})][1] for each in (texts, lists))
    assert first == second and first.low == 50
    assert SweepSpec.from_dict({"effects": texts}).sweep == SweepSpec.from_dict({"effects": lists}).sweep


def test_a_list_of_limbs_is_one_value():
    found = [point.settings.match.ignore for point in points({"match.ignore": [[], ["left thigh"]]})]
    assert found == [(), ("left thigh",)]


def test_too_many_points_are_refused_before_they_are_made():
    sweep = {name: [i / 1000 for i in range(1000)] for name in ("confidence", "person_confidence", "match.similarity")}
    with pytest.raises(InputError, match=f"the sweep has 1,000,000,000 points; expected at most {MAX_POINTS:,}"):
        SweepSpec.from_dict(sweep)


def test_a_spec_can_be_made_from_its_own_values():
    spec = SweepSpec.from_toml(TOML)
    assert SweepSpec.from_dict(spec.sweep, spec.fixed) == spec


def test_a_name_that_cannot_be_written_is_refused_with_a_message_that_can():
    with pytest.raises(InputError, match="unknown parameter") as caught:
        SweepSpec.from_dict({"\ud800": 1})
    str(caught.value).encode()
