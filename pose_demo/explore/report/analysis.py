"""The best points of a report, the effect of each parameter, and the errors of each joint."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pose_demo.explore.points import MeasuredPoint
from pose_demo.explore.replay.evaluation import has_keypoints
from pose_demo.explore.replay.inference import inference_for
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.explore.report.data import JointErrors, ReportData
from pose_demo.explore.store import Store
from pose_demo.explore.tasks import ClipContext
from pose_demo.html_page.markup import value_text
from pose_demo.metrics.accuracy import hits
from pose_demo.metrics.alignment import Alignment, Booleans, Floats
from pose_demo.types import InputError

_MAX_GROUPS = 12  # of numbers; more of them are grouped into bins
_BINS = 8
_SAME = 1e-9
_OUTLIER = 10  # times the distance of the median from the largest value
_MIN_SPREAD = 0.005


@dataclass(frozen=True)
class Group:
    """The points with a value of a parameter, or with values of a range.

    Attributes:
        label: the value, or the range.
        position: the mean value of a number; None for choices.
        points: indices.
    """

    label: str
    position: float | None
    points: tuple[int, ...]


def pareto_front(points: Sequence[MeasuredPoint], objective: str) -> list[MeasuredPoint]:
    """The points for which no other one is faster and at least as good, or as fast and better; the fastest first.

    Of equal points it has the one with the least jitter, then the one with the fewest changes from the defaults.
    """
    known = [point for point in points if None not in (_pair(point, objective))]
    front: list[MeasuredPoint] = []
    best = -math.inf
    for point in sorted(known, key=lambda point: _rank(point, objective)):
        value = point.measures[objective] or 0.0
        if value > best:
            front.append(point)
            best = value
    return front


def _pair(point: MeasuredPoint, objective: str) -> tuple[float | None, float | None]:
    return point.measures.get(objective), point.measures.get("ms_p50")


def _rank(point: MeasuredPoint, objective: str) -> tuple[float, float, float, int]:
    value, ms = _pair(point, objective)
    jitter = point.measures.get("jitter")
    return ms or 0.0, -(value or 0.0), math.inf if jitter is None else jitter, len(point.settings.changes())


def equal_points(points: Sequence[MeasuredPoint], point: MeasuredPoint, objective: str) -> int:
    """How many other points have the same objective and the same time."""
    return sum(_pair(other, objective) == _pair(point, objective) for other in points) - 1


def best_of_models(points: Sequence[MeasuredPoint], objective: str) -> dict[str, MeasuredPoint]:
    """The point of each model with the best objective; the first one of equal points."""
    best: dict[str, MeasuredPoint] = {}
    for point in points:
        value, model = point.measures.get(objective), point.settings.model
        if value is not None and (model not in best or value > (best[model].measures[objective] or 0.0)):
            best[model] = point
    return best


def groups(points: Sequence[MeasuredPoint], parameter: str, values: Sequence[object]) -> list[Group]:
    """The points by the value of a parameter; numbers with many values in ranges that hold equally many points."""
    found = [point.value(parameter) for point in points]
    numbers = [float(value) for value in found if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) == len(found) and len(values) > _MAX_GROUPS:
        return _bins(numbers)
    if len(numbers) == len(found):
        values = sorted(values, key=lambda value: float(str(value)))
    indices = [tuple(index for index, each in enumerate(found) if each == value) for value in values]
    return [
        Group(value_text(value), _position(value), points)
        for value, points in zip(values, indices, strict=True)
        if points
    ]


def _position(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _bins(numbers: Sequence[float]) -> list[Group]:
    """Ranges with equally many different numbers."""
    bins = []
    for part in np.array_split(np.unique(numbers), _BINS):
        low, high = float(part[0]), float(part[-1])
        points = tuple(index for index, number in enumerate(numbers) if low <= number <= high)
        bins.append(Group(f"{low:.3g} to {high:.3g}", float(np.mean([numbers[index] for index in points])), points))
    return bins


def typical(data: ReportData, indices: Sequence[int], measure: str) -> float | None:
    """The mean of a measure over some of the points, or the median for a tuning; None where it is not known."""
    known = [value for index in indices if (value := data.points[index].measures.get(measure)) is not None]
    if not known:
        return None
    return float(np.median(known) if data.is_tuning else np.mean(known))


def effect(data: ReportData, found: Sequence[Group], measure: str) -> float:
    """The difference of the largest and the smallest typical value of a measure; 0 where it is not known."""
    values = [value for group in found if (value := typical(data, group.points, measure)) is not None]
    return max(values) - min(values) if values else 0.0


def affected_measure(data: ReportData, found: Sequence[Group]) -> str | None:
    """The main measure if a parameter has an effect on it, else another one; None when it has none at all."""
    reproducible = [name for name, measure in MEASURES.items() if not measure.measured and name != "frames"]
    names = [data.main_measure, *reproducible]
    return next((name for name in names if effect(data, found, name) > _SAME), None)


def strongest_parameters(data: ReportData) -> list[str]:
    """The two parameters with the largest effect on the main measure, the largest first; empty without two."""
    effects = {
        name: effect(data, groups(data.points, name, values), data.main_measure)
        for name, values in data.parameters.items()
    }
    names = sorted((name for name in effects if effects[name] > _SAME), key=lambda name: -effects[name])
    return names[:2] if len(names) >= 2 else []


def lower_limit(values: Sequence[float]) -> float:
    """The smallest value, or a larger one where a few very low values would hide the differences of the others."""
    if not values:
        return 0.0
    high = max(values)
    return max(min(values), high - _OUTLIER * max(high - float(np.median(values)), _MIN_SPREAD))


def joint_errors(
    points: Mapping[str, MeasuredPoint], contexts: Sequence[ClipContext], store: Store
) -> dict[str, tuple[JointErrors, ...]]:
    """The errors of each keypoint over all clips, for a point of each model whose outputs are in the store."""
    known = {model: point for model, point in points.items() if has_keypoints(point.settings)}
    errors = {model: _errors_of(point, contexts, store) for model, point in known.items()}
    return {model: found for model, found in errors.items() if found}


def _errors_of(point: MeasuredPoint, contexts: Sequence[ClipContext], store: Store) -> tuple[JointErrors, ...]:
    inference = inference_for(point.settings, point.threads)
    try:
        evaluators = [context.evaluator(store, inference) for context in contexts]
    except (InputError, OSError):  # outputs or clips were deleted; the report does without them
        return ()
    alignments = [found for evaluator in evaluators if (found := evaluator.alignment(point.settings))]
    return errors_by_joint(alignments, point.settings.confidence)


def errors_by_joint(alignments: Sequence[Alignment], confidence: float) -> tuple[JointErrors, ...]:
    """The errors of each keypoint over several clips; empty when no person is known.

    Args:
        alignments: of the clips.
        confidence: keypoints with a lower score are not shown.
    """
    if not sum(len(alignment.frame) for alignment in alignments):
        return ()
    distance = np.concatenate([alignment.distance for alignment in alignments])
    visible = np.concatenate([alignment.visible for alignment in alignments])
    shown = np.concatenate([alignment.scores for alignment in alignments]) >= confidence
    found = np.concatenate([hits(alignment, confidence) for alignment in alignments])
    return tuple(
        _joint(distance[:, joint], visible[:, joint], shown[:, joint], found[:, joint])
        for joint in range(distance.shape[1])
    )


def _joint(distance: Floats, visible: Booleans, shown: Booleans, found: Booleans) -> JointErrors:
    measured = visible & shown & np.isfinite(distance)
    percent = 100 * float(np.median(distance[measured])) if measured.any() else None
    return JointErrors(percent, float((visible & ~found).sum() / visible.sum()) if visible.any() else None)
