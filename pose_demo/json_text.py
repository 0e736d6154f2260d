"""JSON that a user brought."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from pose_demo.messages import Message, message
from pose_demo.types import InputError
from pose_demo.user_text import MAX_NAME_LENGTH, value_text, visible_text

MAX_SIDE = 20_000  # pixels
MAX_DEPTH = 20  # of our files it is 5; code that walks through a much deeper one ends in a RecursionError


def parse_json(text: str | bytes, max_bytes: int | None = 1_000_000) -> Any:
    """Parse a JSON text in UTF-8, with or without a byte order mark.

    Args:
        text: the text.
        max_bytes: the largest size; None for any. A parsed text takes about ten times its size in memory.

    Raises:
        InputError: it is too large, too deep, or not JSON; NaN and infinity are not JSON. The message begins with what
            it was expected to be, so that the name of the file may be put before it.
    """
    if max_bytes is not None and len(text) > max_bytes:
        limit, size = max_bytes / 1e6, len(text) / 1e6
        raise InputError(message("expected JSON of at most {limit:g} MB, got {size:.1f} MB", limit=limit, size=size))
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        value = json.loads(decoded, parse_constant=_reject_constant)
    except InputError:
        raise
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise InputError(message("not JSON ({reason})", reason=str(error))) from None
    _check_depth(value)
    return value


def _reject_constant(word: str) -> None:
    raise InputError(message("expected finite numbers, got {word}", word=word))


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [item for parent in level for item in _items(parent) if isinstance(item, dict | list)]
        if not level:
            return
    raise _too_deep()


def _items(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _too_deep() -> InputError:
    return InputError(message("expected JSON with at most {depth} levels, got more", depth=MAX_DEPTH))


@dataclass(frozen=True)
class JsonFormat:
    """A kind of JSON file, whose values are checked one by one.

    Attributes:
        name: begins every message, such as "reference pose".
        advice: ends every message: what to do.
    """

    name: Message
    advice: Message

    def parse(self, text: str | bytes, max_bytes: int) -> Any:
        """See `parse_json`."""
        try:
            return parse_json(text, max_bytes)
        except InputError as error:
            text = message("{file}: {error}; {advice}", file=self.name, error=error, advice=self.advice)
            raise InputError(text) from None

    def reject(self, what: str, expected: str, value: object) -> NoReturn:
        """Raise an `InputError` about the value of ``what``."""
        raise InputError(
            message(
                "{file}: {what}: expected {expected}, got {value}; {advice}",
                file=self.name,
                what=what,
                expected=expected,
                value=value_text(value),
                advice=self.advice,
            )
        )

    def expect(self, is_valid: bool, what: str, expected: str, value: object) -> None:
        """Reject a value unless it is valid."""
        if not is_valid:
            self.reject(what, expected, value)

    def fields(self, value: object, what: str, keys: Sequence[str]) -> dict[str, Any]:
        """A JSON object with exactly these keys."""
        if not isinstance(value, dict):
            self.reject(what, message("an object with {keys}", keys=", ".join(keys)), value)
        missing = [key for key in keys if key not in value]
        unknown = [key for key in value if key not in keys]
        self.expect(not missing, what, message("also {keys}", keys=", ".join(missing)), list(value))
        self.expect(not unknown, what, message("only {keys}", keys=", ".join(keys)), unknown)
        return value

    def items(self, value: object, what: str) -> list[Any]:
        """A JSON list."""
        if not isinstance(value, list):
            self.reject(what, message("a list"), value)
        return value

    def numbers(self, value: object, what: str, count: int) -> list[float]:
        """A list of ``count`` numbers, within +-1e9."""
        is_valid = isinstance(value, list) and len(value) == count and all(type(item) in (int, float) for item in value)
        if not is_valid or not isinstance(value, list):
            self.reject(what, message("{count} numbers", count=count), value)
        # Still a float32 and larger than any image: later checks reject it with the name of its field.
        return [float(min(max(item, -1e9), 1e9)) for item in value]

    def size(self, value: object) -> tuple[int, int]:
        """(width, height) of an image, from a list of two integers."""
        width, height = self.numbers(value, "size", 2)
        self.expect(width == int(width) and height == int(height), "size", message("integers"), value)
        return int(width), int(height)

    def expect_size(self, size: tuple[int, int]) -> None:
        """Reject a size unless images of that size are possible."""
        is_valid = all(1 <= side <= MAX_SIDE for side in size)
        self.expect(is_valid, "size", message("a width and a height from 1 to {limit} pixels", limit=MAX_SIDE), size)

    def expect_name(self, name: object) -> None:
        """Reject a display name unless it has 1 to 100 characters."""
        is_valid = isinstance(name, str) and visible_text(name) != "" and len(name) <= MAX_NAME_LENGTH
        self.expect(is_valid, "name", message("a text of 1 to {limit} characters", limit=MAX_NAME_LENGTH), name)
