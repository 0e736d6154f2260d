"""JSON that a user brought: valid, too large, too deep, or something else."""

from __future__ import annotations

import pytest

from pose_demo.explore.spec import SweepSpec
from pose_demo.json_text import MAX_DEPTH, parse_json
from pose_demo.matching.reference import Reference
from pose_demo.settings import Settings
from pose_demo.types import InputError


def _nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def test_json_with_and_without_a_byte_order_mark():
    assert parse_json(b'{"a": [1]}') == parse_json(b'\xef\xbb\xbf{"a": [1]}') == parse_json('{"a": [1]}') == {"a": [1]}
    assert parse_json(_nested(MAX_DEPTH)) is not None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"[1, 2", "not JSON"),
        (b"", "not JSON"),
        (b"\xff\xfe[\0]\0", "not JSON"),
        (b"[1" + b"0" * 5000 + b"]", "not JSON"),
        (b"[NaN]", "finite numbers, got NaN"),
        (b"[-Infinity]", "finite numbers, got -Infinity"),
        (_nested(MAX_DEPTH + 1), "at most 20 levels"),
        (_nested(900), "at most 20 levels"),
        (_nested(10**6), "at most 20 levels"),
        (b'{"a":' * 30 + b"1" + b"}" * 30, "at most 20 levels"),
        (b'"' + b"x" * 3_000_000 + b'"', "at most 1 MB, got 3.0 MB"),
    ],
    ids=["cut", "empty", "UTF-16", "digits", "NaN", "infinity", "deep", "deeper", "deepest", "objects", "large"],
)
def test_what_is_refused(text, message):
    with pytest.raises(InputError, match=message):
        parse_json(text, max_bytes=None if len(text) == 2 * 10**6 else 1_000_000)


@pytest.mark.parametrize(
    "text",
    [b'{"model": ' + _nested(15) + b"}", b'{"' + b"x" * 10**5 + b'": 1}', b'{"confidence": "' + b"y" * 10**5 + b'"}'],
    ids=["nested value", "long name", "long value"],
)
@pytest.mark.parametrize("read", [Settings.from_json, Reference.from_json])
def test_messages_are_short_whatever_the_file_has(read, text):
    with pytest.raises(InputError) as caught:
        read(text)
    assert len(str(caught.value)) < 1500  # all settings are listed


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 5000, "[sweep]\n" + "a." * 3000 + "a = 1", "[sweep]\nconfidence = 0x" + "f" * 6000],
    ids=["nested list", "nested table", "many digits"],
)
def test_a_sweep_spec_may_be_anything(text):
    with pytest.raises(InputError, match=r"sweep spec|confidence"):
        SweepSpec.from_toml(text)
