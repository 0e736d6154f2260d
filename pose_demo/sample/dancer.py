"""Draw a rig: skin, clothes and shoes as shaded shapes, from back to front."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from pose_demo.sample import head
from pose_demo.sample.body import Body
from pose_demo.sample.camera import Camera
from pose_demo.sample.color import Color, adjust_brightness
from pose_demo.sample.posture import Vector
from pose_demo.sample.primitives import (
    Layers,
    Outline,
    Profile,
    blend_start_into,
    draw_polyline,
    draw_shaded,
    ellipse,
    fill_polygon,
    layers_around_midline,
    perpendicular,
    resample,
    tapered_capsule,
    unit_vector,
)
from pose_demo.sample.rig import Rig
from pose_demo.types import Image

# Radii along body segments: (position along the segment, radius in body heights).
_THIGH = ((-0.02, 0.052), (0.2, 0.055), (0.55, 0.047), (1.0, 0.037))
_SHIN = ((0.0, 0.037), (0.3, 0.038), (0.6, 0.033), (0.86, 0.029))
_ANKLE = ((0.75, 0.02), (0.9, 0.0185), (1.0, 0.021))
_UPPER_ARM = ((0.0, 0.025), (0.22, 0.0305), (0.7, 0.027), (1.0, 0.0245))
_VISIBLE_UPPER_ARM = ((0.3, 0.029), (0.7, 0.027), (1.0, 0.0245))
_FOREARM = ((0.0, 0.0245), (0.22, 0.027), (0.6, 0.021), (0.93, 0.0148), (1.0, 0.016))
_PALM = ((0.0, 0.0165), (0.2, 0.0215), (0.35, 0.0225), (0.55, 0.023), (0.8, 0.018), (1.0, 0.01))
_THUMB = ((0.0, 0.0095), (1.0, 0.0065))
_NECK = ((0.0, 0.036), (1.0, 0.03))
_SHOE_SOLE = ((0.0, 0.021), (0.3, 0.022), (0.7, 0.026), (1.0, 0.022))
_SHOE_TOP = ((-0.02, 0.02), (0.3, 0.022), (0.7, 0.023), (0.95, 0.018))

# Cross-sections of the trunk: (position from pelvis 0 to neck 1, half width, half depth), the last two in body heights.
Sections = tuple[tuple[float, float, float], ...]
_SHIRT: Sections = (
    (-0.1, 0.1, 0.066), (-0.08, 0.107, 0.07), (0.04, 0.103, 0.068), (0.25, 0.089, 0.062), (0.42, 0.083, 0.06),
    (0.62, 0.091, 0.066), (0.8, 0.103, 0.07), (0.93, 0.115, 0.062), (1.01, 0.116, 0.05), (1.06, 0.094, 0.045),
    (1.09, 0.06, 0.042), (1.105, 0.05, 0.04),
)  # fmt: skip
_TROUSERS_SEAT: Sections = ((-0.17, 0.03, 0.05), (-0.13, 0.07, 0.07), (0.0, 0.102, 0.07), (0.1, 0.096, 0.066))
_HEM_SHADOW: Sections = ((-0.125, 0.09, 0.06), (-0.06, 0.1, 0.065), (0.0, 0.1, 0.065))


@dataclass(frozen=True)
class _Figure:
    """A rig projected by a camera."""

    rig: Rig
    camera: Camera

    @cached_property
    def body(self) -> Body:
        return self.rig.body

    @cached_property
    def _pixels(self) -> dict[str, Vector]:
        names = list(self.rig.joints)
        return dict(zip(names, self.camera.project(np.array([self.rig.joints[name] for name in names])), strict=True))

    def point(self, joint: str) -> Vector:
        """Pixel position of a joint."""
        return self._pixels[joint]

    def length(self, joint: str, heights: float = 1.0) -> float:
        """Convert a length in heights of this body to pixels, at the depth of a joint."""
        return float(self.camera.scale_at(self.rig.joints[joint][2])) * heights * self.body.height

    def segment(self, start: str, end: str, profile: Profile, girth: float = 1.0) -> Layers:
        """Tapered capsule from joint to joint."""
        return tapered_capsule(
            self.point(start), self.point(end), profile, self.length(start, girth), self.length(end, girth)
        )

    def trunk(self, sections: Sections, width_factor: float = 1.0) -> Outline:
        """Outline of the trunk from elliptical cross-sections: along its left side, then back along its right side."""
        t, width, depth = _resampled(sections)
        chest_weight = np.clip(t, 0, 1)
        axes = self.rig.pelvis[:, 0] * (1 - chest_weight) + self.rig.chest[:, 0] * chest_weight
        axes /= np.linalg.norm(axes, axis=1, keepdims=True)
        facing = np.hypot(axes[:, :1], axes[:, 1:2])
        half_width = np.hypot(width * facing * width_factor, depth * axes[:, 2:]) / np.maximum(facing, 1e-6)
        side = axes * (1, 1, 0) * half_width * self.body.height
        centers = _spine(self.rig, t)
        return self.camera.project(np.concatenate((centers + side, (centers - side)[::-1])))


@lru_cache(maxsize=16)
def _resampled(sections: Sections) -> tuple[Vector, Vector, Vector]:
    """Position, half width and half depth (N, 1) of evenly spaced, smoothed cross-sections."""
    positions, widths, depths = np.array(sections).T
    even, width = resample(positions, widths, 28)
    return even, width, resample(positions, depths, 28)[1]


def _spine(rig: Rig, t: Vector) -> Vector:
    """World points (N, 3) on a quadratic Bezier curve from the pelvis to the neck, extended straight at both ends."""
    pelvis, neck = rig.joints["pelvis"], rig.joints["neck"]
    length = float(np.linalg.norm(neck - pelvis))
    pelvis_up, chest_up = rig.pelvis[:, 1] * length, rig.chest[:, 1] * length
    control = (pelvis + pelvis_up * 0.5 + neck - chest_up * 0.5) / 2
    curve = (1 - t) ** 2 * pelvis + 2 * t * (1 - t) * control + t**2 * neck
    return np.where(t > 1, neck + chest_up * (t - 1), np.where(t < 0, pelvis + pelvis_up * t, curve))


def draw_dancer(image: Image, rig: Rig, camera: Camera) -> None:
    """Draw the dancer onto ``image`` in place."""
    figure = _Figure(rig, camera)
    arms = sorted(("left", "right"), key=lambda side: rig.joints[f"{side}_wrist"][2])
    behind_trunk = [side for side in arms if _is_behind_trunk(rig, side)]
    head.draw_back_hair(image, rig, camera)
    for side in behind_trunk:
        _draw_arm(image, figure, side)
    _draw_seat(image, figure)
    for side in sorted(("left", "right"), key=lambda side: rig.joints[f"{side}_knee"][2]):
        _draw_leg(image, figure, side)
    _draw_neck(image, figure)
    _draw_shirt(image, figure)
    head.draw_head(image, rig, camera)
    for side in arms:
        if side not in behind_trunk:
            _draw_arm(image, figure, side)


def _is_behind_trunk(rig: Rig, side: str) -> bool:
    """Whether both wrist and elbow are behind the chest."""
    front = rig.chest[:, 2]
    wrist, elbow, neck = (rig.joints[name] for name in (f"{side}_wrist", f"{side}_elbow", "neck"))
    return bool((wrist - neck) @ front < -0.03 and (elbow - neck) @ front < -0.03)


def _draw_seat(image: Image, figure: _Figure) -> None:
    outline = figure.trunk(_TROUSERS_SEAT, figure.body.hips)
    draw_shaded(image, [layers_around_midline(outline, figure.length("pelvis", 0.07))], figure.body.trousers)


def _draw_leg(image: Image, figure: _Figure, side: str) -> None:
    hip, knee, ankle = (f"{side}_{name}" for name in ("hip", "knee", "ankle"))
    body = figure.body
    draw_shaded(image, [figure.segment(knee, ankle, _ANKLE)], adjust_brightness(body.skin, 0.95))
    _draw_shoe(image, figure, side)
    shapes = [figure.segment(hip, knee, _THIGH, body.girth), figure.segment(knee, ankle, _SHIN, body.girth)]
    draw_shaded(image, shapes, body.trousers)
    dark, shin = adjust_brightness(body.trousers, 0.76), figure.point(ankle) - figure.point(knee)
    _draw_crease(image, figure.point(knee), shin, figure.length(knee, 0.02), dark)
    _draw_crease(image, figure.point(knee) + shin * 0.83, shin, figure.length(ankle, 0.025), dark)


def _draw_shoe(image: Image, figure: _Figure, side: str) -> None:
    heel, toe = f"{side}_heel", f"{side}_toe"
    up = np.array((0, -figure.length(heel, 0.009)))
    start, end, start_scale, end_scale = figure.point(heel), figure.point(toe), figure.length(heel), figure.length(toe)
    sole = tapered_capsule(start + up, end + up, _SHOE_SOLE, start_scale, end_scale)
    draw_shaded(image, [sole], adjust_brightness(figure.body.shoes, 0.55))
    top = tapered_capsule(start + up * 2, end + up * 2, _SHOE_TOP, start_scale, end_scale)
    draw_shaded(image, [top], figure.body.shoes)


def _draw_crease(image: Image, point: Vector, direction: Vector, half_width: float, color: Color) -> None:
    """A curved line across a limb that extends in ``direction``."""
    along = unit_vector(direction) * half_width
    across = perpendicular(along)
    draw_polyline(image, np.array((point - across, point + along * 0.3, point + across)), color, half_width * 0.1)


def _draw_neck(image: Image, figure: _Figure) -> None:
    down = np.array((0.0, figure.length("neck", 0.03)))
    top = figure.point("head") + down * 0.6
    shape = tapered_capsule(figure.point("neck") + down, top, _NECK, figure.length("neck"), figure.length("head"))
    draw_shaded(image, [shape], adjust_brightness(figure.body.skin, 0.88))


def _draw_shirt(image: Image, figure: _Figure) -> None:
    body, scale = figure.body, figure.length("neck")
    outline = figure.trunk(_SHIRT, body.girth)
    fill_polygon(image, figure.trunk(_HEM_SHADOW, body.girth), adjust_brightness(body.trousers, 0.7))
    draw_shaded(image, [layers_around_midline(outline, scale * 0.07)], body.shirt)
    right, up, front = (figure.rig.chest[:2, axis] * (1, -1) * scale for axis in range(3))
    collar = figure.point("neck") + up * 0.024 + front * 0.03
    fill_polygon(image, ellipse(collar, right * 0.043, up * 0.032), adjust_brightness(body.shirt, 0.74))
    fill_polygon(image, ellipse(collar + up * 0.007, right * 0.036, up * 0.03), adjust_brightness(body.skin, 0.92))
    _draw_folds(image, outline, adjust_brightness(body.shirt, 0.84), scale * 0.005)


def _draw_folds(image: Image, outline: Outline, color: Color, width: float) -> None:
    """Creases of the shirt from both sides towards the middle."""
    for row, slope, length in ((5, 3, 0.3), (11, -4, 0.32), (20, -4, 0.24)):
        for near, far, neighbor in (
            (outline[row], outline[-1 - row], outline[row + slope]),
            (outline[-1 - row], outline[row], outline[-1 - row - slope]),
        ):
            start, end = near * 0.9 + far * 0.1, near * (1 - length) + far * length
            shift = neighbor - near
            draw_polyline(image, np.array((start, (start + end) / 2 + shift * 0.35, end + shift)), color, width)


def _draw_arm(image: Image, figure: _Figure, side: str) -> None:
    shoulder, elbow, wrist, hand = (f"{side}_{name}" for name in ("shoulder", "elbow", "wrist", "hand"))
    body = figure.body
    arm = [
        figure.segment(shoulder, elbow, _VISIBLE_UPPER_ARM, body.girth),
        figure.segment(elbow, wrist, _FOREARM, body.girth),
        figure.segment(wrist, hand, _PALM),
        _thumb(figure, side),
    ]
    draw_shaded(image, arm, body.skin)
    _draw_arm_lines(image, figure, side)
    sleeve = figure.segment(shoulder, elbow, _sleeve(body.sleeve), body.girth)
    draw_shaded(image, [blend_start_into(sleeve, figure.point(shoulder), figure.point("neck"))], body.shirt)


@lru_cache(maxsize=32)
def _sleeve(fraction: float) -> Profile:
    """Profile of a sleeve that covers ``fraction`` of the upper arm and widens towards its end."""
    return tuple((position * fraction, radius + 0.004 + 0.004 * position) for position, radius in _UPPER_ARM)


def _thumb(figure: _Figure, side: str) -> Layers:
    wrist, hand = figure.point(f"{side}_wrist"), figure.point(f"{side}_hand")
    along, scale = hand - wrist, figure.length(f"{side}_wrist")
    across = perpendicular(along) * (1 if side == "left" else -1)
    start, end = wrist + along * 0.25 + across * 0.1, wrist + along * 0.58 + across * 0.34
    return tapered_capsule(start, end, _THUMB, scale, scale)


def _draw_arm_lines(image: Image, figure: _Figure, side: str) -> None:
    """Lines between the fingers and creases at wrist and elbow."""
    elbow, wrist, hand = (figure.point(f"{side}_{name}") for name in ("elbow", "wrist", "hand"))
    color, scale = adjust_brightness(figure.body.skin, 0.8), figure.length(f"{side}_wrist")
    along = hand - wrist
    across = perpendicular(along) * 0.09
    _draw_crease(image, wrist, along, scale * 0.0115, color)
    _draw_crease(image, elbow, wrist - elbow, scale * 0.013, adjust_brightness(figure.body.skin, 0.86))
    for offset in (-1, 0, 1):
        start = wrist + along * 0.68 + across * offset
        draw_polyline(image, np.array((start, start + along * 0.33 - across * offset * 0.3)), color, scale * 0.003)
