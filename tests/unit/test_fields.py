"""Options as data: limits, parsing and errors of each kind of field."""

import math
from dataclasses import dataclass, fields

import pytest

from pose_demo.fields import changed, choice, choices, color, hex_to_rgb, integer, number, specs, switch, validated
from pose_demo.types import InputError


@dataclass(frozen=True)
class Tea:
    hot: bool = switch(True, "Hot", "Or iced.")
    cups: int = integer(2, 1, 8, "Cups", "How many.")
    sugar: float = number(0.5, 0, 1, "Sugar", "From 0 to 1.")
    kind: str = choice("green", ("green", "black"), "Kind", "Which leaves.")
    extras: tuple[str, ...] = choices((), ("milk", "lemon"), "Extras", "What goes in.")
    pot: str = color("#336699", "Pot", "Its color.")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("hot", "yes", True),
        ("hot", " OFF ", False),
        ("hot", "1", True),
        ("cups", "8", 8),
        ("cups", "1.0", 1),
        ("sugar", "1e-1", 0.1),
        ("sugar", " 0 ", 0.0),
        ("kind", "black", "black"),
        ("extras", "lemon,milk", ("lemon", "milk")),
        ("extras", "milk,milk", ("milk",)),
        ("extras", "", ()),
        ("pot", "#FF00aa", "#ff00aa"),
    ],
)
def test_texts_are_parsed_by_the_kind_of_the_field(name, text, value):
    read = specs(Tea)[name].from_text(name, text)
    assert read == value and type(read) is type(value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hot", "maybe"),
        ("hot", ""),
        ("cups", "0"),
        ("cups", "9"),
        ("cups", "2.5"),
        ("cups", "two"),
        ("sugar", "nan"),
        ("sugar", "inf"),
        ("sugar", "-0.01"),
        ("sugar", ""),
        ("kind", "Green"),
        ("extras", "milk,gin"),
        ("pot", "red"),
        ("pot", "#12345"),
        ("pot", "#336699\n"),
    ],
)
def test_invalid_texts_raise_an_error_that_names_the_option(name, text):
    with pytest.raises(InputError, match=f"^{name}: expected"):
        specs(Tea)[name].from_text(name, text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hot", 1),
        ("hot", None),
        ("cups", True),
        ("cups", "2"),
        ("cups", [2]),
        ("sugar", math.nan),
        ("sugar", -math.inf),
        ("sugar", 10**400),
        ("sugar", {}),
        ("kind", 3),
        ("kind", ["green"]),
        ("extras", "milk"),
        ("extras", [["milk"]]),
        ("extras", {"milk": 1}),
        ("pot", 0x336699),
    ],
)
def test_values_of_a_wrong_type_or_outside_the_limits_raise_an_error_that_names_the_option(name, value):
    with pytest.raises(InputError, match=f"^{name}: expected"):
        validated(Tea, {name: value})


def test_the_limits_are_inclusive():
    assert validated(Tea, {"cups": 8, "sugar": 1}) == Tea(cups=8, sugar=1.0)


def test_an_unknown_option_raises_an_error_that_lists_the_options():
    with pytest.raises(InputError, match=r"'milk'; the options are hot, cups"):
        validated(Tea, {"milk": True})


def test_changed_returns_the_options_that_differ_from_their_defaults():
    assert changed(Tea()) == {}
    assert changed(Tea(hot=False, extras=("lemon",))) == {"hot": False, "extras": ("lemon",)}


def test_specs_keep_the_order_of_the_fields():
    assert list(specs(Tea)) == [field.name for field in fields(Tea)]


def test_a_hex_color_is_red_then_green_then_blue():
    assert hex_to_rgb("#ff8001") == (255, 128, 1)
