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
Arm = tuple[float, float, float, float]  # out, front, and the forearm's; see Posture
Foot = tuple[float, float, float, float]  # x, z, lift, toe


def _key(
    *,
    both: Arm | None = None,
    left: Arm | None = None,
    right: Arm | None = None,
    l_foot: Foot | None = None,
    r_foot: Foot | None = None,
    **rest: float,
) -> Key:
    """The named changes of a posture, limb by limb."""
    arm, foot = ("out", "front", "fore", "fore_front"), ("x", "z", "lift", "toe")
    limbs = (("l", arm, left or both), ("r", arm, right or both), ("l", foot, l_foot), ("r", foot, r_foot))
    key = {
        f"{side}_{name}": value
        for side, names, values in limbs
        if values is not None
        for name, value in zip(names, values, strict=True)
    }
    return key | rest


_HOME = _key(
    l_foot=(0.11, 0, 0, 20), r_foot=(-0.11, 0, 0, 20), x=0, hips=0, lean=0, bow=0, tilt=0, look=0, turn=0, twist=0
)

POSES: dict[str, Posture] = {
    name: STAND._replace(**changes)
    for name, changes in {
        "stand": _key(),
        "arms-up": _key(both=(160, 0, 172, 10)),
        "t-pose": _key(both=(90, 0, 90, 0)),
        "star": _key(both=(128, 0, 130, 0), l_foot=(0.26, 0, 0, 20), r_foot=(-0.26, 0, 0, 20)),
        "cactus": _key(both=(90, 0, 178, 0)),
        "hands-on-hips": _key(both=(52, -20, 33, 168), l_foot=(0.14, 0, 0, 20), r_foot=(-0.14, 0, 0, 20)),
        "side-bend": _key(
            left=(165, 0, 185, 10), right=(52, -20, 33, 168), l_foot=(0.17, 0, 0, 20), r_foot=(-0.17, 0, 0, 20),
            x=0.02, lean=-20, tilt=-6,
        ),
        "warrior": _key(
            both=(90, 0, 90, 0), l_foot=(0.36, 0.03, 0, 70), r_foot=(-0.3, -0.03, 0, 10), x=0.1, dip=0.1, look=28
        ),
        "lunge": _key(
            left=(60, 0, 62, 0), right=(120, 0, 118, 0), l_foot=(0.28, 0.03, 0, 45), r_foot=(-0.26, 0, 0, 20),
            x=0.16, dip=0.06, lean=10, turn=12,
        ),
        "tree": _key(both=(146, 0, 210, 15), l_foot=(-0.02, 0.03, 0.23, 80), r_foot=(-0.05, 0, 0, 20), x=-0.05),
        "disco": _key(
            left=(128, 0, 132, 0), right=(40, 20, 50, 150), l_foot=(0.2, 0.02, 0, 35), r_foot=(-0.12, 0, 0, 20),
            x=-0.03, hips=7, lean=-6, look=18,
        ),
        "side-kick": _key(
            left=(75, 0, 95, 10), right=(80, 0, 110, 10), l_foot=(0.36, 0.05, 0.25, 40), r_foot=(-0.09, 0, 0, 20),
            x=-0.07, lean=-9,
        ),
    }.items()
}  # fmt: skip

# Four beats each; then the same in the mirror. Beat 0 is at home, so that any figure can follow any other.
_SIDE_STEP = (
    _HOME | _key(both=(22, 20, 40, 60), dip=0.012),
    _key(left=(55, 10, 80, 30), right=(35, 30, 60, 110), l_foot=(0.27, 0, 0, 20), r_foot=(-0.09, 0, 0, 20),
         x=0.13, hips=4, lean=4, look=10, turn=12),
    _key(both=(18, 30, 30, 60), r_foot=(0.1, 0.02, 0, 20), x=0.18, hips=-3, lean=0, twist=6, turn=4),
    _key(left=(35, 30, 60, 110), right=(55, 10, 80, 30), r_foot=(-0.11, 0, 0, 20),
         x=0.04, hips=-4, lean=-3, look=-8, twist=-4, turn=-8),
)  # fmt: skip
_WAVE = (
    _HOME | _key(both=(80, 0, 70, 0), dip=0.015),
    _key(left=(105, 0, 120, 0), right=(72, 0, 60, 0), x=0.035, hips=5, lean=5, tilt=5, look=14),
    _key(left=(84, 0, 62, 0), right=(98, 0, 122, 0), x=-0.02, hips=-4, lean=-3, tilt=-3, look=0),
    _key(left=(70, 0, 88, 0), right=(108, 0, 92, 0), x=-0.035, hips=-5, lean=-5, tilt=-5, look=-14),
)
_DISCO = (
    _HOME | _key(both=(30, 30, 50, 90), dip=0.02),
    _key(left=(132, 0, 138, 0), right=(36, 0, 62, 140), l_foot=(0.22, 0.02, 0, 35),
         x=-0.04, hips=6, lean=-5, look=20, turn=6),
    _key(left=(42, 55, 50, 120), x=0.02, dip=0.045, hips=-3, lean=3, look=-6, turn=-5),
    _key(left=(136, 0, 140, 0), x=-0.04, dip=0.02, hips=6, lean=-6, look=20, turn=6),
)  # fmt: skip
_KICK = (
    _HOME | _key(both=(40, 20, 90, 70), dip=0.03),
    _key(
        left=(80, 0, 100, 10), right=(62, 0, 70, 10), r_foot=(-0.34, 0.06, 0.17, 35), x=0.08, dip=0.01, hips=-3, lean=6
    ),
    _key(both=(45, 30, 100, 80), r_foot=(-0.13, 0.02, 0, 20), x=0, dip=0.035, hips=0, lean=0),
    _key(left=(60, 50, 100, 80), right=(30, -20, 45, -10), r_foot=(-0.12, 0.28, 0.12, 12), x=0.07, dip=0.01, bow=-4),
)
_REACH = (
    _HOME | _key(both=(60, 0, 120, 20), dip=0.04),
    _key(left=(150, 0, 165, 0), right=(140, 0, 160, 0), l_foot=(0.2, 0, 0, 20), x=0.06, dip=0.01, hips=4, lean=7),
    _key(both=(140, 10, 190, 20), x=0, dip=0.04, hips=0, lean=0),
    _key(left=(140, 0, 160, 0), right=(152, 0, 168, 0), x=-0.05, dip=0.01, hips=-4, lean=-7),
)
_FIGURES: tuple[tuple[Key, ...], ...] = (_SIDE_STEP, _WAVE, _DISCO, _KICK, _REACH)


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
