"""The twelve limbs of a body, named once, and a pose seen as the directions of its limbs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pose_demo.skeletons import COCO_17
from pose_demo.types import Points, Pose

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# Each limb points away from the trunk, the trunk points up, and the cross lines point to the person's left.
_LIMBS = {
    "shoulders": "right_shoulder left_shoulder",
    "hips": "right_hip left_hip",
    "left side": "left_hip left_shoulder",
    "right side": "right_hip right_shoulder",
    "left upper arm": "left_shoulder left_elbow",
    "right upper arm": "right_shoulder right_elbow",
    "left forearm": "left_elbow left_wrist",
    "right forearm": "right_elbow right_wrist",
    "left thigh": "left_hip left_knee",
    "right thigh": "right_hip right_knee",
    "left shin": "left_knee left_ankle",
    "right shin": "right_knee right_ankle",
}
LIMBS: tuple[str, ...] = tuple(_LIMBS)
LIMB_BETWEEN: dict[frozenset[str], str] = {frozenset(ends.split()): name for name, ends in _LIMBS.items()}

# A joint is where two limbs meet: elbows, armpits, groins, knees.
_JOINTS = tuple(
    (f"{side} {inner}", f"{side} {outer}")
    for side in ("left", "right")
    for inner, outer in (("upper arm", "forearm"), ("side", "upper arm"), ("side", "thigh"), ("thigh", "shin"))
)

_STARTS, _ENDS = np.array([[COCO_17.index(end) for end in ends.split()] for ends in _LIMBS.values()]).T
INNER, OUTER = np.array([[LIMBS.index(limb) for limb in joint] for joint in _JOINTS]).T
_ACROSS = [LIMBS.index("shoulders"), LIMBS.index("hips")]
_TRUNK = [LIMBS.index("left side"), LIMBS.index("right side")]
_SIDE_VIEW = 0.2  # the trunk's width by its height; about 0.5 from the front


@dataclass(frozen=True, slots=True, eq=False)
class Stance:
    """A pose without place and size.

    Attributes:
        headings: ``(12,)`` where each limb points, in degrees of the picture: 0 right, 90 down, -90 up.
        scores: ``(12,)`` in [0, 1], the lower score of a limb's two ends; 0 for a limb without length.
        facing: 1 when the person's left is at the picture's right (seen from the front), -1 when it is at the
            picture's left (from behind), 0 when neither is clear (from the side).
    """

    headings: Numbers
    scores: Numbers
    facing: int

    @property
    def bends(self) -> Numbers:
        """``(8,)`` degrees in [0, 180] between the two limbs of each joint: `INNER` and `OUTER`."""
        return apart(self.headings[INNER], self.headings[OUTER])

    @property
    def joint_scores(self) -> Numbers:
        """``(8,)`` in [0, 1]: the lower score of the two limbs that meet."""
        lower: Numbers = np.minimum(self.scores[INNER], self.scores[OUTER])
        return lower

    def seen(self, confidence: float) -> Flags:
        """``(12,)`` which limbs have both ends at ``confidence`` or more, and a direction at all."""
        return (self.scores >= confidence) & (self.scores > 0)


def stance(pose: Pose) -> Stance:
    """The limb directions of a pose of either skeleton."""
    coco = pose.as_coco()
    return stance_of(coco.xy, coco.scores)


def stance_of(xy: Points, scores: npt.NDArray[np.float32]) -> Stance:
    """The limb directions of COCO-17 keypoints ``(17, 2)`` with scores ``(17,)``."""
    points = xy.astype(np.float64)
    x, y = (points[_ENDS] - points[_STARTS]).T
    weakest = np.minimum(scores[_STARTS], scores[_ENDS]).clip(0, 1)
    has_length = (x != 0) | (y != 0)
    return Stance(np.degrees(np.arctan2(y, x)), np.where(has_length, weakest, 0.0), _facing(x, y))


def _facing(x: Numbers, y: Numbers) -> int:
    width = float(x[_ACROSS].sum())
    height = float(np.hypot(x[_TRUNK], y[_TRUNK]).sum())
    return 0 if abs(width) <= _SIDE_VIEW * height else int(np.sign(width))


def apart(a: Numbers, b: Numbers) -> Numbers:
    """Degrees in [0, 180] between two headings in degrees, element by element."""
    return np.abs((a - b + 180) % 360 - 180)
