"""JSON that a user brought."""

from __future__ import annotations

import json
from typing import Any

from pose_demo.messages import message
from pose_demo.types import InputError

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
