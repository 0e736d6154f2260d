"""Text and JSON forms of a list of effects: ``canny(low=100)+glasses`` and ``[{"name": "canny", "low": 100}, ...]``.

Names of earlier versions are translated (see `pose_demo.legacy_names`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pose_demo import fields
from pose_demo.effects.base import Effect
from pose_demo.effects.registry import EFFECTS, name_of
from pose_demo.legacy_names import effect_name, translate_effect
from pose_demo.messages import message
from pose_demo.types import InputError
from pose_demo.user_text import value_text


def parse(text: str) -> tuple[Effect, ...]:
    """Parse a list of effects such as ``canny(low=100,high=200)+glasses``.

    Spaces separate effects like ``+``, because a ``+`` in a URL's query is decoded to a space.

    Raises:
        InputError: a name or an option is unknown, a value is invalid, or an effect is in the list twice.
    """
    parts = re.split(r"[+\s]+(?![^()]*\))", text.strip())
    return _unique(_parse_effect(part) for part in parts if part)


def _parse_effect(text: str) -> Effect:
    match = re.fullmatch(r"([\w-]+)(?:\(([^()]*)\))?", text)
    if not match:
        found = value_text(text)
        raise InputError(message("expected effects like canny(low=100,high=200)+glasses, got {value}", value=found))
    name, specs = match[1], fields.specs(_effect_class(match[1]))
    # A comma without an option name after it belongs to the value: keypoints=left_wrist,right_wrist.
    pairs = [part.partition("=") for part in re.split(r",(?=\s*\w+\s*=)", match[2] or "") if part.strip()]
    texts = translate_effect(effect_name(name), {option.strip(): value.strip() for option, _, value in pairs})
    try:
        values = {
            option: specs[option].from_text(option, str(value)) if option in specs else value
            for option, value in texts.items()
        }
    except InputError as error:
        raise InputError(message("{name}: {error}", name=name, error=error)) from None
    return _create(name, values)


def serialize(effects: Iterable[Effect]) -> str:
    """The text that `parse` accepts; options with default values are omitted."""
    return "+".join(map(_serialize_effect, effects))


def _serialize_effect(effect: Effect) -> str:
    specs = fields.specs(type(effect))
    options = ",".join(f"{name}={specs[name].to_text(value)}" for name, value in fields.changed(effect).items())
    return name_of(effect) + (f"({options})" if options else "")


def to_json_list(effects: Iterable[Effect]) -> list[dict[str, object]]:
    """The effects as JSON values, e.g. ``[{"name": "canny", "low": 100}]``; options with default values are omitted."""
    return [{"name": name_of(effect), **_to_json(effect)} for effect in effects]


def _to_json(effect: Effect) -> dict[str, object]:
    specs = fields.specs(type(effect))
    return {name: specs[name].to_json(value) for name, value in fields.changed(effect).items()}


def from_json_list(items: object) -> tuple[Effect, ...]:
    """Parse the result of `to_json_list`.

    Raises:
        InputError: it is not a list of such objects, or for the reasons of `parse`.
    """
    if not isinstance(items, list | tuple):
        raise InputError(
            message(
                'effects: expected a list like [{{"name": "canny", "low": 100}}], got {value}', value=value_text(items)
            )
        )
    return _unique(map(_from_json, items))


def _from_json(item: object) -> Effect:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        raise InputError(
            message(
                'effects: expected an object like {{"name": "canny", "low": 100}}, got {value}', value=value_text(item)
            )
        )
    options = {option: value for option, value in item.items() if option != "name"}
    return _create(item["name"], translate_effect(effect_name(item["name"]), options))


def _effect_class(name: str) -> type[Effect]:
    current = effect_name(name)
    if current not in EFFECTS:
        raise InputError(
            message(
                "unknown effect {name}; the effects are {effects}", name=value_text(name), effects=", ".join(EFFECTS)
            )
        )
    return EFFECTS[current]


def _create(name: str, values: Mapping[str, object]) -> Effect:
    cls = _effect_class(name)
    try:
        return fields.validated(cls, values)
    except InputError as error:
        raise InputError(message("{name}: {error}", name=name, error=error)) from None


def _unique(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """Refuse a list with the same effect twice: its state between frames is stored under its name."""
    result = tuple(effects)
    names = [name_of(effect) for effect in result]
    duplicate = next((name for name in names if names.count(name) > 1), None)
    if duplicate:
        raise InputError(
            message(
                "effect {name!r} is in the list {times} times; keep one", name=duplicate, times=names.count(duplicate)
            )
        )
    return result
