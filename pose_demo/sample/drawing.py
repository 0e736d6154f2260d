"""Draw a rig: clothes, skin and shoes as shaded shapes, from the farthest to the nearest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from pose_demo.sample import face
from pose_demo.sample.body import Body, Colour
from pose_demo.sample.paint import Layers, Profile, ellipse, limb, melt_start, patch, rows, shade, stroke, tone
from pose_demo.sample.rig import Camera, Rig, Vector
from pose_demo.types import Image

# Radii along each bone in statures: (part of the way, radius).
_THIGH = ((-0.02, 0.052), (0.2, 0.055), (0.55, 0.047), (1.0, 0.037))
_SHIN = ((0.0, 0.037), (0.3, 0.038), (0.6, 0.033), (0.86, 0.029))
_BARE_ANKLE = ((0.75, 0.02), (0.9, 0.0185), (1.0, 0.021))
_UPPER_ARM = ((0.0, 0.025), (0.22, 0.0305), (0.7, 0.027), (1.0, 0.0245))
_BARE_ARM = ((0.3, 0.029), (0.7, 0.027), (1.0, 0.0245))
_FOREARM = ((0.0, 0.0245), (0.22, 0.027), (0.6, 0.021), (0.93, 0.0148), (1.0, 0.016))
_PALM = ((0.0, 0.0165), (0.2, 0.0215), (0.35, 0.0225), (0.55, 0.023), (0.8, 0.018), (1.0, 0.01))
_THUMB = ((0.0, 0.0095), (1.0, 0.0065))
_NECK = ((0.0, 0.036), (1.0, 0.03))
_SOLE = ((0.0, 0.021), (0.3, 0.022), (0.7, 0.026), (1.0, 0.022))
_UPPER = ((-0.02, 0.02), (0.3, 0.022), (0.7, 0.023), (0.95, 0.018))

# The trunk in statures: (part of the way from the hips to the shoulders, half width, half depth).
Sections = tuple[tuple[float, float, float], ...]
_SHIRT: Sections = (
    (-0.1, 0.1, 0.066), (-0.08, 0.107, 0.07), (0.04, 0.103, 0.068), (0.25, 0.089, 0.062), (0.42, 0.083, 0.06),
    (0.62, 0.091, 0.066), (0.8, 0.103, 0.07), (0.93, 0.115, 0.062), (1.01, 0.116, 0.05), (1.06, 0.094, 0.045),
    (1.09, 0.06, 0.042), (1.105, 0.05, 0.04),
)  # fmt: skip
_SEAT: Sections = ((-0.17, 0.03, 0.05), (-0.13, 0.07, 0.07), (0.0, 0.102, 0.07), (0.1, 0.096, 0.066))


@dataclass(frozen=True)
class Figure:
    """A rig seen by a camera."""

    rig: Rig
    camera: Camera

    @cached_property
    def body(self) -> Body:
        return self.rig.body

    @cached_property
    def _pixels(self) -> dict[str, Vector]:
        names = list(self.rig.joints)
        return dict(zip(names, self.camera.project(np.array([self.rig.joints[name] for name in names])), strict=True))

    def at(self, joint: str) -> Vector:
        """A joint in pixels."""
        return self._pixels[joint]

    def px(self, joint: str, statures: float = 1.0) -> float:
        """A length of this body in pixels at a joint's depth."""
        return float(self.camera.scale(self.rig.joints[joint][2])) * statures * self.body.height

    def bone(self, start: str, end: str, profile: Profile, girth: float = 1.0) -> Layers:
        """A tapered limb from joint to joint."""
        return limb(self.at(start), self.at(end), profile, self.px(start, girth), self.px(end, girth))

    def trunk(self, sections: Sections, wide: float = 1.0) -> Vector:
        """The outline round cross-sections of the trunk: down its left side, up its right side."""
        way, width, depth = _fine(sections)
        mix = np.clip(way, 0, 1)
        axes = self.rig.pelvis[:, 0] * (1 - mix) + self.rig.chest[:, 0] * mix
        axes /= np.linalg.norm(axes, axis=1, keepdims=True)
        front = np.hypot(axes[:, :1], axes[:, 1:2])
        half = np.hypot(width * front * wide, depth * axes[:, 2:]) / np.maximum(front, 1e-6)
        side = axes * (1, 1, 0) * half * self.body.height
        centres = _spine(self.rig, way)
        return self.camera.project(np.concatenate((centres + side, (centres - side)[::-1])))


@lru_cache(maxsize=16)
def _fine(sections: Sections) -> tuple[Vector, Vector, Vector]:
    """The sections at evenly spaced places, (N, 1) each, with their corners rounded."""
    ways, widths, depths = np.array(sections).T
    fine = np.linspace(ways[0], ways[-1], 28)
    tables = [np.interp(fine, ways, values) for values in (widths, depths)]
    for table in tables:
        table[1:-1] = (table[:-2] + 2 * table[1:-1] + table[2:]) / 4
    return fine[:, None], tables[0][:, None], tables[1][:, None]


def _spine(rig: Rig, way: Vector) -> Vector:
    """Points (N, 3) of a curve that leaves the hips along their axis and reaches the neck along the chest's."""
    hips, neck = rig.joints["pelvis"], rig.joints["neck"]
    length = float(np.linalg.norm(neck - hips))
    up, top = rig.pelvis[:, 1] * length, rig.chest[:, 1] * length
    middle = (hips + up * 0.5 + neck - top * 0.5) / 2
    inside = (1 - way) ** 2 * hips + 2 * way * (1 - way) * middle + way**2 * neck
    return np.where(way > 1, neck + top * (way - 1), np.where(way < 0, hips + up * way, inside))


def draw(image: Image, rig: Rig, camera: Camera) -> None:
    """Draw the dancer onto ``image`` in place."""
    figure = Figure(rig, camera)
    arms = sorted(("left", "right"), key=lambda side: rig.joints[f"{side}_wrist"][2])
    behind = [side for side in arms if _arm_behind(rig, side)]
    face.draw_back_hair(image, rig, camera)
    for side in behind:
        _draw_arm(image, figure, side)
    shade(image, [rows(figure.trunk(_SEAT, figure.body.hips), figure.px("pelvis", 0.07))], figure.body.trousers)
    for side in sorted(("left", "right"), key=lambda side: rig.joints[f"{side}_knee"][2]):
        _draw_leg(image, figure, side)
    _draw_neck(image, figure)
    _draw_shirt(image, figure)
    face.draw_head(image, rig, camera)
    for side in arms:
        if side not in behind:
            _draw_arm(image, figure, side)


def _arm_behind(rig: Rig, side: str) -> bool:
    front = rig.chest[:, 2]
    wrist, elbow, neck = (rig.joints[name] for name in (f"{side}_wrist", f"{side}_elbow", "neck"))
    return bool((wrist - neck) @ front < -0.03 and (elbow - neck) @ front < -0.03)


def _draw_leg(image: Image, figure: Figure, side: str) -> None:
    hip, knee, ankle = (f"{side}_{name}" for name in ("hip", "knee", "ankle"))
    body = figure.body
    shade(image, [figure.bone(knee, ankle, _BARE_ANKLE)], tone(body.skin, 0.95))
    _draw_shoe(image, figure, side)
    shapes = [figure.bone(hip, knee, _THIGH, body.girth), figure.bone(knee, ankle, _SHIN, body.girth)]
    shade(image, shapes, body.trousers)
    dark, shin = tone(body.trousers, 0.76), figure.at(ankle) - figure.at(knee)
    _crease(image, figure.at(knee), shin, figure.px(knee, 0.02), dark)
    _crease(image, figure.at(knee) + shin * 0.83, shin, figure.px(ankle, 0.025), dark)


def _draw_shoe(image: Image, figure: Figure, side: str) -> None:
    heel, toe = f"{side}_heel", f"{side}_toe"
    step = np.array((0, -figure.px(heel, 0.009)))
    start, end, first, last = figure.at(heel), figure.at(toe), figure.px(heel), figure.px(toe)
    shade(image, [limb(start + step, end + step, _SOLE, first, last)], tone(figure.body.shoes, 0.55))
    shade(image, [limb(start + step * 2, end + step * 2, _UPPER, first, last)], figure.body.shoes)


def _crease(image: Image, at: Vector, along: Vector, half: float, colour: Colour) -> None:
    """A fold of cloth across a limb."""
    along = along / max(float(np.hypot(*along)), 1e-6) * half
    across = np.array((-along[1], along[0]))
    stroke(image, np.array((at - across, at + along * 0.3, at + across)), colour, half * 0.1)


def _draw_neck(image: Image, figure: Figure) -> None:
    drop = np.array((0.0, figure.px("neck", 0.03)))
    top = figure.at("head") + drop * 0.6
    shape = limb(figure.at("neck") + drop, top, _NECK, figure.px("neck"), figure.px("head"))
    shade(image, [shape], tone(figure.body.skin, 0.88))


def _draw_shirt(image: Image, figure: Figure) -> None:
    body, px = figure.body, figure.px("neck")
    outline = figure.trunk(_SHIRT, body.girth)
    _draw_hem_shadow(image, figure)
    shade(image, [rows(outline, px * 0.07)], body.shirt)
    chest = figure.rig.chest
    right, up, front = (chest[:2, axis] * (1, -1) * px for axis in range(3))
    collar = figure.at("neck") + up * 0.024 + front * 0.03
    patch(image, ellipse(collar, right * 0.043, up * 0.032), tone(body.shirt, 0.74))
    patch(image, ellipse(collar + up * 0.007, right * 0.036, up * 0.03), tone(body.skin, 0.92))
    _draw_folds(image, outline, tone(body.shirt, 0.84), px * 0.005)


def _draw_hem_shadow(image: Image, figure: Figure) -> None:
    """The shirt darkens the trousers under it."""
    hem: Sections = ((-0.125, 0.09, 0.06), (-0.06, 0.1, 0.065), (0.0, 0.1, 0.065))
    patch(image, figure.trunk(hem, figure.body.girth), tone(figure.body.trousers, 0.7))


def _draw_folds(image: Image, outline: Vector, colour: Colour, width: float) -> None:
    """A few folds from the sides towards the middle of the shirt."""
    for row, drop, reach in ((5, 3, 0.3), (11, -4, 0.32), (20, -4, 0.24)):
        for near, far, low in (
            (outline[row], outline[-1 - row], outline[row + drop]),
            (outline[-1 - row], outline[row], outline[-1 - row - drop]),
        ):
            start, end = near * 0.9 + far * 0.1, near * (1 - reach) + far * reach
            stroke(image, np.array((start, (start + end) / 2 + (low - near) * 0.35, end + (low - near))), colour, width)


def _draw_arm(image: Image, figure: Figure, side: str) -> None:
    shoulder, elbow, wrist, hand = (f"{side}_{name}" for name in ("shoulder", "elbow", "wrist", "hand"))
    body = figure.body
    arm = [figure.bone(shoulder, elbow, _BARE_ARM, body.girth), figure.bone(elbow, wrist, _FOREARM, body.girth)]
    shade(image, [*arm, figure.bone(wrist, hand, _PALM), _thumb(figure, side)], body.skin)
    _draw_lines(image, figure, side)
    sleeve = figure.bone(shoulder, elbow, _sleeve(body.sleeve), body.girth)
    shade(image, [melt_start(sleeve, figure.at(shoulder), figure.at("neck"))], body.shirt)


@lru_cache(maxsize=32)
def _sleeve(cover: float) -> Profile:
    return tuple((part * cover, radius + 0.004 + 0.004 * part) for part, radius in _UPPER_ARM)


def _thumb(figure: Figure, side: str) -> Layers:
    wrist, hand = figure.at(f"{side}_wrist"), figure.at(f"{side}_hand")
    way, px = hand - wrist, figure.px(f"{side}_wrist")
    across = np.array((-way[1], way[0])) * (1 if side == "left" else -1)
    return limb(wrist + way * 0.25 + across * 0.1, wrist + way * 0.58 + across * 0.34, _THUMB, px, px)


def _draw_lines(image: Image, figure: Figure, side: str) -> None:
    """The lines between the fingers and inside wrist and elbow."""
    elbow, start, end = (figure.at(f"{side}_{name}") for name in ("elbow", "wrist", "hand"))
    colour, px = tone(figure.body.skin, 0.8), figure.px(f"{side}_wrist")
    way = end - start
    across = np.array((-way[1], way[0])) * 0.09
    _crease(image, start, way, px * 0.0115, colour)
    _crease(image, elbow, start - elbow, px * 0.013, tone(figure.body.skin, 0.86))
    for offset in (-1, 0, 1):
        root = start + way * 0.68 + across * offset
        stroke(image, np.array((root, root + way * 0.33 - across * offset * 0.3)), colour, px * 0.003)
