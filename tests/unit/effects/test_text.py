"""Text and JSON forms of lists of effects, with names of earlier versions; invalid input is refused."""

from __future__ import annotations

import json

import pytest

from pose_demo import effects, fields, legacy_names
from pose_demo.effects import EFFECTS
from pose_demo.effects.blur import Blur
from pose_demo.effects.canny import Canny
from pose_demo.effects.color_space import ColorSpace
from pose_demo.effects.glasses import Glasses
from pose_demo.effects.pixelate import Pixelate
from pose_demo.effects.sharpen import Sharpen
from pose_demo.effects.side_by_side import SideBySide
from pose_demo.effects.skeleton_only import SkeletonOnly
from pose_demo.effects.trails import Trails
from pose_demo.types import InputError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("canny", (Canny(),)),
        ("canny(low=100,high=200)+glasses", (Canny(low=100, high=200), Glasses())),
        ("glasses+canny", (Glasses(), Canny())),
        (" canny( low = 100 ) + glasses() ", (Canny(low=100), Glasses())),
        ("canny glasses", (Canny(), Glasses())),  # URL decoding turns + into a space
        ("trails(keypoints=left_wrist,right_wrist,seconds=0.5)", (Trails(("left_wrist", "right_wrist"), 0.5),)),
        ("trails(keypoints=)", (Trails(()),)),
        ("skeleton-only(color=#FF0000)", (SkeletonOnly("#ff0000"),)),
    ],
)
def test_parse(text, expected):
    assert effects.parse(text) == expected


def test_serialize_omits_defaults_and_keeps_the_order():
    chosen = (Sharpen(2.0), Canny(low=100), Trails(("nose", "left_knee"), thickness=3), Blur())
    expected = "sharpen(amount=2)+canny(low=100)+trails(keypoints=nose,left_knee,thickness=3)+blur"
    assert effects.serialize(chosen) == expected


def test_json_list_round_trip():
    chosen = (Canny(low=100), Trails(("nose",)))
    items = effects.to_json_list(chosen)
    assert items == [{"name": "canny", "low": 100}, {"name": "trails", "keypoints": ["nose"]}]
    assert effects.from_json_list(json.loads(json.dumps(items))) == chosen


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cany", "unknown effect 'cany'; the effects are glasses, canny, blur"),
        ("canny(lo=3)", "canny: unknown option 'lo'; did you mean low?"),
        ("canny(low=5000)", "canny: low: expected a number from 0 to 1000, got 5000"),
        ("canny(low=soft)", "canny: low: expected a number from 0 to 1000, got 'soft'"),
        ("canny(low)", "canny: low: expected a number from 0 to 1000, got ''"),
        ("canny(low=nan)", "canny: low: expected a number from 0 to 1000, got nan"),
        ("canny(low=1", "expected effects like canny.*got 'canny\\(low=1'"),
        ("canny(show=both)", "canny: show: expected one of edges, over; got 'both'"),
        ("canny+blur+canny", "effect 'canny' is in the list 2 times; keep one"),
        ("colours+color-space", "effect 'color-space' is in the list 2 times; keep one"),
    ],
)
def test_invalid_text_is_refused(text, message):
    with pytest.raises(InputError, match=message):
        effects.parse(text)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ("canny", "expected a list like"),
        ({"name": "canny"}, "expected a list like"),
        (["canny"], "expected an object like"),
        ([{"low": 100}], "expected an object like"),
        ([{"name": ["canny"]}], "expected an object like"),
        ([{"name": "cany"}], "unknown effect 'cany'; the effects are"),
        ([{"name": "canny", "low": "100"}], "canny: low: expected a number"),
        ([{"name": "canny", "low": True}], "canny: low: expected a number"),
        ([{"name": "canny"}, {"name": "canny", "low": 1}], "'canny' is in the list 2 times"),
    ],
)
def test_invalid_json_is_refused(items, message):
    with pytest.raises(InputError, match=message):
        effects.from_json_list(items)


OLD_TEXT = (
    "colours(space=grey)+skeleton-only(colour=#ff0000)+pixelate(nobody=hide)+trails(joints=nose)"
    "+side-by-side(place=below)"
)
OLD_ITEMS = [
    {"name": "colours", "space": "grey"},
    {"name": "skeleton-only", "colour": "#ff0000"},
    {"name": "pixelate", "nobody": "hide"},
    {"name": "trails", "joints": ["nose"]},
    {"name": "side-by-side", "place": "below"},
]


def test_text_and_json_of_an_earlier_version_are_accepted():
    expected = (
        ColorSpace("gray"),
        SkeletonOnly("#ff0000"),
        Pixelate(no_detection="hide"),
        Trails(("nose",)),
        SideBySide("below"),
    )
    assert effects.parse(OLD_TEXT) == effects.from_json_list(OLD_ITEMS) == expected


@pytest.mark.parametrize(("old", "new"), legacy_names.EFFECTS.items())
def test_every_old_effect_name_is_accepted(old, new):
    expected = (EFFECTS[new](),)
    assert effects.parse(old) == effects.from_json_list([{"name": old}]) == expected


@pytest.mark.parametrize(("effect", "old", "new"), [(*key, new) for key, new in legacy_names.EFFECT_OPTIONS.items()])
def test_every_old_option_name_is_accepted(effect, old, new):
    default = EFFECTS[effect]()
    spec = fields.specs(EFFECTS[effect])[new]
    for value in spec.options or ("#123456",):
        value = (value,) if spec.kind == "choices" else value
        expected = (type(default)(**{new: value}),)
        assert effects.parse(f"{effect}({old}={spec.to_text(value)})") == expected
        assert effects.from_json_list([{"name": effect, old: spec.to_json(value)}]) == expected


_OLD_VALUES = [
    (*name.split("."), old, new) for (name, old), new in legacy_names.VALUES.items() if name.split(".")[0] in EFFECTS
]


@pytest.mark.parametrize(("effect", "option", "old", "new"), _OLD_VALUES)
def test_every_old_option_value_is_accepted(effect, option, old, new):
    expected = (EFFECTS[effect](**{option: new}),)
    names = [effect, *(name for name, current in legacy_names.EFFECTS.items() if current == effect)]
    for name in names:
        assert effects.parse(f"{name}({option}={old})") == expected
        assert effects.from_json_list([{"name": name, option: old}]) == expected
