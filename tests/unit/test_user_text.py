"""Texts of users in a form that can be shown."""

from __future__ import annotations

import pytest

from pose_demo.user_text import MAX_NAME_LENGTH, display_name, value_text


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("holiday.mp4", "holiday.mp4"),
        ("C:\\Users\\jane\\a.png", "a.png"),
        ("../../etc/passwd", "passwd"),
        ("a\0b\r\nc\x1b[31m.png", "ab c[31m.png"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\ud800a.png", "a.png"),
        ("춤 👩\u200d🎤.mp4", "춤 👩\u200d🎤.mp4"),
        ("cafe\u0301.png", "café.png"),
        ("", "file"),
        ("///", "file"),
    ],
)
def test_a_name_is_shown_without_folders_and_hidden_characters(given, shown):
    assert display_name(given) == shown


def test_a_long_name_is_cut_and_keeps_its_ending():
    name = display_name("x" * 5000 + ".mp4")
    assert len(name) == MAX_NAME_LENGTH and name.endswith("x….mp4")


def _nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


_VALUES = {
    "long text": "x" * 10**6,
    "long list": list(range(10**5)),
    "large object": {str(i): i for i in range(999)},
    "many digits": 10**5000,
    "nested": _nested(10**5),
    "half a character": "\ud800",
}


@pytest.mark.parametrize("value", _VALUES.values(), ids=_VALUES.keys())
def test_any_value_has_a_short_text(value):
    text = value_text(value)
    assert 0 < len(text) <= 60
    text.encode()


def test_short_values_are_written_in_full():
    assert [value_text(value) for value in (0.5, True, None, "canny", [1, 2])] == [
        "0.5",
        "True",
        "None",
        "'canny'",
        "[1, 2]",
    ]
