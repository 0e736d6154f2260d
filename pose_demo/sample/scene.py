"""Scenes: their dancers, the rendered images and the ground truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from pose_demo.sample.body import BODIES, Body
from pose_demo.sample.camera import Camera
from pose_demo.sample.choreographies import CHOREOGRAPHIES
from pose_demo.sample.dance import FRAMES_PER_BEAT, dance
from pose_demo.sample.easing import smoothstep
from pose_demo.sample.keyframes import POSES
from pose_demo.sample.performance import performances, view
from pose_demo.sample.posture import Posture, interpolate
from pose_demo.sample.rendering import DEFAULT_WIDTH, camera_for, render, true_poses
from pose_demo.sample.rig import Rig, build_rig
from pose_demo.sample.walk import entry_and_exit, oscillation, walk
from pose_demo.types import Frame, Image, InputError, Pose

FPS = 30.0

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
    visible_width: float = DEFAULT_WIDTH


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


def _check_name(kinds: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise InputError(f"expected one of the {kinds} {', '.join(known)}, got {name!r}")


def frame(index: int, *, size: tuple[int, int] = (640, 480), scene: str = "solo", seed: int = 0) -> Frame:
    """Render one frame of an endless scene; equal arguments give equal images.

    Args:
        index: frame number, 0, 1, 2 ...; the timestamp is ``index / FPS`` seconds.
        size: (width, height) in pixels.
        scene: one of ``SCENES``, or a choreography of ``CHOREOGRAPHIES``, which is repeated.
        seed: selects the bodies and the start time.

    Raises:
        InputError: the scene does not exist.
    """
    return Frame(render(*_view(index, size, scene, seed)), index / FPS)


def ground_truth(
    index: int, *, size: tuple[int, int] = (640, 480), scene: str = "solo", seed: int = 0
) -> tuple[Pose, ...]:
    """Ground-truth COCO-17 keypoints of the frame that ``frame`` renders for the same arguments.

    Args:
        index: frame number.
        size: (width, height) in pixels.
        scene: one of ``SCENES``, or a choreography of ``CHOREOGRAPHIES``, which is repeated.
        seed: selects the bodies and the start time.

    Returns:
        One pose per visible dancer, ordered by ``track_id``. Keypoints outside the image or occluded by another dancer
        have the score 0, all others 1.

    Raises:
        InputError: the scene does not exist.
    """
    return tuple(pose for pose in true_poses(*_view(index, size, scene, seed)) if pose.scores.any())


def _view(index: int, size: tuple[int, int], scene: str, seed: int) -> tuple[list[Rig], Camera]:
    """The dancers of a frame, and the camera that shows them."""
    _check_name("scenes", scene, (*SCENES, *CHOREOGRAPHIES))
    if scene in CHOREOGRAPHIES:
        choreography = CHOREOGRAPHIES[scene]
        dancers = performances(choreography, bodies=_bodies(seed, choreography.dancers))
        return view(dancers, index / FPS % choreography.duration, size)
    setup, beat = _SETUPS[scene](seed), index / FRAMES_PER_BEAT
    rigs = [build_rig(dancer.posture(beat), dancer.body, dancer.position) for dancer in setup.dancers]
    return rigs, camera_for(size, setup.visible_width)


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
    camera = camera_for(size, DEFAULT_WIDTH)
    rig = build_rig(posture.mirrored() if mirrored else posture, replace(body, height=body.height * scale))
    (pose,) = true_poses([rig], camera)
    return render([rig], camera), pose
