"""Who is where in each scene, the pictures of it, and the truth about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np

from pose_demo.sample.body import BODIES, Body
from pose_demo.sample.choreography import BEAT, POSES, dance
from pose_demo.sample.drawing import draw
from pose_demo.sample.presence import box, covers
from pose_demo.sample.rig import Camera, Posture, Rig, pose_body
from pose_demo.sample.room import room
from pose_demo.sample.shadow import cast
from pose_demo.sample.walk import blend, to_and_fro, visit, walk
from pose_demo.skeletons import COCO_17
from pose_demo.types import Frame, Image, InputError, Pose

FPS = 30.0


@dataclass(frozen=True)
class Dancer:
    """A body, its posture beat by beat, and where on the floor (x, z) its own origin is."""

    body: Body
    posture: Callable[[float], Posture]
    place: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Stage:
    """Dancers in the order of their track ids, and the width in statures that the picture must show."""

    dancers: tuple[Dancer, ...] = ()
    span: float = 1.4


def _cast(seed: int, count: int) -> list[Body]:
    """The dancers of a seed, each another body."""
    bodies = list(BODIES.values())
    return [bodies[(seed + i) % len(bodies)] for i in range(count)]


def _solo(seed: int) -> Stage:
    (body,) = _cast(seed, 1)
    return Stage((Dancer(body, lambda beat: dance(beat + 8 * seed)),))


def _duo(seed: int) -> Stage:
    """The second dancer is the mirror of the first."""
    right, left = _cast(seed, 2)
    return Stage(
        (
            Dancer(right, lambda beat: dance(beat + 8 * seed), (0.62, 0.0)),
            Dancer(left, lambda beat: dance(beat + 8 * seed).mirrored(), (-0.62, 0.0)),
        ),
        2.5,
    )


def _crossing(seed: int) -> Stage:
    """Two who walk to and fro against each other, one in front of the other."""
    near, far = _cast(seed, 2)
    period, start = (32.0, 24.0, 40.0)[seed % 3], 1.7 * seed - 4
    paths = to_and_fro(period, 0.75, start), to_and_fro(period, -0.75, start)
    return Stage(
        (
            Dancer(near, partial(walk, path=paths[0]), (0.0, 0.25)),
            Dancer(far, partial(walk, path=paths[1]), (0.0, -0.3)),
        ),
        2.4,
    )


def _enter(seed: int) -> Stage:
    """Nobody, then one who walks in, dances, and walks out on the other side."""
    (body,) = _cast(seed, 1)
    period = 48.0
    path = visit(period, 1.6)

    def posture(beat: float) -> Posture:
        beat = (beat + 4) % period  # not too long a wait for the first step
        dancing = float(np.clip(min(beat - 13, 35 - beat), 0, 1))
        return blend(walk(beat, path), dance(beat + 8 * seed), dancing * dancing * (3 - 2 * dancing))

    return Stage((Dancer(body, posture),), 1.4)


_STAGES: dict[str, Callable[[int], Stage]] = {
    "solo": _solo,
    "duo": _duo,
    "crossing": _crossing,
    "enter": _enter,
    "empty": lambda seed: Stage(),
}
SCENES: tuple[str, ...] = tuple(_STAGES)


def _stage(scene: str, seed: int) -> Stage:
    if scene not in _STAGES:
        raise InputError(f"expected one of the scenes {', '.join(SCENES)}, got {scene!r}")
    return _STAGES[scene](seed)


@lru_cache(maxsize=16)
def camera_for(size: tuple[int, int], span: float) -> Camera:
    """A camera that sees a dancer with lifted arms, and ``span`` statures of the room's width."""
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

    A keypoint that another dancer hides, or that is outside the picture, scores 0; all others score 1. A dancer of
    whom nothing is to be seen is left out; the ``track_id`` tells the others apart.
    """
    stage = _stage(scene, seed)
    return _truth(_rigs(stage, index), camera_for(size, stage.span))


def _rigs(stage: Stage, index: int) -> list[Rig]:
    return [pose_body(dancer.posture(index / BEAT), dancer.body, dancer.place) for dancer in stage.dancers]


def _paint(rigs: list[Rig], camera: Camera) -> Image:
    image = room(camera).copy()
    for rig in rigs:
        cast(image, rig, camera)
    for rig in sorted(rigs, key=lambda rig: rig.joints["pelvis"][2]):
        draw(image, rig, camera)
    return image


def _truth(rigs: list[Rig], camera: Camera) -> tuple[Pose, ...]:
    poses = [_true_pose(rig, rigs, camera, number) for number, rig in enumerate(rigs, start=1)]
    return tuple(pose for pose in poses if pose.scores.any())


def _true_pose(rig: Rig, rigs: list[Rig], camera: Camera, track_id: int) -> Pose:
    xy = camera.keypoints(rig, COCO_17.keypoints)
    seen = np.all((xy >= 0) & (xy < camera.size), axis=1)
    for other in rigs:
        if other.joints["pelvis"][2] > rig.joints["pelvis"][2]:
            seen = seen & ~covers(other, camera, xy)
    return Pose(COCO_17, xy, np.asarray(seen, np.float32), 1.0, box(rig, camera), track_id)


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
        mirrored: the dancer does it with the other side, as in a mirror: left keypoints and right ones change places.

    Raises:
        InputError: no such pose or body.
    """
    for name, known in ((pose_name, POSES), (body, BODIES)):
        if isinstance(name, str) and name not in known:
            raise InputError(f"expected one of {', '.join(known)}, got {name!r}")
    shape = BODIES[body] if isinstance(body, str) else body
    posture = POSES[pose_name]
    camera = camera_for(size, 1.4)
    rig = pose_body(posture.mirrored() if mirrored else posture, replace(shape, height=shape.height * scale))
    return _paint([rig], camera), _true_pose(rig, [rig], camera, 1)
