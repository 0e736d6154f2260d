"""One sentence for each candidate: what it costs and gains beside the most accurate one, and where it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pose_demo.messages import message
from pose_demo.metrics.accuracy import hits
from pose_demo.metrics.alignment import Alignment, Booleans, Floats
from pose_demo.skeletons import COCO_17

_SAME = 0.01  # accuracies that differ by less are the same
_MIN_MISSES = 0.02  # of the visible keypoints of a joint; fewer are not worth mentioning
_MIN_SHARE, _MIN_LIFT = 0.5, 1.5  # of the misses under a condition, and relative to all frames
_FAST_QUANTILE = 0.75
_ARMS = [COCO_17.index(f"{side}_{joint}") for joint in ("elbow", "wrist") for side in ("left", "right")]
_TORSO = [COCO_17.index(f"{side}_{joint}") for joint in ("shoulder", "hip") for side in ("left", "right")]


@dataclass(frozen=True)
class Weakness:
    """The joint that is missed most.

    Attributes:
        joint: name of the keypoint.
        missed: fraction of its visible keypoints that are not found within 0.2 torso lengths.
        condition: when it is missed, such as "when it crosses the body"; empty if there is no clear one.
    """

    joint: str
    missed: float
    condition: str


def weakness(alignment: Alignment, confidence: float) -> Weakness | None:
    """The joint that is missed most; None when none is missed noticeably."""
    missed = alignment.visible & ~hits(alignment, confidence)
    visible = alignment.visible.sum(axis=0)
    share = missed.sum(axis=0) / np.maximum(visible, 1)
    joint = int(share.argmax())
    if not visible[joint] or share[joint] < _MIN_MISSES:
        return None
    name = message(COCO_17.keypoints[joint].replace("_", " "))
    return Weakness(name, float(share[joint]), _condition(alignment, joint, missed[:, joint]))


def _condition(alignment: Alignment, joint: int, missed: Booleans) -> str:
    conditions = {
        message("where the person is not detected"): ~alignment.detected,
        message("when it crosses the body"): _crosses_body(alignment, joint),
        message("when it moves fast"): _is_fast(alignment, joint),
    }
    visible = alignment.visible[:, joint]
    for text, holds in conditions.items():
        share, usual = holds[missed].mean(), holds[visible].mean()
        if share >= _MIN_SHARE and share >= _MIN_LIFT * usual:
            return text
    return ""


def _crosses_body(alignment: Alignment, joint: int) -> Booleans:
    """Whether an elbow or wrist lies in the bounding box of the torso; False for other joints."""
    if joint not in _ARMS:
        return np.zeros(len(alignment.frame), bool)
    torso, xy = alignment.true_xy[:, _TORSO], alignment.true_xy[:, joint]
    inside = ((xy > torso.min(axis=1)) & (xy < torso.max(axis=1))).all(axis=1)
    return np.asarray(inside & _is_known(torso).all(axis=1))


def _is_fast(alignment: Alignment, joint: int) -> Booleans:
    """Whether a joint is among its fastest quarter; its speed is that since the previous frame."""
    step = np.linalg.norm(np.diff(alignment.true_xy[:, joint], axis=0, prepend=alignment.true_xy[:1, joint]), axis=1)
    known, same_person = _is_known(alignment.true_xy[:, joint]), np.diff(alignment.person, prepend=0) == 0
    continues = (np.diff(alignment.frame, prepend=-1) == 1) & same_person & known & np.append(False, known[:-1])
    speed = np.where(continues, step / alignment.size, 0.0)
    return np.asarray(speed > np.quantile(speed, _FAST_QUANTILE)) if len(speed) else np.zeros(0, bool)


def _is_known(xy: Floats) -> Booleans:
    """Whether the position of a true keypoint is known; (0, 0) marks that it is not."""
    return np.asarray(xy.any(axis=-1))


def best_sentence(measures: Mapping[str, float | None], objective: str, weak: Weakness | None) -> str:
    """Why the most accurate candidate is on the list."""
    value = measures[objective]
    number = message("unknown") if value is None else f"{value:.3f}"
    return _joined(message("the highest {measure} ({value})", measure=_NAMES[objective], value=number), weak)


def comparison(
    measures: Mapping[str, float | None],
    best: Mapping[str, float | None],
    best_title: str,
    objective: str,
    weak: Weakness | None,
) -> str:
    """Why another candidate is on the list: its accuracy and its time beside those of the most accurate one."""
    difference = (best[objective] or 0.0) - (measures[objective] or 0.0)
    ratio = (measures["ms_p50"] or 0.0) / max(best["ms_p50"] or 0.0, 1e-9)
    name = _NAMES[objective]
    given = {"measure": name, "model": best_title, "ratio": ratio, "difference": difference}
    if difference < _SAME:
        return _joined(message("the same {measure} as {model} at {ratio:.2g} of the time", **given), weak)
    return _joined(
        message("{measure} lower by {difference:.3f} than {model} at {ratio:.2g} of the time", **given), weak
    )


def too_slow(measures: Mapping[str, float | None], fps: float) -> str:
    """Why the fastest candidate is on the list although it is too slow."""
    return message(
        "the fastest of the models tried, but it does not reach {target:g} fps ({fps:.1f})",
        target=fps,
        fps=measures["fps"] or 0.0,
    )


_NAMES = {"accuracy": message("accuracy"), "f1": message("F1 score")}


def _joined(text: str, weak: Weakness | None) -> str:
    if weak is None:
        return text
    given = {"text": text, "joint": weak.joint, "condition": weak.condition, "missed": 100 * weak.missed}
    if weak.condition:
        return message("{text}; misses the {joint} {condition} ({missed:.0f} %)", **given)
    return message("{text}; misses the {joint} ({missed:.0f} %)", **given)
