"""What the report shows of a sweep or of a tuning: points as means over the clips, and what is known of each clip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pose_demo.estimators import MODELS
from pose_demo.explore.footage.clip import Clip, Span
from pose_demo.explore.footage.consensus import consensus_label
from pose_demo.explore.footage.ground_truth import CONSENSUS, TRUE
from pose_demo.explore.points import MeasuredPoint, candidate_point, sweep_points, trial_point
from pose_demo.explore.spec import THREADS
from pose_demo.explore.sweep import Row, SweepResult
from pose_demo.explore.tasks import ClipContext
from pose_demo.explore.tuning.result import TuneResult
from pose_demo.html_page.markup import count
from pose_demo.settings import Settings

SWEEP, TUNING = "Sweep", "Tuning"
_OBJECTIVES = ("f1", "accuracy", "correct_count")  # the first one that is known is the main measure
_FALLBACKS = ("match_rate", "fps")  # where nothing is known about the clips

Measures = Mapping[str, float | None]


@dataclass(frozen=True)
class JointErrors:
    """Errors of the keypoints of one joint.

    Attributes:
        percent: median distance to the known keypoint in % of the torso; None when none was found.
        missed: fraction of the visible keypoints that were not found within 0.2 torso lengths; None without any.
    """

    percent: float | None
    missed: float | None


@dataclass(frozen=True)
class ReportData:
    """The contents of a report.

    Attributes:
        kind: `SWEEP` or `TUNING`.
        summary: numbers of points and of inference runs, and the time.
        clips: for each clip its name, its part, and what is known of it.
        points: means over the clips.
        parameters: the parameters that vary, with their values in ascending order, or in that of the spec.
        rows: of the full table.
        candidates: the short list of a tuning; empty for a sweep.
        present: the present settings; None when they are not known.
        fps: the frame rate that the short list of a tuning reaches; None for a sweep.
        joints: model -> the errors of each COCO-17 keypoint of its best point.
    """

    kind: str
    summary: str
    clips: tuple[tuple[str, str, str], ...]
    points: tuple[MeasuredPoint, ...]
    parameters: Mapping[str, Sequence[object]]
    rows: tuple[Row, ...]
    candidates: tuple[MeasuredPoint, ...] = ()
    present: MeasuredPoint | None = None
    fps: float | None = None
    joints: Mapping[str, Sequence[JointErrors]] = field(default_factory=dict)

    @property
    def is_tuning(self) -> bool:
        """Whether an optimizer chose the points, so that most of them are near the best values."""
        return self.kind == TUNING

    @property
    def fixed(self) -> dict[str, str]:
        """The settings that all points share and that differ from their defaults, as texts."""
        if not self.points:
            return {}
        first = self.points[0]
        threads = {} if THREADS in self.parameters or first.threads == 1 else {THREADS: str(first.threads)}
        return {name: text for name, text in first.settings.texts().items() if name not in self.parameters} | threads

    @property
    def objective(self) -> str | None:
        """The measure of quality: the first one of `_OBJECTIVES` that is known for a point."""
        return next((name for name in _OBJECTIVES if self.is_known(name)), None)

    @property
    def main_measure(self) -> str:
        """The objective, or what can be measured without any known keypoints."""
        return self.objective or next((name for name in _FALLBACKS if self.is_known(name)), "fps")

    def with_joints(self, joints: Mapping[str, Sequence[JointErrors]]) -> ReportData:
        """The same contents with the errors of each joint."""
        return replace(self, joints=joints)

    def is_known(self, name: str) -> bool:
        """Whether any point has a value of a measure."""
        return any(point.measures.get(name) is not None for point in self.points)

    @property
    def models(self) -> tuple[str, ...]:
        """The models of the points, in their order."""
        return tuple(dict.fromkeys(point.settings.model for point in self.points))


def sweep_data(result: SweepResult, present: SweepResult | None = None) -> ReportData:
    """The contents of the report of a sweep.

    Args:
        result: of the sweep.
        present: the results of the present settings on the same clips.
    """
    points = sweep_points(result)
    contexts = {item.context.clip.name: item.context for item in result.points}
    values = {name: _distinct(item.point.values[name] for item in result.points) for name in _parameters(result)}
    rows = len(result.rows)
    done = count(rows, "point") if rows == result.requested else f"{rows:,} of {count(result.requested, 'point')}"
    return ReportData(
        kind=SWEEP,
        summary=f"{done} on {count(len(contexts), 'clip')}; {_effort(result.inference_runs, result.seconds)}",
        clips=tuple(clip_facts(context) for context in contexts.values()),
        points=points,
        parameters=values,
        rows=result.rows,
        present=next(iter(sweep_points(present)), None) if present else None,
    )


def tune_data(result: TuneResult, contexts: Sequence[ClipContext]) -> ReportData:
    """The contents of the report of a tuning."""
    threads = result.present.threads
    points = tuple(trial_point(row, threads) for row in result.trials)
    values = {name: _distinct(point.value(name) for point in points) for name in ("model", *Settings().to_dict())}
    parameters = {name: _in_order(found) for name, found in values.items() if len(found) > 1}
    trials = f"{count(len(points), 'trial')} on {count(len(contexts), 'clip')}, at least {result.fps:g} fps"
    return ReportData(
        kind=TUNING,
        summary=f"{trials}; {_effort(result.inference_runs, result.seconds)}",
        clips=tuple(clip_facts(context) for context in contexts),
        points=points,
        parameters=parameters,
        rows=tuple({name: point.value(name) for name in parameters} | dict(point.measures) for point in points),
        candidates=tuple(map(candidate_point, result.candidates)),
        present=candidate_point(result.present),
        fps=result.fps,
    )


def clip_facts(context: ClipContext) -> tuple[str, str, str]:
    """The name of a clip, its part, and what is known of it."""
    clip = context.clip
    known = {
        TRUE: "true keypoints",
        CONSENSUS: f"{CONSENSUS} keypoints of the heaviest ready models ({consensus_label()})",
    }
    spans = f"; marked: {', '.join(map(_span_text, clip.spans))}" if clip.spans else ""
    return clip.name, _part(clip), known.get(context.known.kind, "no keypoints") + spans


def _part(clip: Clip) -> str:
    if clip.start or clip.end is not None:
        return f"{clip.start:g} s to {'the end' if clip.end is None else f'{clip.end:g} s'}"
    return f"first {count(clip.max_frames, 'frame')}" if clip.max_frames else "whole clip"


def _span_text(span: Span) -> str:
    return f"{'match' if span.is_match else 'no match'} {span.start:g} to {span.end:g} s"


def _parameters(result: SweepResult) -> list[str]:
    return list(result.points[0].point.values) if result.points else []


def _distinct(values: Iterable[object]) -> list[object]:
    """The different values, in their order; lists are not hashable."""
    found: dict[str, object] = {}
    for value in values:
        found.setdefault(repr(value), value)
    return list(found.values())


def _in_order(values: list[object]) -> list[object]:
    """Numbers in ascending order, others in their own."""
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return sorted(values, key=lambda value: float(str(value)))
    return values


def _effort(inference_runs: int, seconds: float) -> str:
    return f"{count(inference_runs, 'inference run')}, {seconds:,.0f}\N{NO-BREAK SPACE}s"


def model_title(name: str) -> str:
    """The display name of a model."""
    return MODELS[name].title if name in MODELS else name
