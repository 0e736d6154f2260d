"""The effects: a registry, the way to run them, and their text and JSON forms.

A list of effects is drawn in its order. The same effect stands in a list once: what it remembers of a stream is kept
under its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np

from pose_demo import fields
from pose_demo.effects.base import Effect, RgbaImage, Scene, check_rgba
from pose_demo.effects.blur import Blur
from pose_demo.effects.canny import Canny
from pose_demo.effects.color_space import Colours
from pose_demo.effects.glasses import Glasses
from pose_demo.effects.pixelate import Pixelate
from pose_demo.effects.sharpen import Sharpen
from pose_demo.effects.side_by_side import SideBySide
from pose_demo.effects.skeleton_only import SkeletonOnly
from pose_demo.effects.trails import Trails
from pose_demo.types import Image, InputError

__all__ = [
    "EFFECTS",
    "Effect",
    "RgbaImage",
    "Scene",
    "apply_all",
    "check_rgba",
    "format",
    "from_json_list",
    "name_of",
    "parse",
    "to_json_list",
]

EFFECTS: dict[str, type[Effect]] = {
    "glasses": Glasses,
    "canny": Canny,
    "blur": Blur,
    "sharpen": Sharpen,
    "colours": Colours,
    "skeleton-only": SkeletonOnly,
    "pixelate": Pixelate,
    "trails": Trails,
    "side-by-side": SideBySide,
}


def apply_all(effects: Iterable[Effect], canvas: Image, scene: Scene) -> Image:
    """Draw the effects one after the other.

    Args:
        effects: in drawing order.
        canvas: RGB; changed in place unless it is read-only, not contiguous, or the scene's own frame.
        scene: what the effects look at; its frame's picture is never changed.

    Returns:
        A contiguous, writeable RGB picture that is not the scene's frame.
    """
    canvas = _drawable(canvas, scene.frame.image)
    for effect in effects:
        canvas = effect.apply(canvas, scene)
    return canvas


def _drawable(canvas: Image, original: Image) -> Image:
    ready = canvas.flags.c_contiguous and canvas.flags.writeable
    return canvas if ready and not np.may_share_memory(canvas, original) else np.array(canvas, order="C")


def name_of(effect: Effect) -> str:
    """The name under which the effect's class is registered."""
    return next(name for name, cls in EFFECTS.items() if cls is type(effect))


def parse(text: str) -> tuple[Effect, ...]:
    """Read a list of effects such as ``canny(low=100,high=200)+glasses``.

    Spaces separate effects as well as ``+`` does: a ``+`` typed into an address arrives as a space.

    Raises:
        InputError: a name or an option is unknown, a value is refused, or an effect stands there twice.
    """
    pieces = re.split(r"[+\s]+(?![^()]*\))", text.strip())
    return _once(_parse_one(piece) for piece in pieces if piece)


def _parse_one(piece: str) -> Effect:
    match = re.fullmatch(r"([\w-]+)(?:\(([^()]*)\))?", piece)
    if not match:
        raise InputError(f"expected effects like canny(low=100,high=200)+glasses, got {piece!r}")
    name, options = match[1], match[2] or ""
    specs = fields.specs(_class(name))
    # A comma that no option name follows belongs to the value: joints=left_wrist,right_wrist.
    pairs = [part.partition("=") for part in re.split(r",(?=\s*\w+\s*=)", options) if part.strip()]
    texts = {key.strip(): value.strip() for key, _, value in pairs}
    try:
        values = {key: specs[key].parse(key, value) if key in specs else value for key, value in texts.items()}
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
    return _make(name, values)


def format(effects: Iterable[Effect]) -> str:
    """The text that `parse` reads back; options that have their default are left out."""
    return "+".join(_format_one(effect) for effect in effects)


def _format_one(effect: Effect) -> str:
    options = ",".join(f"{name}={_text(value)}" for name, value in fields.changed(effect).items())
    return name_of(effect) + (f"({options})" if options else "")


def _text(value: fields.Value) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value).removesuffix(".0")


def to_json_list(effects: Iterable[Effect]) -> list[dict[str, object]]:
    """The effects as plain JSON values, e.g. ``[{"name": "canny", "low": 100}]``; defaults are left out."""
    return [{"name": name_of(effect), **_plain(fields.changed(effect))} for effect in effects]


def _plain(values: Mapping[str, fields.Value]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def from_json_list(items: object) -> tuple[Effect, ...]:
    """Read what `to_json_list` wrote.

    Raises:
        InputError: it is not a list of such objects, or for the reasons of `parse`.
    """
    if not isinstance(items, list | tuple):
        raise InputError(f'effects: expected a list like [{{"name": "canny", "low": 100}}], got {items!r}')
    return _once(_from_json(item) for item in items)


def _from_json(item: object) -> Effect:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        raise InputError(f'effects: expected an object like {{"name": "canny", "low": 100}}, got {item!r}')
    return _make(item["name"], {key: value for key, value in item.items() if key != "name"})


def _class(name: str) -> type[Effect]:
    if name not in EFFECTS:
        raise InputError(f"unknown effect {name!r}; the effects are {', '.join(EFFECTS)}")
    return EFFECTS[name]


def _make(name: str, values: Mapping[str, object]) -> Effect:
    try:
        return fields.checked(_class(name), values)
    except InputError as error:
        if name not in EFFECTS:
            raise
        raise InputError(f"{name}: {error}") from None


def _once(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    result = tuple(effects)
    names = [name_of(effect) for effect in result]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise InputError(f"effect {twice!r} is in the list {names.count(twice)} times; keep one")
    return result
