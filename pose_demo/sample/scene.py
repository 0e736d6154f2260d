"""Scenes: their dancers, the rendered images and the ground truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np

from pose_demo.sample.body import BODIES, Body
from pose_demo.sample.camera import Camera
from pose_demo.sample.dance import FRAMES_PER_BEAT, dance
from pose_demo.sample.dancer import draw_dancer
from pose_demo.sample.easing import smoothstep
from pose_demo.sample.keyframes import POSES
from pose_demo.sample.occlusion import bounding_box, occluded_by
from pose_demo.sample.posture import Posture, interpolate
from pose_demo.sample.rig import Rig, build_rig
from pose_demo.sample.room import room
from pose_demo.sample.shadow import draw_shadow
from pose_demo.sample.walk import entry_and_exit, oscillation, walk
from pose_demo.skeletons import COCO_17
from pose_demo.types import Frame, Image, InputError, Pose

FPS = 30.0
_DEFAULT_WIDTH = 1.4  # visible width for one dancer, in body heights

# Times of the entry scene, in musical beats.
_ENTRY_LOOP_START = 4  # start the loop 4 beats later
_ENTRY_DANCE_START = 13
_ENTRY_DANCE_END = 35


@dataclass(frozen=True)
class Dancer:
    """A body, its posture as a function of ``beat``, a time in musical beats, and its position on the floor (x, z)."""

    body: Body
    posture: Callable[[float], Posture]
    position: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class SceneSetup:
    """The dancers in the order of their track ids, and the visible width in body heights at z = 0."""

    dancers: tuple[Dancer, ...] = ()
    visible_width: float = _DEFAULT_WIDTH


def _bodies(seed: int, count: int) -> list[Body]:
    """Different bodies for the dancers of a scene."""
    bodies = list(BODIES.values())
    return [bodies[(seed + i) % len(bodies)] for i in range(count)]


def _solo(seed: int) -> SceneSetup:
    (body,) = _bodies(seed, 1)
    return SceneSetup((Dancer(body, lambda beat: dance(beat + 8 * seed)),))


def _duo(seed: int) -> SceneSetup:
    """Two dancers side by side, the second mirrored."""
    right, left = _bodies(seed, 2)
    dancers = (
        Dancer(right, lambda beat: dance(beat + 8 * seed), (0.62, 0.0)),
        Dancer(left, lambda beat: dance(beat + 8 * seed).mirrored(), (-0.62, 0.0)),
    )
    return SceneSetup(dancers, 2.5)


def _crossing(seed: int) -> SceneSetup:
    """Two persons who walk from side to side in opposite directions, one in front of the other."""
    near, far = _bodies(seed, 2)
    period, offset = (32.0, 24.0, 40.0)[seed % 3], 1.7 * seed - 4
    dancers = (
        Dancer(near, partial(walk, path=oscillation(period, 0.75, offset)), (0.0, 0.25)),
        Dancer(far, partial(walk, path=oscillation(period, -0.75, offset)), (0.0, -0.3)),
    )
    return SceneSetup(dancers, 2.4)


def _enter(seed: int) -> SceneSetup:
    """An empty room, then a dancer who walks in, dances, and leaves on the other side."""
    (body,) = _bodies(seed, 1)
    period = 48.0
    path = entry_and_exit(period, 1.6)

    def posture(beat: float) -> Posture:
        beat = (beat + _ENTRY_LOOP_START) % period
        dance_weight = smoothstep(float(np.clip(min(beat - _ENTRY_DANCE_START, _ENTRY_DANCE_END - beat), 0, 1)))
        return interpolate(walk(beat, path), dance(beat + 8 * seed), dance_weight)

    return SceneSetup((Dancer(body, posture),))


_SETUPS: dict[str, Callable[[int], SceneSetup]] = {
    "solo": _solo,
    "duo": _duo,
    "crossing": _crossing,
    "enter": _enter,
    "empty": lambda seed: SceneSetup(),
}
SCENES: tuple[str, ...] = tuple(_SETUPS)


def _set_up(scene: str, seed: int) -> SceneSetup:
    _check_name("scenes", scene, SCENES)
    return _SETUPS[scene](seed)


def _check_name(kinds: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise InputError(f"expected one of the {kinds} {', '.join(known)}, got {name!r}")


@lru_cache(maxsize=16)
def camera_for(size: tuple[int, int], visible_width: float) -> Camera:
    """The camera that shows a dancer with raised arms and ``visible_width`` body heights of the room."""
    width, height = size
    return Camera(size, min(0.755 * height, width / visible_width))


def frame(index: int, *, size: tuple[int, int] = (640, 480), scene: str = "solo", seed: int = 0) -> Frame:
    """Render one frame of an endless scene; equal arguments give equal images.

    Args:
        index: frame number, 0, 1, 2 ...; the timestamp is ``index / FPS`` seconds.
        size: (width, height) in pixels.
        scene: one of ``SCENES``.
        seed: selects the bodies and the start time.

    Raises:
        InputError: the scene does not exist.
    """
    setup = _set_up(scene, seed)
    return Frame(_render(_rigs(setup, index), camera_for(size, setup.visible_width)), index / FPS)


def ground_truth(
    index: int, *, size: tuple[int, int] = (640, 480), scene: str = "solo", seed: int = 0
) -> tuple[Pose, ...]:
    """Ground-truth COCO-17 keypoints of the frame that ``frame`` renders for the same arguments.

    Args:
        index: frame number.
        size: (width, height) in pixels.
        scene: one of ``SCENES``.
        seed: selects the bodies and the start time.

    Returns:
        One pose per visible dancer, ordered by ``track_id``. Keypoints outside the image or occluded by another dancer
        have the score 0, all others 1.

    Raises:
        InputError: the scene does not exist.
    """
    setup = _set_up(scene, seed)
    rigs, camera = _rigs(setup, index), camera_for(size, setup.visible_width)
    poses = [_pose(rig, rigs, camera, track_id) for track_id, rig in enumerate(rigs, start=1)]
    return tuple(pose for pose in poses if pose.scores.any())


def _rigs(setup: SceneSetup, index: int) -> list[Rig]:
    beat = index / FRAMES_PER_BEAT
    return [build_rig(dancer.posture(beat), dancer.body, dancer.position) for dancer in setup.dancers]


def _render(rigs: list[Rig], camera: Camera) -> Image:
    image = room(camera).copy()
    for rig in rigs:
        draw_shadow(image, rig, camera)
    for rig in sorted(rigs, key=_depth):
        draw_dancer(image, rig, camera)
    return image


def _depth(rig: Rig) -> float:
    """Depth of the pelvis, greater for dancers nearer to the camera."""
    return float(rig.joints["pelvis"][2])


def _pose(rig: Rig, rigs: list[Rig], camera: Camera, track_id: int) -> Pose:
    xy = camera.project(np.array([rig.joints[name] for name in COCO_17.keypoints])).astype(np.float32)
    visible = np.all((xy >= 0) & (xy < camera.size), axis=1)
    for other in rigs:
        if _depth(other) > _depth(rig):
            visible = visible & ~occluded_by(other, camera, xy)
    return Pose(COCO_17, xy, np.asarray(visible, np.float32), 1.0, bounding_box(rig, camera), track_id)


def still(
    pose_name: str,
    *,
    size: tuple[int, int] = (640, 480),
    body: str | Body = "a",
    scale: float = 1.0,
    mirrored: bool = False,
) -> tuple[Image, Pose]:
    """Render a dancer in one of the named ``POSES``, with the ground-truth keypoints.

    Args:
        pose_name: a key of ``POSES``.
        size: (width, height) in pixels.
        body: a key of ``BODIES``, or a body.
        scale: size of the dancer; 1 is the size in the scenes.
        mirrored: whether left and right of the pose are exchanged, as in a mirror.

    Raises:
        InputError: the pose or the body does not exist.
    """
    _check_name("poses", pose_name, POSES)
    if isinstance(body, str):
        _check_name("bodies", body, BODIES)
        body = BODIES[body]
    posture = POSES[pose_name]
    camera = camera_for(size, _DEFAULT_WIDTH)
    rig = build_rig(posture.mirrored() if mirrored else posture, replace(body, height=body.height * scale))
    return _render([rig], camera), _pose(rig, [rig], camera, 1)
