"""Where settings fail on a clip: the errors of each joint, and the frames with the largest errors."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pose_demo.explore.replay.inference import inference_for
from pose_demo.explore.spec import Point
from pose_demo.explore.store import Store
from pose_demo.explore.tasks import ClipContext
from pose_demo.metrics.accuracy import hits
from pose_demo.metrics.agreement import largest_moments
from pose_demo.metrics.alignment import Alignment

_WORST = 2  # frames
_CANDIDATES = 100  # frames among which the worst ones are chosen
_SEPARATION_S = 0.5  # between two of the worst frames


@dataclass(frozen=True)
class Inspection:
    """The errors of settings on one clip.

    Attributes:
        error: for each COCO keypoint the median distance to the known one in % of the torso length; None where it was
            never detected.
        missed: for each COCO keypoint the fraction of the visible ones that are not found within 0.2 torso lengths;
            None where it is never visible. Empty where no keypoints are known.
        worst: indices of the frames with the largest errors, the worst first.
    """

    error: tuple[float | None, ...] = ()
    missed: tuple[float | None, ...] = ()
    worst: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The inspection as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Inspection:
        """The inspection of `to_dict`."""
        return cls(tuple(values["error"]), tuple(values["missed"]), tuple(values["worst"]))


def inspect(context: ClipContext, store: Store, point: Point) -> Inspection:
    """The errors of a point whose outputs are in the store.

    Raises:
        InputError: the outputs are missing or damaged.
    """
    evaluator = context.evaluator(store, inference_for(point.settings, point.threads))
    alignment = evaluator.alignment(point.settings)
    if alignment is None or not len(alignment.frame):
        return Inspection()
    found = hits(alignment, point.settings.confidence)
    return Inspection(_error(alignment), _missed(alignment, found), _worst_frames(alignment, found))


def _error(alignment: Alignment) -> tuple[float | None, ...]:
    known = np.where(alignment.visible & np.isfinite(alignment.distance), alignment.distance, np.nan)
    return tuple(round(100 * float(np.nanmedian(joint)), 2) if np.isfinite(joint).any() else None for joint in known.T)


def _missed(alignment: Alignment, found: np.ndarray) -> tuple[float | None, ...]:
    visible = alignment.visible.sum(axis=0)
    missed = (alignment.visible & ~found).sum(axis=0)
    pairs = zip(missed.tolist(), visible.tolist(), strict=True)
    return tuple(round(count / total, 4) if total else None for count, total in pairs)


def _worst_frames(alignment: Alignment, found: np.ndarray) -> tuple[int, ...]:
    """The frames with most missed keypoints."""
    missed = (alignment.visible & ~found).sum(axis=1)
    by_frame = np.bincount(alignment.frame, missed, len(alignment.timestamps))
    indices = np.argsort(-by_frame, kind="stable")[:_CANDIDATES]
    indices = indices[by_frame[indices] > 0]
    times, values = alignment.timestamps[indices].tolist(), by_frame[indices].tolist()
    moments = largest_moments(times, values, _SEPARATION_S)[:_WORST]
    return tuple(int(indices[moment]) for moment in moments)
