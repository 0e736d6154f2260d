"""From a posture (joint angles, feet on the floor) to joints in space, and from there to pixels.

Space is measured in statures: x to the picture's right, y up from the floor, z towards the viewer. A dancer who faces
the viewer has their left hand at +x.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pose_demo.sample.body import Body
from pose_demo.types import Points

Vector = npt.NDArray[np.float64]

# Lengths of the reference body in statures.
# Source: Drillis and Contini, "Body Segment Parameters", 1966; widths between joint centres, not between outlines.
TORSO, SHOULDER, HIP = 0.292, 0.104, 0.056
UPPER_ARM, FOREARM = 0.168, 0.148
THIGH, SHIN, ANKLE = 0.235, 0.239, 0.055
NECK = 0.116  # from the shoulders' middle to the head's centre

# Points of the head around its centre (x to the dancer's left, y up, z to the front).
HEAD = {
    "nose": (0.0, -0.014, 0.074),
    "left_eye": (0.0205, 0.006, 0.052),
    "right_eye": (-0.0205, 0.006, 0.052),
    "left_ear": (0.0515, -0.006, -0.006),
    "right_ear": (-0.0515, -0.006, -0.006),
}


class Posture(NamedTuple):
    """How a body is held; angles in degrees, lengths in statures, mirrored by swapping l_ and r_.

    Attributes:
        x, z: the pelvis' place on the floor. ``dip``: how far it sinks.
        turn: the whole body towards its left. ``hips``: left hip up.
        lean, bow, twist: the chest to its left, forwards, and turned against the hips.
        look, tilt, nod: the head turned to its left, leant to its left, bent forwards.
        *_out, *_front: an upper arm, 0 hanging, 90 level, 180 up; 0 sideways, 90 to the front, beyond: across.
        *_fore, *_fore_front: the same for the forearm, in the chest's frame too.
        *_x, *_z, *_lift, *_toe: a foot's place on the floor, height over it, and how far it turns out.
    """

    x: float = 0.0
    z: float = 0.0
    dip: float = 0.0
    turn: float = 0.0
    hips: float = 0.0
    lean: float = 0.0
    bow: float = 0.0
    twist: float = 0.0
    look: float = 0.0
    tilt: float = 0.0
    nod: float = 0.0
    l_out: float = 14.0
    l_front: float = 0.0
    l_fore: float = 12.0
    l_fore_front: float = 20.0
    r_out: float = 14.0
    r_front: float = 0.0
    r_fore: float = 12.0
    r_fore_front: float = 20.0
    l_x: float = 0.09
    l_z: float = 0.0
    l_lift: float = 0.0
    l_toe: float = 20.0
    r_x: float = -0.09
    r_z: float = 0.0
    r_lift: float = 0.0
    r_toe: float = 20.0

    def mirrored(self) -> Posture:
        """The same posture seen in a mirror: what the left arm did, the right arm does."""
        values = self._asdict()
        swapped = {name: values[_twin(name)] for name in self._fields}
        negated = ("x", "turn", "hips", "lean", "twist", "look", "tilt", "l_x", "r_x")
        return Posture(**{name: -value if name in negated else value for name, value in swapped.items()})


def _twin(name: str) -> str:
    return {"l_": "r_", "r_": "l_"}.get(name[:2], name[:2]) + name[2:]


def rotation(turn: float, lean: float = 0.0, bow: float = 0.0) -> Vector:
    """(3, 3) matrix, degrees: bend forwards, then lean to the left, then turn to the left."""
    (st, sl, sb), (ct, cl, cb) = np.sin(np.radians((turn, lean, bow))), np.cos(np.radians((turn, lean, bow)))
    bowed = np.array(((1, 0, 0), (0, cb, -sb), (0, sb, cb)))
    leant = np.array(((cl, sl, 0), (-sl, cl, 0), (0, 0, 1)))
    turned = np.array(((ct, 0, st), (0, 1, 0), (-st, 0, ct)))
    result: Vector = turned @ leant @ bowed
    return result


@dataclass(frozen=True)
class Rig:
    """A body in a posture: where everything is in space.

    Attributes:
        joints: name -> (3,) point; the 17 COCO names, 'pelvis', 'neck', 'head', 'crown', '*_toe', '*_heel', '*_hand'.
        pelvis, chest, head: (3, 3) rotations.
    """

    body: Body
    joints: dict[str, Vector]
    pelvis: Vector
    chest: Vector
    head: Vector


def pose_body(posture: Posture, body: Body, place: tuple[float, float] = (0.0, 0.0)) -> Rig:
    """Bend ``body`` into ``posture``; limbs keep their lengths, a foot out of reach is drawn in.

    Args:
        posture: lengths in it are of this body, so that a small dancer takes small steps.
        body: whom to bend.
        place: where on the floor (x, z) the dancer's own origin is, in statures of the reference body.
    """
    p, size = _scaled(posture, body.height, body.height * body.legs), body.height
    hips = rotation(p.turn, -p.hips)
    chest = rotation(p.turn + p.twist, p.lean, p.bow)
    head = rotation(p.turn + p.twist + p.look, 0.5 * p.lean + p.tilt, 0.4 * p.bow + p.nod)
    feet = {
        "left": np.array((p.l_x, p.l_lift + ANKLE * size, p.l_z)),
        "right": np.array((p.r_x, p.r_lift + ANKLE * size, p.r_z)),
    }
    pelvis = np.array((p.x, _pelvis_height(p, body, feet), p.z))
    joints = {"pelvis": pelvis, "neck": pelvis + chest @ (0, TORSO * size, 0)}
    joints |= _head(joints["neck"], chest, head, size)
    for side, sign, arm, toe in (
        ("left", 1, (p.l_out, p.l_front, p.l_fore, p.l_fore_front), p.l_toe),
        ("right", -1, (p.r_out, p.r_front, p.r_fore, p.r_fore_front), p.r_toe),
    ):
        joints |= _arm(side, sign, arm, joints["neck"], chest, body)
        joints |= _leg(side, sign, p.turn + sign * toe, pelvis, hips, feet[side], body)
    origin = np.array((place[0], 0.0, place[1]))
    return Rig(body, {name: joint + origin for name, joint in joints.items()}, hips, chest, head)


def _scaled(p: Posture, size: float, legs: float) -> Posture:
    return p._replace(
        x=p.x * size, z=p.z * size, dip=p.dip * legs, l_x=p.l_x * size, l_z=p.l_z * size, l_lift=p.l_lift * legs,
        r_x=p.r_x * size, r_z=p.r_z * size, r_lift=p.r_lift * legs,
    )  # fmt: skip


def _pelvis_height(p: Posture, body: Body, feet: dict[str, Vector]) -> float:
    """Nearly as high as the legs allow: a foot on the floor stays there, a lifted one lets the pelvis go."""
    reach = 0.992 * (THIGH + SHIN) * body.height * body.legs
    heights = []
    for side, sign in (("left", 1), ("right", -1)):
        foot = feet[side]
        across = np.hypot(foot[0] - p.x - sign * HIP * body.height * body.hips, foot[2] - p.z)
        lift = foot[1] - ANKLE * body.height
        heights.append(foot[1] + np.sqrt(max(reach**2 - across**2, 0.1 * reach**2)) + 2 * lift)
    soft = 0.014 * body.height  # the weight moves over from one leg to the other, it does not jump
    return float(-soft * np.log(np.exp(-np.array(heights) / soft).sum())) - p.dip


def _head(neck: Vector, chest: Vector, head: Vector, size: float) -> dict[str, Vector]:
    centre = neck + chest @ (0, 0.3 * NECK * size, 0) + head @ (0, 0.7 * NECK * size, 0.012 * size)
    return {"head": centre, "crown": centre + head @ (0, 0.015 * size, 0)} | {
        name: centre + head @ np.multiply(at, size) for name, at in HEAD.items()
    }


def _towards(sign: int, out: float, front: float) -> Vector:
    o, f = np.radians((out, front))
    return np.array((sign * np.sin(o) * np.cos(f), -np.cos(o), np.sin(o) * np.sin(f)))


def _arm(
    side: str, sign: int, arm: tuple[float, float, float, float], neck: Vector, chest: Vector, body: Body
) -> dict[str, Vector]:
    """A lifted arm takes the collar bone with it."""
    rise = np.radians(16.0) * np.clip((arm[0] - 50) / 130, 0, 1)
    width, length = SHOULDER * body.height * body.shoulders, body.height * body.arms
    shoulder = neck + chest @ (sign * width * np.cos(rise), width * np.sin(rise), 0)
    elbow = shoulder + chest @ _towards(sign, *arm[:2]) * UPPER_ARM * length
    fore = chest @ _towards(sign, *arm[2:])
    wrist = elbow + fore * FOREARM * length
    return {
        f"{side}_shoulder": shoulder,
        f"{side}_elbow": elbow,
        f"{side}_wrist": wrist,
        f"{side}_hand": wrist + fore * 0.1 * length,
    }


def _leg(
    side: str, sign: int, heading: float, pelvis: Vector, hips: Vector, foot: Vector, body: Body
) -> dict[str, Vector]:
    """Two bones between a hip and a foot; the knee points where the toes point."""
    size, length = body.height, body.height * body.legs
    hip = pelvis + hips @ (sign * HIP * size * body.hips, 0, 0)
    ahead = np.array((np.sin(np.radians(heading)), 0.0, np.cos(np.radians(heading))))
    knee, ankle = _reach(hip, foot, ahead, THIGH * length, SHIN * length)
    drop = (ANKLE - 0.012) * size
    lifted = np.clip((foot[1] / size - ANKLE) / 0.12, 0, 1)
    sole = ankle - (0, drop, 0)
    toe = sole + ahead * 0.105 * size * (1 - 0.25 * lifted) - (0, 0.06 * size * lifted, 0)
    return {
        f"{side}_hip": hip,
        f"{side}_knee": knee,
        f"{side}_ankle": ankle,
        f"{side}_heel": sole - ahead * 0.026 * size,
        f"{side}_toe": toe,
    }


def _reach(start: Vector, goal: Vector, pole: Vector, upper: float, lower: float) -> tuple[Vector, Vector]:
    """The middle and the end of two bones from ``start`` to ``goal``, bent towards ``pole``."""
    way = goal - start
    wanted = float(np.linalg.norm(way))
    span = min(wanted, 0.998 * (upper + lower))
    along = way / wanted
    side = pole - along * (pole @ along)
    side /= max(float(np.linalg.norm(side)), 1e-6)
    forth = (upper**2 - lower**2 + span**2) / (2 * span)
    middle = start + along * forth + side * np.sqrt(max(upper**2 - forth**2, 0.0))
    return middle, start + along * span


@dataclass(frozen=True)
class Camera:
    """A pinhole that looks level at the room.

    Attributes:
        size: (width, height) of the picture in pixels.
        unit: pixels of one stature at z = 0.
    """

    size: tuple[int, int]
    unit: float

    DISTANCE = 2.8
    HEIGHT = 0.56

    @cached_property
    def horizon(self) -> float:
        """The picture's row at the height of the pinhole."""
        height = self.size[1]
        floor = min((height + 1.24 * self.unit) / 2, 0.955 * height)
        return floor - self.HEIGHT * self.unit

    def scale(self, z: Vector | float) -> Vector:
        """Pixels of one stature at depth ``z``."""
        return np.asarray(self.unit * self.DISTANCE / (self.DISTANCE - np.asarray(z, np.float64)))

    def project(self, points: Vector) -> Vector:
        """(..., 3) points in space -> (..., 2) pixels."""
        scale = self.scale(points[..., 2])
        return np.stack(
            (self.size[0] / 2 + points[..., 0] * scale, self.horizon - (points[..., 1] - self.HEIGHT) * scale), axis=-1
        )

    def keypoints(self, rig: Rig, names: tuple[str, ...]) -> Points:
        """float32 ``(K, 2)`` pixels of the named joints."""
        return self.project(np.array([rig.joints[name] for name in names])).astype(np.float32)
