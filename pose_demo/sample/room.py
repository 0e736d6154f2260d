"""The empty dance studio: wall, window, barre, plant, boards. Static, so it is drawn once a size and kept."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from pose_demo.sample.paint import ellipse, fill, fixed, patch
from pose_demo.sample.rig import Camera, Vector
from pose_demo.types import Image

_WALL = -1.25  # depth of the wall in statures
_FINE = 2  # the room is drawn this many times larger and scaled down


@lru_cache(maxsize=16)
def room(camera: Camera) -> Image:
    """The room as ``camera`` sees it; read-only, because it is shared."""
    width, height = camera.size
    fine = Camera((width * _FINE, height * _FINE), camera.unit * _FINE)
    image = _wall(fine)
    _floor(image, fine)
    _window(image, fine)
    _poster(image, fine)
    _barre(image, fine)
    _plant(image, fine)
    small = np.asarray(cv2.resize(image, camera.size, interpolation=cv2.INTER_AREA), np.uint8)
    small.setflags(write=False)
    return small


def _quad(camera: Camera, x0: float, x1: float, y0: float, y1: float, z: float = _WALL) -> Vector:
    return camera.project(np.array(((x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z))))


def _wall(camera: Camera) -> Image:
    """Light from the left, a little darker towards the corners."""
    width, height = camera.size
    x, y = np.linspace(0, 1, width)[None, :, None], np.linspace(0, 1, height)[:, None, None]
    glow = 1.05 - 0.07 * x - 0.06 * y - 0.06 * ((x - 0.4) ** 2 + (y - 0.4) ** 2)
    wall: Image = np.clip(np.array((212, 226, 224)) * glow, 0, 255).astype(np.uint8)
    return wall


def _floor(image: Image, camera: Camera) -> None:
    near, half = 1.6, 6.0
    edges = np.arange(-half, half, 0.17)
    for board, x in enumerate(edges):
        warm = 1 + 0.05 * np.sin(board * 12.9898) + 0.03 * np.sin(board * 4.1)
        corners = np.array(((x, 0, _WALL), (x + 0.17, 0, _WALL), (x + 0.17, 0, near), (x, 0, near)))
        patch(image, camera.project(corners), _tint((193, 152, 108), warm))
        patch(
            image,
            camera.project(corners * (1, 1, 1) + ((0, 0, 0), (-0.164, 0, 0), (-0.164, 0, 0), (0, 0, 0))),
            (158, 119, 80),
        )
    top = round(float(camera.project(np.array((0.0, 0.0, _WALL)))[1]))
    rows = np.linspace(0, 1, max(1, image.shape[0] - top))[:, None, None]
    image[top:] = np.clip(image[top:] * (0.9 + 0.16 * rows), 0, 255).astype(np.uint8)
    patch(image, _quad(camera, -9, 9, 0.0, 0.06), (238, 238, 232))
    patch(image, _quad(camera, -9, 9, 0.0, 0.008), (150, 140, 126))


def _window(image: Image, camera: Camera) -> None:
    x0, x1, y0, y1 = -1.22, -0.5, 0.5, 1.25
    patch(image, _quad(camera, x0 - 0.05, x1 + 0.05, y0 - 0.05, y1 + 0.05), (246, 246, 242))
    for part in np.linspace(0, 1, 24):
        rows = _quad(camera, x0, x1, y0, y1 - (y1 - y0) * part)
        patch(image, rows, _tint((176, 212, 238), 1 + 0.16 * part))
    hills = np.array(
        [(x, y0 + 0.13 + 0.035 * np.sin(9 * x) + 0.02 * np.sin(23 * x), _WALL) for x in np.linspace(x0, x1, 30)]
    )
    base = np.array(((x1, y0, _WALL), (x0, y0, _WALL)))
    patch(image, camera.project(np.concatenate((hills, base))), (150, 188, 150))
    middle = (x0 + x1) / 2
    patch(image, _quad(camera, middle - 0.012, middle + 0.012, y0, y1), (246, 246, 242))
    patch(image, _quad(camera, x0, x1, (y0 + y1) / 2 - 0.012, (y0 + y1) / 2 + 0.012), (246, 246, 242))
    patch(image, _quad(camera, x0 - 0.08, x1 + 0.08, y0 - 0.075, y0 - 0.045), (226, 226, 220))
    light = np.zeros(image.shape[:2], np.uint8)
    for a, b in ((-1.0, -0.62), (-0.56, -0.18)):
        floor = np.array(((a, 0, -1.0), (b, 0, -1.0), (b + 0.35, 0, 0.2), (a + 0.35, 0, 0.2)))
        fill(light, fixed(camera.project(floor)), 46)
    glow = cv2.GaussianBlur(light, (0, 0), camera.unit * 0.012)
    warm = (glow[..., None] * np.array((1.0, 0.9, 0.7))).astype(np.uint8)
    image[:] = cv2.add(image, warm)


def _poster(image: Image, camera: Camera) -> None:
    """An abstract print: nothing in it may look like a person."""
    patch(image, _quad(camera, 0.56, 1.0, 0.66, 1.22), (94, 84, 78))
    patch(image, _quad(camera, 0.575, 0.985, 0.675, 1.205), (247, 242, 230))
    for x, y, w, colour in (
        (0.7, 1.03, 0.09, (232, 168, 92)),
        (0.85, 0.93, 0.12, (92, 150, 160)),
        (0.72, 0.82, 0.1, (70, 96, 120)),
    ):
        patch(image, _quad(camera, x - w, x + w, y - 0.04, y + 0.04), colour)


def _barre(image: Image, camera: Camera) -> None:
    for x in np.arange(-6, 6.1, 1.0):
        patch(image, _quad(camera, x + 0.42, x + 0.44, 0.4, 0.46), (120, 112, 104))
    patch(image, _quad(camera, -9, 9, 0.4, 0.412), (184, 184, 178))
    patch(image, _quad(camera, -9, 9, 0.44, 0.468), (176, 128, 84))
    patch(image, _quad(camera, -9, 9, 0.456, 0.464), (206, 160, 114))


def _plant(image: Image, camera: Camera) -> None:
    x, z = 1.05, -1.0
    rng = np.random.default_rng(3)
    pot = np.array(((x - 0.07, 0, z), (x + 0.07, 0, z), (x + 0.095, 0.19, z), (x - 0.095, 0.19, z)))
    for _ in range(34):
        angle, length = rng.uniform(-1.15, 1.15), rng.uniform(0.18, 0.4)
        tip = np.array((x + np.sin(angle) * length * 0.8, 0.2 + np.cos(angle) * length, z))
        root = np.array((x + np.sin(angle) * 0.03, 0.18, z))
        start, end = camera.project(np.stack((root, tip)))
        way = end - start
        across = np.array((-way[1], way[0])) * 0.1
        patch(image, ellipse((start + end) / 2, way / 2, across), _tint((70, 128, 84), rng.uniform(0.75, 1.25)))
    shaded = np.array(((x + 0.02, 0, z), pot[1], pot[2], (x + 0.025, 0.19, z)))
    patch(image, camera.project(pot), (206, 200, 190))
    patch(image, camera.project(shaded), (182, 175, 164))


def _tint(colour: tuple[int, int, int], factor: float) -> tuple[int, int, int]:
    red, green, blue = (int(min(255, max(0, c * factor))) for c in colour)
    return red, green, blue
