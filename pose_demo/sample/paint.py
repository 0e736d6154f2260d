"""Shaded shapes with smooth edges: every shape is a few outlines inside each other, brighter towards the light."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from pose_demo.sample.body import Colour
from pose_demo.sample.rig import Vector
from pose_demo.types import Image

LIGHT = np.array((-0.55, -0.75))  # towards the lamp, in the picture
_LAYERS = np.array((1.0, 0.9, 0.74, 0.55, 0.34))  # size of each outline, from the edge inwards
_TONES = (0.66, 0.84, 0.97, 1.05, 1.11)
_SHIFT = 4  # fractional bits of OpenCV's drawing functions: motion is smooth below a pixel
_CAP = np.linspace(-np.pi / 2, np.pi / 2, 9)[1:-1]

Outline = Vector  # (N, 2) pixels
Layers = list[Vector]  # the outlines of one shape from the edge inwards, already fixed-point integers


@lru_cache(maxsize=256)
def ramp(colour: Colour) -> tuple[Colour, ...]:
    """``colour`` from the shaded edge to the lit middle; shadows are a little cooler."""
    return tuple(tone(colour, factor) for factor in _TONES)


@lru_cache(maxsize=512)
def tone(colour: Colour, factor: float) -> Colour:
    """``colour`` lighter or darker by ``factor``."""
    cool = max(0.0, 1 - factor)
    red, green, blue = (min(255, round(c * factor + (255 - c) * max(0.0, factor - 1) * 0.5)) for c in colour)
    return red, green, min(255, round(blue + 30 * cool))


def fixed(points: Vector) -> Vector:
    """Pixels (centres at +0.5) as OpenCV's fixed-point integers (centres at 0)."""
    return np.round((points - 0.5) * (1 << _SHIFT)).astype(np.int32)


def fill(image: Image, outline: Vector, colour: Colour | int) -> None:
    """Fill one outline given in fixed-point integers."""
    value = (colour,) if isinstance(colour, int) else colour
    cv2.fillPoly(image, [outline], value, cv2.LINE_AA, _SHIFT)


def patch(image: Image, points: Outline, colour: Colour) -> None:
    """Fill one outline in one colour."""
    fill(image, fixed(points), colour)


def stroke(image: Image, points: Outline, colour: Colour, width: float) -> None:
    """A line of even ``width`` pixels, which may be under one pixel: then it is drawn paler by its colour alone."""
    cv2.polylines(image, [fixed(points)], False, colour, max(1, round(width)), cv2.LINE_AA, _SHIFT)


def ellipse(centre: Vector, right: Vector, up: Vector, count: int = 20) -> Outline:
    """An outline from two half axes, which may be skewed."""
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)[:, None]
    points: Vector = centre + np.cos(angles) * right + np.sin(angles) * up
    return points


def limb(spine: Vector, radii: Vector) -> Layers:
    """The layers of a tube round ``spine`` (N, 2) with a radius at each point and round ends."""
    along = np.gradient(spine, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
    across = np.stack((-along[:, 1], along[:, 0]), axis=1)
    ring = np.concatenate((across, _cap(along[-1], across[-1]), -across[::-1], _cap(-along[0], -across[0])))
    count, caps = len(spine), len(_CAP)
    index = np.concatenate((np.arange(count), np.full(caps, count - 1), np.arange(count)[::-1], np.zeros(caps, int)))
    return _nest(spine[index], ring * radii[index, None], radii[index, None])


def _cap(along: Vector, across: Vector) -> Vector:
    """Half a circle from ``across`` over ``along`` to ``-across``."""
    result: Vector = -np.sin(_CAP)[:, None] * across + np.cos(_CAP)[:, None] * along
    return result


def blob(outline: Outline, depth: float) -> Layers:
    """The layers of a rounded shape that shrinks towards its middle; ``depth`` pixels is how far the light moves."""
    centre = outline.mean(axis=0)
    return _nest(np.broadcast_to(centre, outline.shape), outline - centre, np.full((len(outline), 1), depth))


def rows(outline: Outline, depth: float) -> Layers:
    """The layers of a long shape given as its left side down and its right side back: rows shrink to their middles."""
    middles = (outline + outline[::-1]) / 2
    return _nest(middles, outline - middles, np.full((len(outline), 1), depth))


def _nest(centres: Vector, offsets: Vector, radii: Vector) -> Layers:
    shrink = _LAYERS[:, None, None]
    return list(fixed(centres + offsets * shrink + LIGHT * radii * (1 - shrink) * 0.62))


def shade(image: Image, shapes: list[Layers], colour: Colour) -> None:
    """Paint shapes of one material together, layer by layer, so that they melt into one body."""
    for level, paint in enumerate(ramp(colour)):
        for shape in shapes:
            fill(image, shape[level], paint)
