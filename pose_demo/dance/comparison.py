"""Compare a performance with a reference dance: timing apart from form, passage by passage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pose_demo.dance import reasons
from pose_demo.dance.alignment import MIN_COMPARABLE, SAME_MOVES, Alignment
from pose_demo.dance.form import Deviation, Form, comparable_times
from pose_demo.dance.grid import STEP
from pose_demo.dance.lag import Peak
from pose_demo.dance.options import DanceOptions
from pose_demo.dance.sequence import PoseSequence
from pose_demo.matching.limb_angles import BoolArray
from pose_demo.messages import message
from pose_demo.types import InputError

__all__ = ["DanceComparison", "DanceOptions", "Passage", "compare", "report"]

_DEFAULT_OPTIONS = DanceOptions()
SAME_DANCE = 1 / 3  # of the passages with moves; where fewer have those of the reference, it is another dance
_MIN_COMPARED = 2.0  # seconds with moves; the moves of a shorter time resemble others by chance
_MAX_DURATION = 3600.0  # seconds


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A few seconds of the reference.

    Attributes:
        start, end: seconds of the reference's timestamps.
        timing_ms: positive where the performance is late; None without a number.
        form: similarity in [0, 1] at that lag; None without a number.
        limbs: mean absolute error in degrees of each visible limb; names of `LIMBS`, the dancer's own sides.
        wrong_limbs: the limbs that are clearly off, worst first; both limbs of an arm or leg that is off as a whole.
        deviations: by how much each wrong limb is off, and where it is instead.
        reason: why timing or form has no number, and what to do; "" otherwise.
    """

    start: float
    end: float
    timing_ms: float | None = None
    form: float | None = None
    limbs: Mapping[str, float] = field(default_factory=dict)
    wrong_limbs: tuple[str, ...] = ()
    deviations: Mapping[str, Deviation] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class DanceComparison:
    """A performance compared with a reference.

    Attributes:
        timing_ms: the median of the passages, positive where the performance is late; None without a number.
        form: mean similarity in [0, 1] of the passages with a form, each at its own lag; None without any. The same
            dance with a style of a few degrees has about 0.97, other moves 0.75 and less.
        limbs: mean absolute error in degrees of each limb, over the same passages.
        passages: in their order; together they are the reference.
        mirrored: whether the mirror image of the reference was compared.
        reason: why there is no timing, and what to do; "" otherwise.
    """

    timing_ms: float | None
    form: float | None
    limbs: Mapping[str, float]
    passages: tuple[Passage, ...]
    mirrored: bool = False
    reason: str = ""


def compare(
    reference: PoseSequence, performance: PoseSequence, options: DanceOptions = _DEFAULT_OPTIONS
) -> DanceComparison:
    """Compare two dances whose timestamps count from the same moment, such as the first beat of the music.

    The lag is the peak of the cross-correlation of limb directions (`pose_demo.dance.lag`), of the whole dance first,
    then of each passage near it. Form is the similarity at the lag, so that being late does not lower it.

    Raises:
        InputError: the reference is longer than an hour.
    """
    alignment = align(reference, performance, options)
    if alignment is None:
        return DanceComparison(timing_ms=None, form=None, limbs={}, passages=(), reason=reasons.TOO_SHORT)
    return compare_aligned(alignment)


def align(reference: PoseSequence, performance: PoseSequence, options: DanceOptions) -> Alignment | None:
    """Two dances on one time grid; None if the reference is too short to be compared.

    Raises:
        InputError: the reference is longer than an hour.
    """
    if reference.duration > _MAX_DURATION:
        hours = reference.duration / 3600
        raise InputError(
            message("expected a reference of at most an hour, got {hours:.1f} hours; trim it", hours=hours)
        )
    return Alignment.of(reference, performance, options) if reference.duration >= _MIN_COMPARED else None


def compare_aligned(alignment: Alignment) -> DanceComparison:
    """Timing and form of two dances; see `compare`."""
    parts = alignment.parts
    peaks = [_peak(alignment, part) for part in parts]
    form = _form(alignment, parts, peaks)
    hidden = [hidden_reason(alignment, form, part) for part in parts]
    refusal = _refusal(alignment, form, peaks, hidden)
    passages = tuple(
        _passage(alignment, form, part, peak, reason or refusal)
        for part, peak, reason in zip(parts, peaks, hidden, strict=True)
    )
    known = _rows(len(alignment.times), [part for part, it in zip(parts, passages, strict=True) if it.form is not None])
    timings = [passage.timing_ms for passage in passages if passage.timing_ms is not None]
    return DanceComparison(
        timing_ms=float(np.median(timings)) if timings else None,
        form=form.similarity(known & form.comparable),
        limbs=form.limb_errors(known & form.comparable),
        passages=passages,
        mirrored=alignment.mirrored,
        reason="" if timings else refusal or reasons.STILL,
    )


def report(comparison: DanceComparison) -> dict[str, Any]:
    """A comparison as JSON values: timing_ms, form, limbs, passages, mirrored, reason."""
    return {
        "timing_ms": rounded(comparison.timing_ms, 1),
        "form": rounded(comparison.form, 4),
        "limbs": _rounded_limbs(comparison.limbs),
        "passages": [_passage_report(passage) for passage in comparison.passages],
        "mirrored": comparison.mirrored,
        "reason": comparison.reason,
    }


def _passage_report(passage: Passage) -> dict[str, Any]:
    deviations = {
        limb: {"degrees": round(deviation.degrees, 1), "place": deviation.place}
        for limb, deviation in passage.deviations.items()
    }
    return {
        "start": round(passage.start, 3),
        "end": round(passage.end, 3),
        "timing_ms": rounded(passage.timing_ms, 1),
        "form": rounded(passage.form, 4),
        "limbs": _rounded_limbs(passage.limbs),
        "wrong_limbs": list(passage.wrong_limbs),
        "deviations": deviations,
        "reason": passage.reason,
    }


def rounded(value: float | None, digits: int) -> float | None:
    """A number of a report; None stays None."""
    return None if value is None else round(value, digits) + 0.0  # -0.0 becomes 0.0


def _rounded_limbs(limbs: Mapping[str, float]) -> dict[str, float]:
    return {name: round(degrees, 1) for name, degrees in limbs.items()}


def _rows(count: int, parts: Sequence[slice]) -> BoolArray:
    rows = np.zeros(count, bool)
    for part in parts:
        rows[part] = True
    return rows


def _peak(alignment: Alignment, part: slice) -> Peak | None:
    """The lag of a passage; None if its moves are not those of the reference, or if there are none."""
    peak = None if alignment.is_still(part) else alignment.passage_peak(part)
    return peak if peak and peak.correlation >= SAME_MOVES else None


def _form(alignment: Alignment, parts: Sequence[slice], peaks: Sequence[Peak | None]) -> Form:
    """The form with each passage at its own lag, or at that of the whole dance."""
    lags = np.full(len(alignment.times), alignment.lag)
    same_moves = np.zeros(len(alignment.times), bool)
    for part, peak in zip(parts, peaks, strict=True):
        lags[part] = peak.lag if peak else alignment.lag
        same_moves[part] = peak is not None or alignment.is_still(part)
    return Form(alignment.limbs, alignment.performance_limbs(lags), same_moves, alignment.options.confidence)


def hidden_reason(alignment: Alignment, form: Form, part: slice) -> str:
    """Why a passage cannot be compared; "" if it can."""
    if form.faces_the_other_way(part):
        return reasons.OTHER_WAY
    if form.comparable[part].mean() >= MIN_COMPARABLE:
        return ""
    shown = comparable_times(form.reference, form.reference, form.confidence)[part]
    if shown.mean() < MIN_COMPARABLE:
        return reasons.REFERENCE_NOT_VISIBLE
    return reasons.too_little_visible(alignment.visible_keypoints(part), STEP * (part.stop - part.start))


def _refusal(alignment: Alignment, form: Form, peaks: Sequence[Peak | None], hidden: Sequence[str]) -> str:
    """Why the whole performance has no number; "" if it has."""
    moving = [index for index, part in enumerate(alignment.parts) if not alignment.is_still(part)]
    compared = [index for index in moving if not hidden[index]]
    seconds = STEP * sum(int(form.comparable[alignment.parts[index]].sum()) for index in compared)
    if any(hidden) and compared and seconds < _MIN_COMPARED:
        return _most_common(hidden)
    same = [index for index in compared if peaks[index]]
    if alignment.peak and len(same) >= max(1, SAME_DANCE * len(compared)):
        return ""
    faces_the_other_way = any(hidden[index] == reasons.OTHER_WAY for index in moving)
    lag = alignment.other_start() if compared or faces_the_other_way else None
    if lag is not None:
        return reasons.other_start(lag)
    return reasons.OTHER_DANCE if compared else _most_common(hidden)


def _most_common(hidden: Sequence[str]) -> str:
    return Counter(filter(None, hidden)).most_common(1)[0][0] if any(hidden) else ""


def _passage(alignment: Alignment, form: Form, part: slice, peak: Peak | None, reason: str) -> Passage:
    start, end = float(alignment.times[part.start]), float(alignment.times[part.stop - 1] + STEP)
    if reason:
        return Passage(start=start, end=end, reason=reason)
    wrong = form.wrong_limbs(part)
    return Passage(
        start=start,
        end=end,
        timing_ms=1000 * peak.lag if peak else None,
        form=form.similarity(part),
        limbs=form.limb_errors(part),
        wrong_limbs=tuple(wrong),
        deviations=wrong,
        reason="" if peak else _no_timing(alignment, part),
    )


def _no_timing(alignment: Alignment, part: slice) -> str:
    if alignment.is_still(part):
        return reasons.STILL
    time = alignment.other_time(part)
    return reasons.OTHER_MOVES if time is None else reasons.other_time(time, time + STEP * (part.stop - part.start))
