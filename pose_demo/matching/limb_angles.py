"""The twelve limbs of a body, and a pose as the angles of its limbs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pose_demo.skeletons import COCO_17
from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, Pose

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
ComplexArray = npt.NDArray[np.complex128]

# Limbs of arms and legs point away from the trunk, the sides point up, shoulders and hips to the person's left.
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

# A joint connects two limbs: elbows, armpits, groins, knees.
_JOINTS = tuple(
    (f"{side} {inner}", f"{side} {outer}")
    for side in ("left", "right")
    for inner, outer in (("upper arm", "forearm"), ("side", "upper arm"), ("side", "thigh"), ("thigh", "shin"))
)

_AT_TRUNK = np.array([inner.endswith("side") for inner, _ in _JOINTS])
_STARTS, _ENDS = np.array([[COCO_17.index(end) for end in ends.split()] for ends in _LIMBS.values()]).T
INNER, OUTER = np.array([[LIMBS.index(limb) for limb in joint] for joint in _JOINTS]).T
_SHOULDERS_AND_HIPS = [LIMBS.index("shoulders"), LIMBS.index("hips")]
_SIDES = [LIMBS.index("left side"), LIMBS.index("right side")]
_SCORE_MARGIN = 0.1  # a score that much over the confidence is certain, and one that much under it says nothing
_FORESHORTENED = (0.3, 0.6)  # relative lengths: a shorter limb has no reliable direction, a longer one has
_SIDE_VIEW_RATIO = 0.2  # a trunk narrower relative to its height is seen from the side; about 0.5 from the front


@dataclass(frozen=True, slots=True, eq=False)
class LimbAngles:
    """A pose independent of position and size.

    Attributes:
        angles: ``(12,)`` direction of each limb of `LIMBS` in degrees in the image: 0 right, 90 down, -90 up.
        scores: ``(12,)`` in [0, 1], the lower score of the limb's two keypoints; 0 for a limb of length zero.
        lengths: ``(12,)`` in the image, relative to the median of the visible limbs.
        facing: 1 if the person's left is on the image's right (front view), -1 if it is on the left (back view), 0 if
            unclear (side view).
    """

    angles: FloatArray
    scores: FloatArray
    lengths: FloatArray
    facing: int

    @property
    def joint_angles(self) -> FloatArray:
        """``(8,)`` degrees in [0, 180] of the joints between the limbs `INNER` and `OUTER`, in the image.

        They are defined as in `pose_demo.joint_angles`: 0 in a person who stands with hanging arms.
        """
        between = angle_difference(self.angles[INNER], self.angles[OUTER])
        return np.where(_AT_TRUNK, 180 - between, between)

    @property
    def joint_scores(self) -> FloatArray:
        """``(8,)`` in [0, 1]: the lower score of the joint's two limbs."""
        lower: FloatArray = np.minimum(self.scores[INNER], self.scores[OUTER])
        return lower

    def visible(self, confidence: float) -> BoolArray:
        """``(12,)`` which limbs have both keypoints at ``confidence`` or more, and a length."""
        return _visible(self.scores, confidence)

    def reliability(self, confidence: float) -> FloatArray:
        """``(12,)`` in [0, 1]: how far the direction of each limb can be trusted.

        It grows with the score around ``confidence``, and with the length: the direction of a limb that points at the
        camera changes by any angle with a small movement.
        """
        return _reliability(self.scores, self.lengths, confidence)


@dataclass(frozen=True, slots=True, eq=False)
class LimbVectors:
    """The limbs of N poses as arrays, independent of position and size.

    Attributes:
        directions: ``(N, 12)`` complex unit vectors from the start of each limb of `LIMBS` to its end: the real part is
            to the right of the image, the imaginary part down; 0 for a limb of length zero.
        scores: ``(N, 12)`` as in `LimbAngles`.
        lengths: ``(N, 12)`` as in `LimbAngles`.
        facing: ``(N,)`` as in `LimbAngles`.
    """

    directions: ComplexArray
    scores: FloatArray
    lengths: FloatArray
    facing: IntArray

    def visible(self, confidence: float) -> BoolArray:
        """``(N, 12)``, as `LimbAngles.visible`."""
        return _visible(self.scores, confidence)

    def reliability(self, confidence: float) -> FloatArray:
        """``(N, 12)`` in [0, 1], as `LimbAngles.reliability`."""
        return _reliability(self.scores, self.lengths, confidence)


def limb_angles_of(pose: Pose) -> LimbAngles:
    """The limb angles of a pose in either skeleton."""
    coco = pose.as_coco()
    x, y, scores = _vectors(coco.xy, coco.scores)
    return LimbAngles(
        np.degrees(np.arctan2(y, x)), scores, _relative_lengths(np.hypot(x, y), scores), int(_facing(x, y))
    )


def limb_vectors(xy: npt.NDArray[np.floating], scores: npt.NDArray[np.floating]) -> LimbVectors:
    """The limbs of N poses from their COCO-17 keypoints ``(N, 17, 2)`` and scores ``(N, 17)``."""
    x, y, limb_scores = _vectors(xy, scores)
    lengths = np.hypot(x, y)
    directions = np.asarray((x + 1j * y) / np.where(lengths > 0, lengths, 1), np.complex128)
    return LimbVectors(directions, limb_scores, _relative_lengths(lengths, limb_scores), _facing(x, y))


def _vectors(
    xy: npt.NDArray[np.floating], scores: npt.NDArray[np.floating]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The components x and y of the limbs in pixels, and their scores, each ``(..., 12)``."""
    points = xy.astype(np.float64, copy=False)
    vectors = points[..., _ENDS, :] - points[..., _STARTS, :]
    x, y = vectors[..., 0], vectors[..., 1]
    limb_scores = np.minimum(scores[..., _STARTS], scores[..., _ENDS]).clip(0, 1)
    return x, y, np.where((x != 0) | (y != 0), limb_scores, 0.0)


def _visible(scores: FloatArray, confidence: float) -> BoolArray:
    return (scores >= confidence) & (scores > 0)


def _reliability(scores: FloatArray, lengths: FloatArray, confidence: float) -> FloatArray:
    by_score = np.interp(scores, (confidence - _SCORE_MARGIN, confidence + _SCORE_MARGIN), (0, 1))
    return np.asarray(by_score * np.interp(lengths, _FORESHORTENED, (0, 1)) * (scores > 0))


def _relative_lengths(lengths: FloatArray, scores: FloatArray) -> FloatArray:
    """Lengths relative to the median of the visible limbs of each pose; of all limbs where none is visible."""
    visible = scores >= DEFAULT_KEYPOINT_CONFIDENCE
    visible = visible | ~visible.any(axis=-1, keepdims=True)
    ordered = np.sort(np.where(visible, lengths, np.inf), axis=-1)
    count = visible.sum(axis=-1, keepdims=True)
    middle = [np.take_along_axis(ordered, index, axis=-1) for index in ((count - 1) // 2, count // 2)]
    return np.asarray(lengths / np.maximum((middle[0] + middle[1]) / 2, 1e-6))


def _facing(x: FloatArray, y: FloatArray) -> IntArray:
    width = x[..., _SHOULDERS_AND_HIPS].sum(axis=-1)
    height = np.hypot(x[..., _SIDES], y[..., _SIDES]).sum(axis=-1)
    return np.where(np.abs(width) <= _SIDE_VIEW_RATIO * height, 0, np.sign(width)).astype(np.int64)


def angle_difference(a: FloatArray, b: FloatArray) -> FloatArray:
    """The absolute difference in [0, 180] of angles in degrees, elementwise."""
    return np.abs((a - b + 180) % 360 - 180)
