"""What is danced: named postures, and eight-beat figures as keyframes, one key a beat.

A key names only what changes; everything else stays as it was in the key before. Every figure is written for four
beats and then danced in the mirror for the next four.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pose_demo.sample.rig import Posture, Vector

BEAT = 16  # frames a beat at 30 per second: 112.5 beats a minute, and the dance repeats after whole frames

STAND = Posture(dip=0.012)

Key = dict[str, float]


def _arm(side: str, out: float, front: float, fore: float, fore_front: float) -> Key:
    names = ("out", "front", "fore", "fore_front")
    return {f"{side}_{name}": value for name, value in zip(names, (out, front, fore, fore_front), strict=True)}


def _left(out: float, front: float, fore: float, fore_front: float) -> Key:
    return _arm("l", out, front, fore, fore_front)


def _right(out: float, front: float, fore: float, fore_front: float) -> Key:
    return _arm("r", out, front, fore, fore_front)


def _both(out: float, front: float, fore: float, fore_front: float) -> Key:
    return _left(out, front, fore, fore_front) | _right(out, front, fore, fore_front)


def _foot(side: str, x: float, z: float = 0.0, lift: float = 0.0, toe: float = 20.0) -> Key:
    return {f"{side}_x": x, f"{side}_z": z, f"{side}_lift": lift, f"{side}_toe": toe}


_HOME = _foot("l", 0.11) | _foot("r", -0.11)

POSES: dict[str, Posture] = {
    name: STAND._replace(**changes)
    for name, changes in {
        "stand": {},
        "arms-up": _both(160, 0, 172, 10),
        "t-pose": _both(90, 0, 90, 0),
        "star": _both(128, 0, 130, 0) | _foot("l", 0.26) | _foot("r", -0.26),
        "hands-on-hips": _both(52, -20, 33, 168) | _foot("l", 0.14) | _foot("r", -0.14),
        "warrior": _both(90, 0, 90, 0)
        | {"x": 0.1, "dip": 0.1, "look": 35}
        | _foot("l", 0.36, 0.03, 0, 70)
        | _foot("r", -0.3, -0.03, 0, 10),
        "tree": _both(146, 0, 210, 15) | {"x": -0.05} | _foot("r", -0.05) | _foot("l", -0.02, 0.03, 0.23, 80),
        "lunge": _left(60, 0, 62, 0)
        | _right(120, 0, 118, 0)
        | {"x": 0.16, "dip": 0.06, "lean": 10, "turn": 12}
        | _foot("l", 0.28, 0.03, 0, 45)
        | _foot("r", -0.26),
        "disco": _left(128, 0, 132, 0)
        | _right(40, 20, 50, 150)
        | {"x": -0.03, "hips": 7, "lean": -6, "look": 18}
        | _foot("l", 0.2, 0.02, 0, 35)
        | _foot("r", -0.12),
        "cactus": _both(90, 0, 178, 0),
        "side-bend": _left(165, 0, 185, 10) | _right(52, -20, 33, 168) | {"lean": -20, "x": 0.02, "tilt": -6}
        | _foot("l", 0.17) | _foot("r", -0.17),
        "side-kick": _left(75, 0, 95, 10)
        | _right(80, 0, 110, 10)
        | {"x": -0.07, "lean": -9}
        | _foot("r", -0.09)
        | _foot("l", 0.36, 0.05, 0.25, 40),
    }.items()
}  # fmt: skip

# Four beats each. Beat 0 of a figure is where the mirrored second half of the figure before arrives.
_SIDE_STEP: tuple[Key, ...] = (
    _HOME | _both(22, 20, 40, 60) | {"x": 0.0, "dip": 0.012},
    _foot("l", 0.27) | _foot("r", -0.09) | _left(55, 10, 80, 30) | _right(35, 30, 60, 110) | {"x": 0.13, "hips": 4, "lean": 4, "look": 10,
      "turn": 12},
    _foot("r", 0.1, 0.02) | _both(18, 30, 30, 60) | {"x": 0.18, "hips": -3, "lean": 0, "twist": 6, "turn": 4},
    _foot("r", -0.11) | _right(55, 10, 80, 30) | _left(35, 30, 60, 110) | {"x": 0.04, "hips": -4, "lean": -3,
      "look": -8, "twist": -4, "turn": -8},
)  # fmt: skip
_WAVE: tuple[Key, ...] = (
    _HOME | _both(80, 0, 70, 0) | {"x": 0.0, "dip": 0.015, "lean": 0, "hips": 0, "look": 0, "twist": 0, "turn": 0},
    _left(105, 0, 120, 0) | _right(72, 0, 60, 0) | {"x": 0.035, "hips": 5, "lean": 5, "tilt": 5, "look": 14},
    _left(84, 0, 62, 0) | _right(98, 0, 122, 0) | {"x": -0.02, "hips": -4, "lean": -3, "tilt": -3, "look": 0},
    _left(70, 0, 88, 0) | _right(108, 0, 92, 0) | {"x": -0.035, "hips": -5, "lean": -5, "tilt": -5, "look": -14},
)
_DISCO: tuple[Key, ...] = (
    _HOME | _both(30, 30, 50, 90) | {"x": 0.0, "dip": 0.02, "lean": 0, "hips": 0, "tilt": 0, "look": 0, "twist": 0},
    _foot("l", 0.22, 0.02, 0, 35) | _left(132, 0, 138, 0) | _right(36, 0, 62, 140)
    | {"x": -0.04, "hips": 6, "lean": -5, "look": 20, "turn": 6},
    _left(42, 55, 50, 120) | {"x": 0.02, "hips": -3, "lean": 3, "look": -6, "turn": -5, "dip": 0.045},
    _left(136, 0, 140, 0) | {"x": -0.04, "hips": 6, "lean": -6, "look": 20, "turn": 6, "dip": 0.02},
)  # fmt: skip
_KICK: tuple[Key, ...] = (
    _HOME | _both(40, 20, 90, 70) | {"x": 0.0, "dip": 0.03, "lean": 0, "hips": 0, "look": 0, "turn": 0},
    _foot("r", -0.34, 0.06, 0.17, 35) | _left(80, 0, 100, 10) | _right(62, 0, 70, 10)
    | {"x": 0.08, "lean": 6, "hips": -3, "dip": 0.01},
    _foot("r", -0.13, 0.02, 0, 20) | _both(45, 30, 100, 80) | {"x": 0.0, "lean": 0, "hips": 0, "dip": 0.035},
    _foot("r", -0.1, 0.26, 0.15, 8) | _right(30, -20, 45, -10) | _left(60, 50, 100, 80) | {"x": 0.07, "bow": -4,
      "dip": 0.01},
)  # fmt: skip
_REACH: tuple[Key, ...] = (
    _HOME | _both(60, 0, 120, 20) | {"x": 0.0, "dip": 0.04, "lean": 0, "bow": 0, "hips": 0, "look": 0, "turn": 0},
    _foot("l", 0.2) | _left(150, 0, 165, 0) | _right(140, 0, 160, 0) | {"x": 0.06, "lean": 7, "hips": 4, "dip": 0.01},
    _both(140, 10, 190, 20) | {"x": 0.0, "lean": 0, "hips": 0, "dip": 0.04},
    _left(140, 0, 160, 0) | _right(152, 0, 168, 0) | {"x": -0.05, "lean": -7, "hips": -4, "dip": 0.01},
)
_FIGURES = (_SIDE_STEP, _WAVE, _DISCO, _KICK, _REACH)


@lru_cache(maxsize=1)
def _track() -> tuple[Vector, Vector, Vector]:
    """Values (keys, fields) of the whole dance, their slopes per beat, and each foot's lift during a beat (keys, 2)."""
    postures: list[Posture] = []
    for figure in _FIGURES:
        now, first = STAND, len(postures)
        for key in figure:
            now = now._replace(**key)
            postures.append(now)
        postures += [posture.mirrored() for posture in postures[first:]]
    values = np.array(postures, np.float64)
    return values, _slopes(values), _lifts(values)


def _slopes(values: Vector) -> Vector:
    """Slopes of a curve that repeats and never overshoots: a foot that stands still, stands still.

    Source: Fritsch and Butland, "A method for constructing local monotone piecewise cubic interpolants", 1984.
    """
    after = np.roll(values, -1, axis=0) - values
    before = np.roll(after, 1, axis=0)
    same = after * before > 0
    slopes: Vector = np.where(same, 2 * after * before / np.where(same, after + before, 1), 0)
    return slopes


def _lifts(values: Vector) -> Vector:
    """How high each foot is lifted on its way to the next key: as high as the step is wide, up to a limit."""
    fields = Posture._fields
    steps = []
    for side in ("l", "r"):
        ground = values[:, [fields.index(f"{side}_x"), fields.index(f"{side}_z")]]
        steps.append(np.linalg.norm(np.roll(ground, -1, axis=0) - ground, axis=1))
    return np.minimum(0.25 * np.stack(steps, axis=1), 0.05)


def length() -> int:
    """Frames until the dance repeats."""
    return len(_track()[0]) * BEAT


def dance(beat: float) -> Posture:
    """The dancer at a time in beats; endless."""
    values, slopes, lifts = _track()
    count = len(values)
    this, part = int(np.floor(beat)) % count, beat - np.floor(beat)
    then = (this + 1) % count
    square, cube = part**2, part**3
    mixed = (
        values[this] * (2 * cube - 3 * square + 1)
        + values[then] * (3 * square - 2 * cube)
        + slopes[this] * (cube - 2 * square + part)
        + slopes[then] * (cube - square)
    )
    posture = Posture(*(float(value) for value in mixed))
    arc = 16 * square * (1 - part) ** 2
    return _groove(posture, beat)._replace(
        l_lift=posture.l_lift + lifts[this, 0] * arc, r_lift=posture.r_lift + lifts[this, 1] * arc
    )


def _groove(posture: Posture, beat: float) -> Posture:
    """The pulse under every figure: down on the beat, up between, the head nods along."""
    pulse = float(np.cos(2 * np.pi * beat))
    return posture._replace(
        dip=posture.dip + 0.012 * (1 + pulse),
        nod=posture.nod + 2.5 * pulse,
        tilt=posture.tilt + 2.0 * float(np.sin(np.pi * beat)),
    )
