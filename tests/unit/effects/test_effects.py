"""The list of effects: run in order, written as text and JSON, nonsense refused with the way out."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pose_demo import effects
from pose_demo.effects import EFFECTS, Scene, check_rgba
from pose_demo.effects.blur import Blur
from pose_demo.effects.canny import Canny
from pose_demo.effects.glasses import Glasses
from pose_demo.effects.sharpen import Sharpen
from pose_demo.effects.skeleton_only import SkeletonOnly
from pose_demo.effects.trails import Trails
from pose_demo.types import Frame, InputError


def scene(image):
    return Scene(Frame(image), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("canny", (Canny(),)),
        ("canny(low=100,high=200)+glasses", (Canny(low=100, high=200), Glasses())),
        ("glasses+canny", (Glasses(), Canny())),
        (" canny( low = 100 ) + glasses() ", (Canny(low=100), Glasses())),
        ("canny glasses", (Canny(), Glasses())),  # an address turns + into a space
        ("trails(joints=left_wrist,right_wrist,seconds=0.5)", (Trails(("left_wrist", "right_wrist"), 0.5),)),
        ("trails(joints=)", (Trails(()),)),
        ("skeleton-only(colour=#FF0000)", (SkeletonOnly("#ff0000"),)),
    ],
)
def test_parse(text, expected):
    assert effects.parse(text) == expected


def test_format_leaves_defaults_out_and_keeps_the_order():
    chosen = (Sharpen(2.0), Canny(low=100), Trails(("nose", "left_knee"), thickness=3), Blur())
    assert effects.format(chosen) == "sharpen(amount=2)+canny(low=100)+trails(joints=nose,left_knee,thickness=3)+blur"


def test_json_is_plain_and_comes_back():
    chosen = (Canny(low=100), Trails(("nose",)))
    items = effects.to_json_list(chosen)
    assert items == [{"name": "canny", "low": 100}, {"name": "trails", "joints": ["nose"]}]
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
    ],
)
def test_parse_refuses(text, message):
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
def test_json_refuses(items, message):
    with pytest.raises(InputError, match=message):
        effects.from_json_list(items)


def test_effects_are_applied_in_the_order_of_the_list():
    image = np.full((4, 4, 3), 200, np.uint8)
    black_first = effects.apply_all(effects.parse("skeleton-only+side-by-side"), image.copy(), scene(image))
    black_last = effects.apply_all(effects.parse("side-by-side+skeleton-only"), image.copy(), scene(image))
    assert black_first[:, :4].max() == 0 and black_first[:, 4:].min() == 200
    assert black_last.max() == 0


def test_no_effects_give_a_picture_of_its_own_to_draw_on():
    image = np.zeros((4, 4, 3), np.uint8)
    result = effects.apply_all((), image, scene(image))
    result[:] = 255
    assert image.max() == 0


def test_a_canvas_that_can_be_drawn_on_is_not_copied():
    canvas = np.zeros((4, 4, 3), np.uint8)
    assert effects.apply_all((), canvas, scene(canvas.copy())) is canvas


def test_the_issue_s_effects_are_all_there():
    expected = "glasses canny blur sharpen colours skeleton-only pixelate trails side-by-side"
    assert set(expected.split()) <= set(EFFECTS)


@pytest.mark.parametrize(
    "picture",
    ["x.png", np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4)), np.zeros((0, 4, 4), "B")],
)
def test_an_uploaded_picture_without_alpha_is_refused(picture):
    with pytest.raises(InputError, match="expected"):
        check_rgba(picture)


def test_an_uploaded_picture_with_alpha_is_taken():
    picture = np.zeros((4, 5, 4), np.uint8)
    assert check_rgba(picture) is picture
