"""Draw head, face and hair. Facial features are 3D points on the head, so that they rotate with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pose_demo.sample.body import Body
from pose_demo.sample.camera import Camera
from pose_demo.sample.color import adjust_brightness, mix
from pose_demo.sample.posture import Vector
from pose_demo.sample.primitives import (
    Outline,
    draw_polyline,
    draw_shaded,
    draw_tapered_line,
    ellipse,
    fill_polygon,
    layers_around_centroid,
    perpendicular,
    unit_vector,
)
from pose_demo.sample.rig import HEAD, Rig
from pose_demo.types import Image

_ANGLES = np.linspace(0, 2 * np.pi, 28, endpoint=False)
_SKULL = np.array((0.0515, 0.0705, 0.064))  # half axes in body heights
_EYE_X, _EYE_Y, _EYE_Z = HEAD["left_eye"]
_NOSE, _EAR = HEAD["nose"], HEAD["left_ear"]
# Lines of the left eye relative to its center, from the nose outwards.
_UPPER_LID = (
    (-0.012, 0.001, 0.002),
    (-0.006, 0.0072, 0.003),
    (0.003, 0.0088, 0.001),
    (0.01, 0.005, -0.004),
    (0.0135, 0, -0.007),
)
_EYEBROW = (
    (-0.0115, 0.0215, 0.005),
    (-0.006, 0.0242, 0.004),
    (0.002, 0.0257, 0.0),
    (0.009, 0.0238, -0.005),
    (0.014, 0.0195, -0.01),
)
_EYEBROW_COLOR_WITH_CAP = (44, 32, 28)
# From the right temple over the forehead to the left temple: x and y relative to the half axes of the skull.
_HAIRLINE = (
    (-0.99, 0.02), (-0.93, 0.26), (-0.84, 0.44), (-0.55, 0.6), (-0.2, 0.68), (0.15, 0.66), (0.5, 0.55), (0.74, 0.5),
    (0.88, 0.4), (0.95, 0.24), (0.99, 0.02),
)  # fmt: skip


@dataclass(frozen=True)
class _Head:
    """The head of a rig projected by a camera."""

    rig: Rig
    camera: Camera

    def project(self, *points: tuple[float, float, float]) -> Vector:
        """Pixels (N, 2) of points relative to the center of the head, in heights of this body."""
        offsets = np.array(points) * self.rig.body.height @ self.rig.head.T
        return self.camera.project(self.rig.joints["head"] + offsets)

    @cached_property
    def scale(self) -> float:
        """Pixels per height of this body at the depth of the head."""
        return float(self.camera.scale_at(self.rig.joints["head"][2])) * self.rig.body.height

    @cached_property
    def axes(self) -> tuple[Vector, Vector, Vector]:
        """Center of the head, and one body height to the right and up in the image, rotated by the head's roll."""
        up = unit_vector(self.rig.head[:2, 1] * (1, -1)) * self.scale
        return self.project((0.0, 0.0, 0.0))[0], perpendicular(up), up

    @cached_property
    def half_width(self) -> float:
        """Half the projected width of the skull in body heights."""
        return float(np.hypot(_SKULL[0] * self.rig.head[0, 0], _SKULL[2] * self.rig.head[0, 2]))


def draw_back_hair(image: Image, rig: Rig, camera: Camera) -> None:
    """Draw the hair that is behind the neck and the shoulders."""
    head, body = _Head(rig, camera), rig.body
    center, right, up = head.axes
    if body.hair_style == "long":
        shape = ellipse(center - up * 0.035, right * 0.068, up * 0.112, 28)
        draw_shaded(image, [layers_around_centroid(shape, head.scale * 0.03)], adjust_brightness(body.hair, 0.9))
    if body.hair_style == "bun":
        shape = ellipse(head.project((0.0, 0.085, -0.03))[0], right * 0.03, up * 0.028)
        draw_shaded(image, [layers_around_centroid(shape, head.scale * 0.02)], body.hair)


def draw_head(image: Image, rig: Rig, camera: Camera) -> None:
    """Draw skull, ears, facial features and the hair in front."""
    head, body = _Head(rig, camera), rig.body
    center, right, up = head.axes
    skull = ellipse(center + up * 0.014, right * (head.half_width + 0.004), up * 0.069, 28)
    draw_shaded(image, [layers_around_centroid(skull, head.scale * 0.04)], body.hair)
    _draw_ears(image, head, body)
    draw_shaded(image, [layers_around_centroid(_face_outline(head), head.scale * 0.03)], body.skin)
    _draw_features(image, head, body)
    _draw_front_hair(image, head, body)


def _face_outline(head: _Head) -> Outline:
    """Ellipse narrowed at the chin, which is displaced in the direction of the face."""
    center, right, up = head.axes
    sin, cos = np.sin(_ANGLES)[:, None], np.cos(_ANGLES)[:, None]
    narrowing = np.where(sin < 0, 1 - 0.27 * np.abs(sin) ** 2.4, 1.0)
    front, middle = head.project((0, -0.05, 0.03), (0, -0.05, 0.0))
    shift = (front - middle) * np.clip(-sin, 0, 1)
    outline: Outline = center + right * head.half_width * cos * narrowing + up * _SKULL[1] * sin + shift * 0.5
    return outline


def _draw_ears(image: Image, head: _Head, body: Body) -> None:
    _, right, up = head.axes
    for sign in (-1, 1):
        if sign * head.rig.head[2, 0] < -0.35:  # hidden on the far side of the head
            continue
        center = head.project((sign * _EAR[0], _EAR[1], _EAR[2]))[0]
        ear = layers_around_centroid(ellipse(center, right * 0.0105, up * 0.0185, 14), head.scale * 0.008)
        draw_shaded(image, [ear], adjust_brightness(body.skin, 0.96))
        fill_polygon(image, ellipse(center, right * 0.005, up * 0.0105, 10), adjust_brightness(body.skin, 0.78))


def _draw_features(image: Image, head: _Head, body: Body) -> None:
    for sign in (-1, 1):
        if sign * head.rig.head[2, 0] > -0.4:
            _draw_cheek(image, head, body, sign)
        _draw_eye(image, head, body, sign)
    _draw_nose(image, head, body)
    _draw_mouth(image, head, body)


def _draw_cheek(image: Image, head: _Head, body: Body, sign: int) -> None:
    _, right, up = head.axes
    center = head.project((sign * 0.029, -0.024, 0.046))[0]
    fill_polygon(image, ellipse(center, right * 0.0095, up * 0.0065, 12), mix(body.skin, (226, 120, 110), 0.2))


def _draw_eye(image: Image, head: _Head, body: Body, sign: int) -> None:
    """Draw shadow, white, iris, pupil, highlight, upper lid and eyebrow of one eye."""
    _, right, up = head.axes
    across = right * max(0.4, 1 - 0.6 * abs(head.rig.head[0, 2]))
    eye = head.project((sign * _EYE_X, _EYE_Y, _EYE_Z))[0]
    fill_polygon(image, ellipse(eye, across * 0.0125, up * 0.0088, 16), adjust_brightness(body.skin, 0.78))
    fill_polygon(image, ellipse(eye - up * 0.0004, across * 0.0112, up * 0.0072, 16), (250, 248, 244))
    fill_polygon(image, ellipse(eye, across * 0.0066, up * 0.007, 14), (84, 58, 40))
    fill_polygon(image, ellipse(eye, across * 0.0036, up * 0.0038, 10), (18, 14, 14))
    fill_polygon(image, ellipse(eye + up * 0.0026 - right * 0.002, right * 0.0016, up * 0.0016, 8), (255, 255, 255))
    _draw_lid_and_eyebrow(image, head, body, sign)


def _draw_lid_and_eyebrow(image: Image, head: _Head, body: Body, sign: int) -> None:
    color = body.hair if body.hair_style != "cap" else _EYEBROW_COLOR_WITH_CAP
    for offsets, brightness, width in ((_UPPER_LID, 0.75, 0.0027), (_EYEBROW, 0.95, 0.004)):
        line = head.project(*((sign * (_EYE_X + x), _EYE_Y + y, _EYE_Z + z) for x, y, z in offsets))
        draw_tapered_line(image, line, adjust_brightness(color, brightness), head.scale * width)


def _draw_nose(image: Image, head: _Head, body: Body) -> None:
    _, right, up = head.axes
    x, y, z = _NOSE
    bridge = head.project(
        (x + 0.004, y + 0.02, z - 0.022), (x + 0.007, y + 0.006, z - 0.012), (x + 0.009, y - 0.004, z - 0.014)
    )
    draw_polyline(image, bridge, adjust_brightness(body.skin, 0.82), head.scale * 0.004)
    tip = ellipse(head.project(_NOSE)[0], right * 0.0095, up * 0.008, 14)
    draw_shaded(image, [layers_around_centroid(tip, head.scale * 0.006)], body.skin)
    nostrils = head.project(
        (x - 0.008, y - 0.006, z - 0.012), (x, y - 0.0085, z - 0.008), (x + 0.008, y - 0.006, z - 0.012)
    )
    draw_polyline(image, nostrils, adjust_brightness(body.skin, 0.7), head.scale * 0.0035)


def _draw_mouth(image: Image, head: _Head, body: Body) -> None:
    """Draw an open smile with the upper teeth."""
    upper = ((-0.0185, -0.036, 0.05), (-0.008, -0.0395, 0.058), (0.008, -0.0395, 0.058), (0.0185, -0.036, 0.05))
    lower = ((0.0115, -0.047, 0.056), (0.0, -0.0505, 0.058), (-0.0115, -0.047, 0.056))
    fill_polygon(image, head.project(*upper, *lower), mix(body.skin, (170, 52, 60), 0.66))
    teeth = ((-0.0145, -0.0382, 0.053), (0.0, -0.0402, 0.058), (0.0145, -0.0382, 0.053), (0.008, -0.0445, 0.057))
    fill_polygon(image, head.project(*teeth, (-0.008, -0.0445, 0.057)), (252, 248, 242))


def _draw_front_hair(image: Image, head: _Head, body: Body) -> None:
    """Draw the hair between the hairline, which rotates with the face, and the outline of the skull."""
    center, right, up = head.axes
    hairline, crown = _hairline(head), _crown(head)
    fill_polygon(image, np.concatenate((hairline, crown)), adjust_brightness(body.hair, 0.85))
    above = crown[np.linspace(16, 1, len(hairline) - 2).round().astype(int)]
    for inset, brightness in ((0.1, 0.95), (0.28, 1.04), (0.46, 1.12)):
        lower = hairline[1:-1] * (0.85 - inset) + above * (0.15 + inset)
        upper = crown[1:-1] * (1 - inset * 0.9) + (center + up * 0.055) * inset * 0.9
        fill_polygon(image, np.concatenate((upper, lower)), adjust_brightness(body.hair, brightness))
    if body.hair_style == "curls":
        curls = [ellipse(point, right * 0.016, up * 0.016, 12) for point in crown[[2, 4, 6, 8, 9, 11, 13, 15]]]
        draw_shaded(image, [layers_around_centroid(curl, head.scale * 0.01) for curl in curls], body.hair)
    if body.hair_style == "cap":
        visor = ((-0.048, 0.036, 0.04), (-0.03, 0.037, 0.08), (0.03, 0.037, 0.08), (0.048, 0.036, 0.04))
        outline = head.project(*visor, (0.03, 0.05, 0.055), (-0.03, 0.05, 0.055))
        fill_polygon(image, outline, adjust_brightness(body.hair, 0.75))


def _crown(head: _Head) -> Outline:
    """Projected outline of the hair over the top of the head, counterclockwise in the head's axes."""
    center, right, up = head.axes
    angles = np.linspace(0.0, np.pi, 18)[:, None]
    across = np.sign(np.cos(angles)) * np.abs(np.cos(angles)) ** 0.85
    outline: Outline = center + right * (head.half_width + 0.0035) * across + up * 0.0805 * np.sin(angles) ** 0.85
    return outline


def _hairline(head: _Head) -> Outline:
    """Hairline in pixels; points on the far side of the head are moved to its projected outline."""
    center, right, up = head.axes
    points = np.array([_point_on_skull(x * _SKULL[0], y * _SKULL[1]) for x, y in _HAIRLINE])
    far_side = points @ head.rig.head[2] < 0
    edge = center + right * np.sign(points[:, :1]) * (head.half_width + 0.0035) + up * points[:, 1:2]
    return np.where(far_side[:, None], edge, head.project(*points))


def _point_on_skull(x: float, y: float) -> tuple[float, float, float]:
    """Point on the front of the skull ellipsoid."""
    remainder = max(0.0, 1 - (x / _SKULL[0]) ** 2 - (y / _SKULL[1]) ** 2)
    return x, y, float(_SKULL[2] * np.sqrt(remainder))
