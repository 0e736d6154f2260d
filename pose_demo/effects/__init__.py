"""Image effects: their registry, and applying a list of them in order."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pose_demo.effects.base import Effect, EffectContext, ImageUpload, RgbaImage, check_rgba
from pose_demo.effects.registry import EFFECTS, name_of
from pose_demo.effects.text import from_json_list, parse, serialize, to_json_list
from pose_demo.types import Image

__all__ = [
    "EFFECTS",
    "Effect",
    "EffectContext",
    "ImageUpload",
    "RgbaImage",
    "apply_all",
    "check_rgba",
    "from_json_list",
    "name_of",
    "parse",
    "serialize",
    "to_json_list",
]


def apply_all(effects: Iterable[Effect], canvas: Image, context: EffectContext) -> Image:
    """Apply effects one after another.

    Args:
        effects: in drawing order.
        canvas: RGB; changed in place unless it is read-only, not contiguous, or the context's own frame.
        context: the frame and its poses; its image is never changed.

    Returns:
        A contiguous, writable RGB image that is not the context's frame.
    """
    canvas = _writable_canvas(canvas, context.frame.image)
    for effect in effects:
        canvas = effect.apply(canvas, context)
    return canvas


def _writable_canvas(canvas: Image, frame: Image) -> Image:
    usable = canvas.flags.c_contiguous and canvas.flags.writeable and not np.may_share_memory(canvas, frame)
    return canvas if usable else np.array(canvas, order="C")
