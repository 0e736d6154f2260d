"""Head, face and hair. Features are points on the head in space, so that they turn with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pose_demo.sample.body import Body, Colour
from pose_demo.sample.paint import blob, ellipse, limb, patch, shade, stroke, tone
from pose_demo.sample.rig import Camera, Rig, Vector
from pose_demo.types import Image

_ANGLES = np.linspace(0, 2 * np.pi, 28, endpoint=False)
_SKULL = np.array((0.056, 0.074, 0.068))  # half axes in statures
# The hairline from temple to temple over the forehead: x, y of the head, z follows from the skull.
_HAIRLINE = (
    (-1.0, -0.05),
    (-0.92, 0.2),
    (-0.8, 0.42),
    (-0.45, 0.5),
    (0.0, 0.58),
    (0.5, 0.54),
    (0.82, 0.4),
    (0.92, 0.2),
)
_HAIRLINE += ((1.0, -0.05),)


@dataclass(frozen=True)
class _Head:
    """Maps points of the head (statures around its centre) to pixels."""

    rig: Rig
    camera: Camera

    def __call__(self, *points: tuple[float, float, float]) -> Vector:
        places = np.array(points) * self.rig.body.height @ self.rig.head.T
        return self.camera.project(self.rig.joints["head"] + places)

    @property
    def px(self) -> float:
        return float(self.camera.scale(self.rig.joints["head"][2])) * self.rig.body.height

    @property
    def frame(self) -> tuple[Vector, Vector, Vector]:
        """Centre, and one stature to the right and up as the head leans in the picture."""
        up = self.rig.head[:2, 1] * (1, -1)
        up = up / max(float(np.linalg.norm(up)), 1e-6) * self.px
        return self.camera.project(self.rig.joints["head"]), np.array((-up[1], up[0])), up

    @property
    def width(self) -> float:
        """Half the width of the skull as it is seen, in statures."""
        return float(np.hypot(_SKULL[0] * self.rig.head[0, 0], _SKULL[2] * self.rig.head[0, 2]))


def draw_back_hair(image: Image, rig: Rig, camera: Camera) -> None:
    """The hair behind neck and shoulders."""
    head, body = _Head(rig, camera), rig.body
    centre, right, up = head.frame
    if body.hairdo == "long":
        shape = ellipse(centre - up * 0.035, right * 0.072, up * 0.115)
        shade(image, [blob(shape, head.px * 0.03)], tone(body.hair, 0.9))
    if body.hairdo == "bun":
        at = head((0.0, 0.085, -0.03))[0]
        shade(image, [blob(ellipse(at, right * 0.03, up * 0.028), head.px * 0.02)], body.hair)


def draw_head(image: Image, rig: Rig, camera: Camera) -> None:
    """Skull, ears, features and the hair in front."""
    head, body = _Head(rig, camera), rig.body
    centre, right, up = head.frame
    shade(
        image, [blob(ellipse(centre + up * 0.012, right * (head.width + 0.006), up * 0.075), head.px * 0.04)], body.hair
    )
    _draw_ears(image, head, body)
    shade(image, [blob(_face_outline(head), head.px * 0.03)], body.skin)
    _draw_features(image, head, body)
    _draw_front_hair(image, head, body)


def _face_outline(head: _Head) -> Vector:
    """An egg whose chin points where the head looks."""
    centre, right, up = head.frame
    sin, cos = np.sin(_ANGLES)[:, None], np.cos(_ANGLES)[:, None]
    narrow = np.where(sin < 0, 1 - 0.3 * np.abs(sin) ** 2.2, 1.0)
    shift = (head((0, -0.05, 0.03))[0] - head((0, -0.05, 0.0))[0]) * np.clip(-sin, 0, 1)
    outline: Vector = centre + right * head.width * cos * narrow + up * 0.074 * sin + shift * 0.5
    return outline


def _draw_ears(image: Image, head: _Head, body: Body) -> None:
    _, right, up = head.frame
    for sign in (-1, 1):
        if sign * head.rig.head[2, 0] < -0.35:  # turned away
            continue
        at = head((sign * 0.057, -0.004, -0.008))[0]
        shade(image, [blob(ellipse(at, right * 0.0115, up * 0.02, 14), head.px * 0.008)], tone(body.skin, 0.96))
        patch(image, ellipse(at, right * 0.005, up * 0.011, 10), tone(body.skin, 0.76))


def _draw_features(image: Image, head: _Head, body: Body) -> None:
    _, right, up = head.frame
    line = tone(body.skin, 0.66)
    for sign in (-1, 1):
        _draw_eye(image, head, body, sign)
        cheek = head((sign * 0.03, -0.022, 0.05))[0]
        patch(image, ellipse(cheek, right * 0.009, up * 0.006, 12), _mix(body.skin, (226, 120, 110), 0.22))
    bridge = head((0.004, 0.006, 0.06), (0.0085, -0.012, 0.064), (0.0105, -0.017, 0.062))
    stroke(image, bridge, tone(body.skin, 0.8), head.px * 0.004)
    tip = head((0.0, -0.012, 0.076))[0]
    shade(image, [blob(ellipse(tip, right * 0.0105, up * 0.0085, 14), head.px * 0.006)], tone(body.skin, 1.02))
    nostrils = head((-0.009, -0.0185, 0.066), (0.0, -0.021, 0.07), (0.009, -0.0185, 0.066))
    stroke(image, nostrils, line, head.px * 0.004)
    _draw_mouth(image, head, body)


def _draw_eye(image: Image, head: _Head, body: Body, sign: int) -> None:
    _, right, up = head.frame
    seen = max(0.35, 1 - 0.6 * abs(head.rig.head[0, 2]))
    eye = head((sign * 0.0235, 0.008, 0.054))[0]
    patch(image, ellipse(eye, right * 0.0125 * seen, up * 0.008, 16), tone(body.skin, 0.72))
    patch(image, ellipse(eye - up * 0.0005, right * 0.011 * seen, up * 0.0062, 16), (248, 246, 242))
    patch(image, ellipse(eye, right * 0.0058 * seen, up * 0.0062, 14), (74, 50, 36))
    patch(image, ellipse(eye, right * 0.003, up * 0.0034, 10), (16, 12, 12))
    patch(image, ellipse(eye + up * 0.0024 - right * 0.002, right * 0.0015, up * 0.0015, 8), (255, 255, 255))
    lid = head((sign * 0.0115, 0.0105, 0.058), (sign * 0.022, 0.0165, 0.057), (sign * 0.0365, 0.0095, 0.048))
    stroke(image, lid, tone(body.hair, 0.7), head.px * 0.0045)
    brow = head((sign * 0.011, 0.0255, 0.06), (sign * 0.024, 0.031, 0.057), (sign * 0.037, 0.0255, 0.046))
    stroke(image, brow, tone(body.hair, 0.9), head.px * 0.0065)


def _draw_mouth(image: Image, head: _Head, body: Body) -> None:
    corners = ((-0.019, -0.036, 0.052), (-0.008, -0.0385, 0.061), (0.008, -0.0385, 0.061), (0.019, -0.036, 0.052))
    lower = ((0.011, -0.0465, 0.058), (0.0, -0.0495, 0.06), (-0.011, -0.0465, 0.058))
    lip = _mix(body.skin, (176, 54, 62), 0.62)
    patch(image, head(*corners, *lower), lip)
    teeth = ((-0.014, -0.0378, 0.056), (0.014, -0.0378, 0.056), (0.008, -0.0425, 0.06), (-0.008, -0.0425, 0.06))
    patch(image, head(*teeth), (250, 246, 240))


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a * (1 - share) + b * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _draw_front_hair(image: Image, head: _Head, body: Body) -> None:
    """The hair between the hairline, which turns with the face, and the outline of the skull, which does not."""
    centre, right, up = head.frame
    line = head(*(_on_skull(x * 0.056, y * 0.074) for x, y in _HAIRLINE))
    angles = np.linspace(-0.12, np.pi + 0.12, 16)[:, None]
    lift = {"curls": 1.14, "cap": 1.06}.get(body.hairdo, 1.07)
    crown = centre + up * 0.004 + right * (head.width + 0.004) * np.cos(angles) + up * 0.078 * lift * np.sin(angles)
    shade(image, [blob(np.concatenate((line, crown)), head.px * 0.02)], body.hair)
    if body.hairdo == "curls":
        curls = [ellipse(point, right * 0.016, up * 0.016, 12) for point in crown[1:-1:2]]
        shade(image, [blob(curl, head.px * 0.01) for curl in curls], body.hair)
    if body.hairdo == "cap":
        peak = head((-0.05, 0.035, 0.05), (-0.025, 0.038, 0.085), (0.025, 0.038, 0.085), (0.05, 0.035, 0.05))
        shade(image, [limb(peak, np.full(4, head.px * 0.008))], tone(body.hair, 0.85))


def _on_skull(x: float, y: float) -> tuple[float, float, float]:
    rest = max(0.0, 1 - (x / _SKULL[0]) ** 2 - (y / _SKULL[1]) ** 2)
    return x, y, float(_SKULL[2] * np.sqrt(rest))
