"""Texts that a user gave, in a form that can be shown: names of files, and values in messages."""

from __future__ import annotations

import re
import reprlib
import unicodedata
from pathlib import PurePosixPath

MAX_NAME_LENGTH = 100  # characters; longer ones break the layout of the page
_MAX_VALUE_LENGTH = 60
_ZERO_WIDTH_JOINER = "\u200d"  # is part of emoji

# Control characters, marks that reverse the direction of text, halves of characters, and unassigned ones.
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")

_values = reprlib.Repr()
_values.maxlevel, _values.maxstring, _values.maxother, _values.maxlong = 3, _MAX_VALUE_LENGTH, _MAX_VALUE_LENGTH, 40


def display_name(given: str) -> str:
    """The name of a file without folders and invisible characters, at most 100 characters; "file" if nothing is left.

    It is for display only: no file of ours is named by it.
    """
    name = visible_text(re.split(r"[/\\]", given)[-1])
    if len(name) > MAX_NAME_LENGTH:
        suffix = PurePosixPath(name).suffix[:10]
        name = f"{name[: MAX_NAME_LENGTH - len(suffix) - 1]}…{suffix}"
    return name or "file"


def visible_text(given: str) -> str:
    """A text on one line, without invisible characters."""
    return " ".join(unicodedata.normalize("NFC", "".join(map(_visible, given))).split())


def _visible(character: str) -> str:
    if character == _ZERO_WIDTH_JOINER or unicodedata.category(character) not in _HIDDEN:
        return character
    return " " if character.isspace() else ""


def value_text(value: object) -> str:
    """A value as Python writes it, short whatever it is: long texts, long lists and nested ones are abbreviated."""
    try:
        text = _values.repr(value)
    except Exception:  # a value whose text cannot be made, such as an integer with too many digits
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= _MAX_VALUE_LENGTH else f"{text[: _MAX_VALUE_LENGTH - 3]}..."
