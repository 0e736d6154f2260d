"""Head, face and hair. Features are points on the head in space, so that they turn with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pose_demo.sample.body import Body, Colour
from pose_demo.sample.paint import arc, blob, ellipse, patch, shade, stroke, tone
from pose_demo.sample.rig import HEAD, Camera, Rig, Vector
from pose_demo.types import Image

_ANGLES = np.linspace(0, 2 * np.pi, 28, endpoint=False)
_SKULL = np.array((0.0515, 0.0705, 0.064))  # half axes in statures
_EYE_X, _EYE_Y, _EYE_Z = HEAD["left_eye"]
_NOSE, _EAR = HEAD["nose"], HEAD["left_ear"]
# Lines over the left eye, from the nose outwards, around the eye's centre.
_LID = (
    (-0.012, 0.001, 0.002),
    (-0.006, 0.0072, 0.003),
    (0.003, 0.0088, 0.001),
    (0.01, 0.005, -0.004),
    (0.0135, 0, -0.007),
)
_BROW = (
    (-0.0115, 0.0215, 0.005),
    (-0.006, 0.0242, 0.004),
    (0.002, 0.0257, 0.0),
    (0.009, 0.0238, -0.005),
    (0.014, 0.0195, -0.01),
)
_BROWS_UNDER_CAP = (44, 32, 28)
# The hairline from one temple over the forehead to the other: x and y in parts of the skull.
_HAIRLINE = (
    (-0.99, 0.02), (-0.93, 0.26), (-0.84, 0.44), (-0.55, 0.6), (-0.2, 0.68), (0.15, 0.66), (0.5, 0.55), (0.74, 0.5),
    (0.88, 0.4), (0.95, 0.24), (0.99, 0.02),
)  # fmt: skip


@dataclass(frozen=True)
class _Head:
    """Maps points of the head (statures around its centre) to pixels."""

    rig: Rig
    camera: Camera

    def __call__(self, *points: tuple[float, float, float]) -> Vector:
        places = np.array(points) * self.rig.body.height @ self.rig.head.T
        return self.camera.project(self.rig.joints["head"] + places)

    @cached_property
    def px(self) -> float:
        return float(self.camera.scale(self.rig.joints["head"][2])) * self.rig.body.height

    @cached_property
    def frame(self) -> tuple[Vector, Vector, Vector]:
        """Centre, and one stature to the right and up as the head leans in the picture."""
        up = self.rig.head[:2, 1] * (1, -1)
        up = up / max(float(np.hypot(*up)), 1e-6) * self.px
        return self((0.0, 0.0, 0.0))[0], np.array((-up[1], up[0])), up

    @cached_property
    def width(self) -> float:
        """Half the width of the skull as it is seen, in statures."""
        return float(np.hypot(_SKULL[0] * self.rig.head[0, 0], _SKULL[2] * self.rig.head[0, 2]))


def draw_back_hair(image: Image, rig: Rig, camera: Camera) -> None:
    """The hair behind neck and shoulders."""
    head, body = _Head(rig, camera), rig.body
    centre, right, up = head.frame
    if body.hairdo == "long":
        shape = ellipse(centre - up * 0.035, right * 0.068, up * 0.112, 28)
        shade(image, [blob(shape, head.px * 0.03)], tone(body.hair, 0.9))
    if body.hairdo == "bun":
        shade(image, [blob(ellipse(head((0.0, 0.085, -0.03))[0], right * 0.03, up * 0.028), head.px * 0.02)], body.hair)


def draw_head(image: Image, rig: Rig, camera: Camera) -> None:
    """Skull, ears, features and the hair in front."""
    head, body = _Head(rig, camera), rig.body
    centre, right, up = head.frame
    skull = ellipse(centre + up * 0.014, right * (head.width + 0.004), up * 0.069, 28)
    shade(image, [blob(skull, head.px * 0.04)], body.hair)
    _draw_ears(image, head, body)
    shade(image, [blob(_face_outline(head), head.px * 0.03)], body.skin)
    _draw_features(image, head, body)
    _draw_front_hair(image, head, body)


def _face_outline(head: _Head) -> Vector:
    """An egg whose chin points where the head looks."""
    centre, right, up = head.frame
    sin, cos = np.sin(_ANGLES)[:, None], np.cos(_ANGLES)[:, None]
    narrow = np.where(sin < 0, 1 - 0.27 * np.abs(sin) ** 2.4, 1.0)
    shift = (head((0, -0.05, 0.03))[0] - head((0, -0.05, 0.0))[0]) * np.clip(-sin, 0, 1)
    outline: Vector = centre + right * head.width * cos * narrow + up * _SKULL[1] * sin + shift * 0.5
    return outline


def _draw_ears(image: Image, head: _Head, body: Body) -> None:
    _, right, up = head.frame
    for sign in (-1, 1):
        if sign * head.rig.head[2, 0] < -0.35:  # turned away
            continue
        at = head((sign * _EAR[0], _EAR[1], _EAR[2]))[0]
        shade(image, [blob(ellipse(at, right * 0.0105, up * 0.0185, 14), head.px * 0.008)], tone(body.skin, 0.96))
        patch(image, ellipse(at, right * 0.005, up * 0.0105, 10), tone(body.skin, 0.78))


def _draw_features(image: Image, head: _Head, body: Body) -> None:
    _, right, up = head.frame
    for sign in (-1, 1):
        if sign * head.rig.head[2, 0] > -0.4:
            _draw_cheek(image, head, body, sign)
        _draw_eye(image, head, body, sign)
    x, y, z = _NOSE
    bridge = head(
        (x + 0.004, y + 0.02, z - 0.022), (x + 0.007, y + 0.006, z - 0.012), (x + 0.009, y - 0.004, z - 0.014)
    )
    stroke(image, bridge, tone(body.skin, 0.82), head.px * 0.004)
    tip = blob(ellipse(head(_NOSE)[0], right * 0.0095, up * 0.008, 14), head.px * 0.006)
    shade(image, [tip], tone(body.skin, 1.0))
    nostrils = head((x - 0.008, y - 0.006, z - 0.012), (x, y - 0.0085, z - 0.008), (x + 0.008, y - 0.006, z - 0.012))
    stroke(image, nostrils, tone(body.skin, 0.7), head.px * 0.0035)
    _draw_mouth(image, head, body)


def _draw_cheek(image: Image, head: _Head, body: Body, sign: int) -> None:
    _, right, up = head.frame
    cheek = head((sign * 0.029, -0.024, 0.046))[0]
    patch(image, ellipse(cheek, right * 0.0095, up * 0.0065, 12), _mix(body.skin, (226, 120, 110), 0.2))


def _draw_eye(image: Image, head: _Head, body: Body, sign: int) -> None:
    _, right, up = head.frame
    wide = right * max(0.4, 1 - 0.6 * abs(head.rig.head[0, 2]))
    x, y, z = sign * _EYE_X, _EYE_Y, _EYE_Z
    eye = head((x, y, z))[0]
    patch(image, ellipse(eye, wide * 0.0125, up * 0.0088, 16), tone(body.skin, 0.78))
    patch(image, ellipse(eye - up * 0.0004, wide * 0.0112, up * 0.0072, 16), (250, 248, 244))
    patch(image, ellipse(eye, wide * 0.0066, up * 0.007, 14), (84, 58, 40))
    patch(image, ellipse(eye, wide * 0.0036, up * 0.0038, 10), (18, 14, 14))
    patch(image, ellipse(eye + up * 0.0026 - right * 0.002, right * 0.0016, up * 0.0016, 8), (255, 255, 255))
    _draw_brow(image, head, body, sign)


def _draw_brow(image: Image, head: _Head, body: Body, sign: int) -> None:
    """The upper lid and the brow over one eye."""
    hair = body.hair if body.hairdo != "cap" else _BROWS_UNDER_CAP
    for shape, light, width in ((_LID, 0.75, 0.0027), (_BROW, 0.95, 0.004)):
        line = head(*((sign * (_EYE_X + x), _EYE_Y + y, _EYE_Z + z) for x, y, z in shape))
        arc(image, line, tone(hair, light), head.px * width)


def _draw_mouth(image: Image, head: _Head, body: Body) -> None:
    """A smile with a row of teeth."""
    upper = ((-0.0185, -0.036, 0.05), (-0.008, -0.0395, 0.058), (0.008, -0.0395, 0.058), (0.0185, -0.036, 0.05))
    lower = ((0.0115, -0.047, 0.056), (0.0, -0.0505, 0.058), (-0.0115, -0.047, 0.056))
    patch(image, head(*upper, *lower), _mix(body.skin, (170, 52, 60), 0.66))
    teeth = ((-0.0145, -0.0382, 0.053), (0.0, -0.0402, 0.058), (0.0145, -0.0382, 0.053), (0.008, -0.0445, 0.057))
    patch(image, head(*teeth, (-0.008, -0.0445, 0.057)), (252, 248, 242))


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a * (1 - share) + b * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _draw_front_hair(image: Image, head: _Head, body: Body) -> None:
    """The hair between the hairline, which turns with the face, and the outline of the skull, which does not."""
    centre, right, up = head.frame
    line, crown = _hairline(head), _crown(head)
    patch(image, np.concatenate((line, crown)), tone(body.hair, 0.85))
    above = crown[np.linspace(16, 1, len(line) - 2).round().astype(int)]
    for inset, light in ((0.1, 0.95), (0.28, 1.04), (0.46, 1.12)):
        fringe = line[1:-1] * (0.85 - inset) + above * (0.15 + inset)
        top = crown[1:-1] * (1 - inset * 0.9) + (centre + up * 0.055) * inset * 0.9
        patch(image, np.concatenate((top, fringe)), tone(body.hair, light))
    if body.hairdo == "curls":
        curls = [ellipse(point, right * 0.016, up * 0.016, 12) for point in crown[[2, 4, 6, 8, 9, 11, 13, 15]]]
        shade(image, [blob(curl, head.px * 0.01) for curl in curls], body.hair)
    if body.hairdo == "cap":
        peak = ((-0.048, 0.036, 0.04), (-0.03, 0.037, 0.08), (0.03, 0.037, 0.08), (0.048, 0.036, 0.04))
        patch(image, head(*peak, (0.03, 0.05, 0.055), (-0.03, 0.05, 0.055)), tone(body.hair, 0.75))


def _crown(head: _Head) -> Vector:
    """The outline of the hair from the right ear over the top to the left, as the picture sees it."""
    centre, right, up = head.frame
    angles = np.linspace(0.0, np.pi, 18)[:, None]
    across = np.sign(np.cos(angles)) * np.abs(np.cos(angles)) ** 0.85
    outline: Vector = centre + right * (head.width + 0.0035) * across + up * 0.0805 * np.sin(angles) ** 0.85
    return outline


def _hairline(head: _Head) -> Vector:
    """The hairline in pixels; where it runs round the far side of the head it follows the outline."""
    centre, right, up = head.frame
    points = np.array([_on_skull(x * _SKULL[0], y * _SKULL[1]) for x, y in _HAIRLINE])
    pixels = head(*points)
    hidden = points @ head.rig.head[2] < 0
    edge = centre + right * np.sign(points[:, :1]) * (head.width + 0.0035) + up * points[:, 1:2]
    return np.where(hidden[:, None], edge, pixels)


def _on_skull(x: float, y: float) -> tuple[float, float, float]:
    rest = max(0.0, 1 - (x / _SKULL[0]) ** 2 - (y / _SKULL[1]) ** 2)
    return x, y, float(_SKULL[2] * np.sqrt(rest))
