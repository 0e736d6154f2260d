"""Draw a rig: clothes, skin, face and hair as shaded shapes, from the farthest to the nearest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pose_demo.sample import face
from pose_demo.sample.body import Body
from pose_demo.sample.paint import Layers, ellipse, limb, patch, rows, shade, stroke, tone
from pose_demo.sample.rig import Camera, Rig, Vector
from pose_demo.types import Image

# Radii along each bone in statures: (part of the way, radius).
_THIGH = ((0.0, 0.066), (0.25, 0.064), (0.6, 0.054), (1.0, 0.043))
_SHIN = ((0.0, 0.043), (0.3, 0.043), (0.7, 0.034), (0.97, 0.027))
_UPPER_ARM = ((0.0, 0.037), (0.35, 0.035), (0.8, 0.029), (1.0, 0.027))
_FOREARM = ((0.0, 0.027), (0.25, 0.0295), (0.7, 0.0225), (1.0, 0.018))
_PALM = ((0.0, 0.017), (0.3, 0.022), (0.6, 0.022), (1.0, 0.012))

# Half widths and depths of the trunk in statures: (part of the way from the hips to the shoulders, width, depth).
_SHIRT = (
    (-0.1, 0.092, 0.066), (0.05, 0.092, 0.066), (0.25, 0.081, 0.06), (0.42, 0.077, 0.058), (0.62, 0.087, 0.066),
    (0.82, 0.1, 0.07), (0.94, 0.112, 0.062), (1.03, 0.106, 0.05), (1.1, 0.07, 0.045), (1.15, 0.046, 0.04),
)  # fmt: skip
_PELVIS = ((-0.26, 0.05, 0.06), (-0.16, 0.096, 0.07), (-0.05, 0.1, 0.07), (0.08, 0.094, 0.066), (0.15, 0.09, 0.06))


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

    def bone(
        self, start: str, end: str, profile: tuple[tuple[float, float], ...], girth: float | None = None
    ) -> Layers:
        """A tapered limb from joint to joint."""
        parts = np.array(profile)
        way = parts[:, :1]
        scale = self.px(start) * (1 - way[:, 0]) + self.px(end) * way[:, 0]
        spine = self.at(start) * (1 - way) + self.at(end) * way
        return limb(spine, parts[:, 1] * scale * (girth or self.body.girth))

    def trunk(self, sections: tuple[tuple[float, float, float], ...], wide: float = 1.0) -> Vector:
        """The outline round cross-sections between the hips and the shoulders: down one side, up the other."""
        table = np.array(sections)
        way = table[:, :1]
        centres = _bend(self.rig, np.clip(way, -1, 1.3))
        mix = np.clip(way, 0, 1)
        axes = self.rig.pelvis[:, 0] * (1 - mix) + self.rig.chest[:, 0] * mix
        axes /= np.linalg.norm(axes, axis=1, keepdims=True)
        flat = axes * (1, 1, 0)
        seen = np.hypot(table[:, 1] * np.hypot(axes[:, 0], axes[:, 1]) * wide, table[:, 2] * axes[:, 2])
        flat *= (seen * self.body.height / np.maximum(np.linalg.norm(flat, axis=1), 1e-6))[:, None]
        left, right = self.camera.project(centres + flat), self.camera.project(centres - flat)
        return np.concatenate((left, right[::-1]))


def _bend(rig: Rig, way: Vector) -> Vector:
    """Points of the spine, (N, 3); it leaves the pelvis upright and arrives along the chest's axis."""
    pelvis, neck = rig.joints["pelvis"], rig.joints["neck"]
    length = float(np.linalg.norm(neck - pelvis))
    middle = 0.5 * (pelvis + rig.pelvis[:, 1] * length * 0.5) + 0.5 * (neck - rig.chest[:, 1] * length * 0.5)
    inside = (1 - way) ** 2 * pelvis + 2 * way * (1 - way) * middle + way**2 * neck
    above = neck + rig.chest[:, 1] * length * (way - 1)
    below = pelvis + rig.pelvis[:, 1] * length * way
    return np.where(way > 1, above, np.where(way < 0, below, inside))


def draw(image: Image, rig: Rig, camera: Camera) -> None:
    """Draw the dancer onto ``image`` in place."""
    figure = Figure(rig, camera)
    arms = sorted(("left", "right"), key=lambda side: rig.joints[f"{side}_wrist"][2])
    behind = [side for side in arms if _arm_behind(rig, side)]
    face.draw_back_hair(image, rig, camera)
    for side in behind:
        _draw_arm(image, figure, side)
    for side in sorted(("left", "right"), key=lambda side: rig.joints[f"{side}_knee"][2]):
        _draw_leg(image, figure, side)
    _draw_hips(image, figure)
    _draw_neck(image, figure)
    _draw_shirt(image, figure)
    face.draw_head(image, rig, camera)
    for side in arms:
        if side not in behind:
            _draw_arm(image, figure, side)


def _arm_behind(rig: Rig, side: str) -> bool:
    back = rig.chest[:, 2]
    wrist, elbow, neck = (rig.joints[name] for name in (f"{side}_wrist", f"{side}_elbow", "neck"))
    return bool((wrist - neck) @ back < -0.03 and (elbow - neck) @ back < -0.03)


def _draw_leg(image: Image, figure: Figure, side: str) -> None:
    hip, knee, ankle = (f"{side}_{name}" for name in ("hip", "knee", "ankle"))
    body = figure.body
    _draw_shoe(image, figure, side)
    shade(image, [figure.bone(hip, knee, _THIGH), figure.bone(knee, ankle, _SHIN)], body.trousers)
    _crease(image, figure, knee, ankle, 0.038, tone(body.trousers, 0.72))
    cuff = figure.at(ankle) * 0.94 + figure.at(knee) * 0.06
    _crease_at(image, cuff, figure.at(ankle) - figure.at(knee), figure.px(ankle, 0.023), tone(body.trousers, 0.6))


def _draw_shoe(image: Image, figure: Figure, side: str) -> None:
    heel, toe, ankle = (figure.at(f"{side}_{name}") for name in ("heel", "toe", "ankle"))
    px, lift = figure.px(f"{side}_ankle"), np.array((0, -0.014))
    near = figure.px(f"{side}_toe") / px
    line = np.stack((heel, heel * 0.55 + toe * 0.45, toe))
    sole = limb(line + lift * px * 0.9, np.array((0.024, 0.028, 0.024 * near)) * px)
    upper = limb(line + lift * px * 1.7, np.array((0.022, 0.025, 0.02 * near)) * px)
    sock = limb(np.stack((ankle, ankle * 0.35 + (heel * 0.8 + toe * 0.2) * 0.65)), np.array((0.02, 0.025)) * px)
    shade(image, [sole], tone(figure.body.shoes, 0.5))
    shade(image, [sock, upper], figure.body.shoes)


def _crease(image: Image, figure: Figure, joint: str, other: str, width: float, colour: tuple[int, int, int]) -> None:
    """A fold of cloth across a joint."""
    _crease_at(image, figure.at(joint), figure.at(other) - figure.at(joint), figure.px(joint, width) * 0.55, colour)


def _crease_at(image: Image, at: Vector, along: Vector, half: float, colour: tuple[int, int, int]) -> None:
    along = along / max(float(np.linalg.norm(along)), 1e-6)
    across = np.array((-along[1], along[0])) * half
    stroke(image, np.stack((at - across, at + along * half * 0.35, at + across)), colour, half * 0.12)


def _draw_hips(image: Image, figure: Figure) -> None:
    outline = figure.trunk(_PELVIS, figure.body.hips * figure.body.girth)
    shade(image, [rows(outline, figure.px("pelvis", 0.09))], figure.body.trousers)


def _draw_neck(image: Image, figure: Figure) -> None:
    base = figure.at("neck") + (0, figure.px("neck", 0.03))
    top = figure.at("head") + (0, figure.px("head", 0.03))
    px = figure.px("neck")
    shade(image, [limb(np.stack((base, top)), np.array((0.04, 0.034)) * px)], tone(figure.body.skin, 0.9))


def _draw_shirt(image: Image, figure: Figure) -> None:
    body, px = figure.body, figure.px("neck")
    outline = figure.trunk(_SHIRT, body.girth)
    shade(image, [rows(outline, px * 0.09)], body.shirt)
    chest = figure.rig.chest
    collar = figure.at("neck") - chest[:2, 1] * (1, -1) * px * 0.012 + chest[:2, 2] * (1, -1) * px * 0.03
    right, up = chest[:2, 0] * (1, -1) * px, chest[:2, 1] * (1, -1) * px
    patch(image, ellipse(collar + up * 0.03, right * 0.05, up * 0.047), tone(body.shirt, 0.72))
    patch(image, ellipse(collar + up * 0.038, right * 0.042, up * 0.042), tone(body.skin, 0.93))
    _draw_folds(image, outline, tone(body.shirt, 0.8), px * 0.006)


def _draw_folds(image: Image, outline: Vector, colour: tuple[int, int, int], width: float) -> None:
    """A few folds that run from the sides towards the middle of the shirt."""
    count = len(outline) // 2
    for row, drop, reach in ((1, 1, 0.45), (3, -1, 0.4), (4, -2, 0.3)):
        for start, other in ((outline[row], outline[-1 - row]), (outline[-1 - row], outline[row])):
            end = start * (1 - reach) + other * reach + (outline[row + drop] - outline[row]) * 0.5
            middle = (start + end) / 2 + (outline[count - 1] - outline[0]) * 0.01
            points = np.stack((start * 0.85 + other * 0.15, middle, end))
            stroke(image, points, colour, width)


def _draw_arm(image: Image, figure: Figure, side: str) -> None:
    shoulder, elbow, wrist, hand = (f"{side}_{name}" for name in ("shoulder", "elbow", "wrist", "hand"))
    body = figure.body
    shapes = [figure.bone(shoulder, elbow, _UPPER_ARM), figure.bone(elbow, wrist, _FOREARM)]
    shade(image, [*shapes, figure.bone(wrist, hand, _PALM, 1.0), _thumb(figure, side)], body.skin)
    _draw_fingers(image, figure, wrist, hand)
    cover = body.sleeve
    sleeve = tuple((part * cover, radius + 0.006 + 0.004 * part) for part, radius in _UPPER_ARM)
    shade(image, [figure.bone(shoulder, elbow, sleeve)], body.shirt)


def _thumb(figure: Figure, side: str) -> Layers:
    wrist, hand = figure.at(f"{side}_wrist"), figure.at(f"{side}_hand")
    way, px = hand - wrist, figure.px(f"{side}_wrist")
    across = np.array((-way[1], way[0])) * (1 if side == "left" else -1)
    root, tip = wrist + way * 0.25 + across * 0.12, wrist + way * 0.55 + across * 0.34
    return limb(np.stack((root, tip)), np.array((0.01, 0.007)) * px)


def _draw_fingers(image: Image, figure: Figure, wrist: str, hand: str) -> None:
    start, end = figure.at(wrist), figure.at(hand)
    way = end - start
    across = np.array((-way[1], way[0])) * 0.09
    colour = tone(figure.body.skin, 0.78)
    for offset in (-1, 0, 1):
        root = start + way * 0.72 + across * offset
        stroke(image, np.stack((root, root + way * 0.3 - across * offset * 0.3)), colour, figure.px(hand, 0.003))
