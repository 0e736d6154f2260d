"""Who is where in each scene, the pictures of it, and the truth about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from pose_demo.sample.body import BODIES, Body
from pose_demo.sample.choreography import BEAT, POSES, dance
from pose_demo.sample.drawing import draw
from pose_demo.sample.rig import Camera, Posture, Rig, pose_body
from pose_demo.sample.room import room
from pose_demo.sample.shadow import cast
from pose_demo.skeletons import COCO_17
from pose_demo.types import Box, Frame, Image, InputError, Pose

FPS = 30.0


@dataclass(frozen=True)
class Dancer:
    """A body and its posture, beat by beat."""

    body: Body
    posture: Callable[[float], Posture]


@dataclass(frozen=True)
class Stage:
    """Dancers in the order of their track ids, and the width in statures that the picture must show."""

    dancers: tuple[Dancer, ...]
    span: float = 1.4


def _solo(seed: int) -> Stage:
    bodies = list(BODIES.values())
    return Stage((Dancer(bodies[seed % len(bodies)], lambda beat: dance(beat + 8 * seed)),))


def _duo(seed: int) -> Stage:
    bodies = list(BODIES.values())
    left, right = bodies[(seed + 1) % len(bodies)], bodies[seed % len(bodies)]
    return Stage(
        (
            Dancer(right, lambda beat: dance(beat + 8 * seed).moved(0.62)),
            Dancer(left, lambda beat: dance(beat + 8 * seed).mirrored().moved(-0.62)),
        ),
        2.5,
    )


def _crossing(seed: int) -> Stage:
    bodies = list(BODIES.values())
    rng = np.random.default_rng(seed)
    first, second = (bodies[i] for i in rng.permutation(len(bodies))[:2]) if seed else bodies[:2]
    period, start = float(rng.choice((24, 32))), float(rng.uniform(0, 8)) if seed else 0.0
    return Stage(
        (
            Dancer(first, lambda beat: _walk(beat + start, period, 0.75, 0.25)),
            Dancer(second, lambda beat: _walk(beat + start + period / 2, period, 0.75, -0.3)),
        ),
        2.4,
    )


def _walk(beat: float, period: float, reach: float, depth: float) -> Posture:
    """To and fro over the floor: the feet step on the beats towards where the body will be."""

    def place(at: float) -> float:
        return reach * float(np.sin(2 * np.pi * at / period))

    def foot(phase: float) -> tuple[float, float]:
        step = (beat + phase) / 2
        whole, part = np.floor(step), float(np.clip((step - np.floor(step)) * 2, 0, 1))
        here, there = place(2 * whole - phase - 0.5), place(2 * whole - phase + 1.5)
        ease = part**2 * (3 - 2 * part)
        lift = min(0.05, 0.25 * abs(there - here))
        return here + (there - here) * ease, lift * 16 * part**2 * (1 - part) ** 2

    heading = 34 * float(np.cos(2 * np.pi * beat / period))
    swing = 24 * float(np.sin(np.pi * beat))
    (lx, ll), (rx, rl) = foot(0.0), foot(1.0)
    return Posture(
        x=place(beat), z=depth, dip=0.02 + 0.01 * float(np.cos(2 * np.pi * beat)), turn=heading, look=-0.4 * heading,
        l_out=24 + abs(swing) * 0.3, l_front=swing * 1.6, l_fore=28, l_fore_front=50 + swing,
        r_out=24 + abs(swing) * 0.3, r_front=-swing * 1.6, r_fore=28, r_fore_front=50 - swing,
        l_x=lx + 0.07, l_z=depth, l_lift=ll, r_x=rx - 0.07, r_z=depth, r_lift=rl,
    )  # fmt: skip


_STAGES: dict[str, Callable[[int], Stage]] = {
    "solo": _solo,
    "duo": _duo,
    "crossing": _crossing,
    "empty": lambda seed: Stage(()),
}
SCENES: tuple[str, ...] = tuple(_STAGES)


def _stage(scene: str, seed: int) -> Stage:
    if scene not in _STAGES:
        raise InputError(f"expected one of the scenes {', '.join(SCENES)}, got {scene!r}")
    return _STAGES[scene](seed)


@lru_cache(maxsize=16)
def camera_for(size: tuple[int, int], span: float) -> Camera:
    """A camera far enough to see a dancer with lifted arms and ``span`` statures of the floor's width."""
    width, height = size
    return Camera(size, min(0.755 * height, width / span))


def frame(index: int, *, size: tuple[int, int] = (640, 480), scene: str = "solo", seed: int = 0) -> Frame:
    """Picture number ``index`` of an endless scene, the same every time it is asked for.

    Args:
        index: 0, 1, 2 ...; its time is ``index / FPS`` seconds.
        size: (width, height) in pixels.
        scene: one of ``SCENES``.
        seed: another number gives other dancers, or another start.

    Raises:
        InputError: there is no such scene.
    """
    stage = _stage(scene, seed)
    camera = camera_for(size, stage.span)
    return Frame(_paint(_rigs(stage, index), camera), index / FPS)


def truth(index: int, *, size: tuple[int, int] = (640, 480), scene: str = "solo", seed: int = 0) -> tuple[Pose, ...]:
    """The true COCO-17 keypoints in picture number ``index``, one pose a dancer, always in the same order.

    A keypoint that another dancer hides, or that is outside the picture, scores 0; all others score 1.
    """
    stage = _stage(scene, seed)
    return _truth(_rigs(stage, index), camera_for(size, stage.span))


def _rigs(stage: Stage, index: int) -> list[Rig]:
    return [pose_body(dancer.posture(index / BEAT), dancer.body) for dancer in stage.dancers]


def _paint(rigs: list[Rig], camera: Camera) -> Image:
    image = room(camera).copy()
    for rig in rigs:
        cast(image, rig, camera)
    for rig in sorted(rigs, key=lambda rig: rig.joints["pelvis"][2]):
        draw(image, rig, camera)
    return image


def _truth(rigs: list[Rig], camera: Camera) -> tuple[Pose, ...]:
    poses = []
    width, height = camera.size
    for number, rig in enumerate(rigs, start=1):
        xy = camera.keypoints(rig, COCO_17.keypoints)
        inside = ((xy >= 0) & (xy < (width, height))).all(axis=1)
        (x0, y0), (x1, y1) = xy.min(axis=0), xy.max(axis=0)
        poses.append(
            Pose(COCO_17, xy, inside.astype(np.float32), 1.0, Box(float(x0), float(y0), float(x1), float(y1)), number)
        )
    return tuple(poses)


def still(
    pose_name: str,
    *,
    size: tuple[int, int] = (640, 480),
    body: str | Body = "a",
    scale: float = 1.0,
    mirrored: bool = False,
) -> tuple[Image, Pose]:
    """A dancer who holds one of the named ``POSES``, and the true keypoints.

    Args:
        pose_name: a key of ``POSES``.
        size: (width, height) in pixels.
        body: a key of ``BODIES``, or a body of your own.
        scale: the dancer's size, 1 as in the scenes.
        mirrored: the picture flipped left to right; left and right stay the person's own.

    Raises:
        InputError: no such pose or body.
    """
    for name, known in ((pose_name, POSES), (body, BODIES)):
        if isinstance(name, str) and name not in known:
            raise InputError(f"expected one of {', '.join(known)}, got {name!r}")
    shape = replace(BODIES[body] if isinstance(body, str) else body)
    posture = POSES[pose_name]
    camera = camera_for(size, 1.4)
    rig = pose_body(posture.mirrored() if mirrored else posture, replace(shape, height=shape.height * scale))
    return _paint([rig], camera), _truth([rig], camera)[0]
