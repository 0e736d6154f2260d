"""Draw the background of all scenes: a dance studio. It is static, so it is rendered once per camera and cached."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from pose_demo.sample.camera import Camera
from pose_demo.sample.color import multiply
from pose_demo.sample.posture import Vector
from pose_demo.sample.primitives import Outline, ellipse, fill_polygon, perpendicular
from pose_demo.types import Image

_WALL_Z = -1.25  # depth of the wall in body heights
_SUPERSAMPLING = 2
_FRAME_COLOR = (246, 246, 242)
_BOARD_WIDTH = 0.17


@lru_cache(maxsize=16)
def room(camera: Camera) -> Image:
    """Image of the room; read-only, because the cache shares it."""
    width, height = camera.size
    fine = Camera((width * _SUPERSAMPLING, height * _SUPERSAMPLING), camera.pixels_per_height * _SUPERSAMPLING)
    image = _wall(fine)
    for draw in (_draw_floor, _draw_window, _draw_sunlight, _draw_poster, _draw_handrail, _draw_plant):
        draw(image, fine)
    result = np.asarray(cv2.resize(image, camera.size, interpolation=cv2.INTER_AREA), np.uint8)
    result.setflags(write=False)
    return result


def _wall_rectangle(camera: Camera, x0: float, x1: float, y0: float, y1: float) -> Outline:
    """Pixels of a rectangle on the wall."""
    return camera.project(np.array(((x0, y0, _WALL_Z), (x1, y0, _WALL_Z), (x1, y1, _WALL_Z), (x0, y1, _WALL_Z))))


def _wall(camera: Camera) -> Image:
    """Wall with light from the left, darker towards the corners."""
    width, height = camera.size
    x, y = np.linspace(0, 1, width)[None, :, None], np.linspace(0, 1, height)[:, None, None]
    brightness = 1.05 - 0.07 * x - 0.06 * y - 0.06 * ((x - 0.4) ** 2 + (y - 0.4) ** 2)
    wall: Image = np.clip(np.array((212, 226, 224)) * brightness, 0, 255).astype(np.uint8)
    return wall


def _draw_floor(image: Image, camera: Camera) -> None:
    """Draw floorboards, their brightness gradient, and the baseboard."""
    for number, x in enumerate(np.arange(-6.0, 6.0, _BOARD_WIDTH)):
        _draw_board(image, camera, number, x)
    top = round(float(camera.project(np.array((0.0, 0.0, _WALL_Z)))[1]))
    gradient = np.linspace(0, 1, max(1, image.shape[0] - top))[:, None, None]
    image[top:] = np.clip(image[top:] * (0.9 + 0.16 * gradient), 0, 255).astype(np.uint8)
    fill_polygon(image, _wall_rectangle(camera, -9, 9, 0.0, 0.06), (238, 238, 232))
    fill_polygon(image, _wall_rectangle(camera, -9, 9, 0.0, 0.008), (150, 140, 126))


def _draw_board(image: Image, camera: Camera, number: int, x: float) -> None:
    """Draw one floorboard of individual brightness, and the dark gap at its left edge."""
    brightness = 1 + 0.05 * np.sin(number * 12.9898) + 0.03 * np.sin(number * 4.1)
    near = 1.6
    right = x + _BOARD_WIDTH
    board = np.array(((x, 0, _WALL_Z), (right, 0, _WALL_Z), (right, 0, near), (x, 0, near)))
    gap = np.add(board, ((0, 0, 0), (-0.164, 0, 0), (-0.164, 0, 0), (0, 0, 0)))
    fill_polygon(image, camera.project(board), multiply((193, 152, 108), brightness))
    fill_polygon(image, camera.project(gap), (158, 119, 80))


def _draw_window(image: Image, camera: Camera) -> None:
    """Draw a window with sky, hills, frame and sill."""
    x0, x1, y0, y1 = -1.22, -0.5, 0.5, 1.25
    fill_polygon(image, _wall_rectangle(camera, x0 - 0.05, x1 + 0.05, y0 - 0.05, y1 + 0.05), _FRAME_COLOR)
    for t in np.linspace(0, 1, 24):
        sky = _wall_rectangle(camera, x0, x1, y0, y1 - (y1 - y0) * t)
        fill_polygon(image, sky, multiply((176, 212, 238), 1 + 0.16 * t))
    fill_polygon(image, camera.project(_hills(x0, x1, y0)), (150, 188, 150))
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    fill_polygon(image, _wall_rectangle(camera, x - 0.012, x + 0.012, y0, y1), _FRAME_COLOR)
    fill_polygon(image, _wall_rectangle(camera, x0, x1, y - 0.012, y + 0.012), _FRAME_COLOR)
    fill_polygon(image, _wall_rectangle(camera, x0 - 0.08, x1 + 0.08, y0 - 0.075, y0 - 0.045), (226, 226, 220))


def _hills(x0: float, x1: float, y0: float) -> Vector:
    """World points of the silhouette of hills above the lower edge of the window."""
    x = np.linspace(x0, x1, 30)
    y = y0 + 0.13 + 0.035 * np.sin(9 * x) + 0.02 * np.sin(23 * x)
    return np.concatenate((np.stack((x, y, np.full_like(x, _WALL_Z)), axis=1), ((x1, y0, _WALL_Z), (x0, y0, _WALL_Z))))


def _draw_sunlight(image: Image, camera: Camera) -> None:
    """Brighten the floor where the sun shines through the two halves of the window."""
    light = np.zeros(image.shape[:2], np.uint8)
    for left, right in ((-1.0, -0.62), (-0.56, -0.18)):
        floor = np.array(((left, 0, -1.0), (right, 0, -1.0), (right + 0.35, 0, 0.2), (left + 0.35, 0, 0.2)))
        fill_polygon(light, camera.project(floor), 46)
    soft = cv2.GaussianBlur(light, (0, 0), camera.pixels_per_height * 0.012)
    image[:] = cv2.add(image, (soft[..., None] * np.array((1.0, 0.9, 0.7))).astype(np.uint8))


def _draw_poster(image: Image, camera: Camera) -> None:
    """Draw an abstract poster, without shapes that a person detector could mistake for a person."""
    fill_polygon(image, _wall_rectangle(camera, 0.56, 1.0, 0.66, 1.22), (94, 84, 78))
    fill_polygon(image, _wall_rectangle(camera, 0.575, 0.985, 0.675, 1.205), (247, 242, 230))
    for x, y, half_width, color in (
        (0.7, 1.03, 0.09, (232, 168, 92)),
        (0.85, 0.93, 0.12, (92, 150, 160)),
        (0.72, 0.82, 0.1, (70, 96, 120)),
    ):
        fill_polygon(image, _wall_rectangle(camera, x - half_width, x + half_width, y - 0.04, y + 0.04), color)


def _draw_handrail(image: Image, camera: Camera) -> None:
    """Draw a horizontal rail with brackets along the wall."""
    for x in np.arange(-6, 6.1, 1.0):
        fill_polygon(image, _wall_rectangle(camera, x + 0.42, x + 0.44, 0.4, 0.46), (120, 112, 104))
    fill_polygon(image, _wall_rectangle(camera, -9, 9, 0.4, 0.412), (184, 184, 178))
    fill_polygon(image, _wall_rectangle(camera, -9, 9, 0.44, 0.468), (176, 128, 84))
    fill_polygon(image, _wall_rectangle(camera, -9, 9, 0.456, 0.464), (206, 160, 114))


def _draw_plant(image: Image, camera: Camera) -> None:
    """Draw a potted plant with random leaves, the same ones every time."""
    x, z = 1.05, -1.0
    rng = np.random.default_rng(3)
    for _ in range(34):
        _draw_leaf(image, camera, x, z, rng)
    pot = np.array(((x - 0.07, 0, z), (x + 0.07, 0, z), (x + 0.095, 0.19, z), (x - 0.095, 0.19, z)))
    shaded_side = np.array(((x + 0.02, 0, z), pot[1], pot[2], (x + 0.025, 0.19, z)))
    fill_polygon(image, camera.project(pot), (206, 200, 190))
    fill_polygon(image, camera.project(shaded_side), (182, 175, 164))


def _draw_leaf(image: Image, camera: Camera, x: float, z: float, rng: np.random.Generator) -> None:
    angle, length = rng.uniform(-1.15, 1.15), rng.uniform(0.18, 0.4)
    tip = np.array((x + np.sin(angle) * length * 0.8, 0.2 + np.cos(angle) * length, z))
    root = np.array((x + np.sin(angle) * 0.03, 0.18, z))
    start, end = camera.project(np.stack((root, tip)))
    leaf = ellipse((start + end) / 2, (end - start) / 2, perpendicular(end - start) * 0.1)
    fill_polygon(image, leaf, multiply((70, 128, 84), rng.uniform(0.75, 1.25)))
