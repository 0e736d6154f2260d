"""The last seconds of a dance while it goes on: timing and form as `pose_demo.dance.comparison` measures them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from pose_demo.dance import reasons
from pose_demo.dance.alignment import Alignment
from pose_demo.dance.comparison import SAME_DANCE, hidden_reason
from pose_demo.dance.form import Form
from pose_demo.dance.grid import STEP
from pose_demo.dance.lag import Peak
from pose_demo.dance.options import DanceOptions
from pose_demo.dance.sequence import PoseSequence
from pose_demo.matching.limb_angles import LIMBS, FloatArray

WINDOW = 3.0  # seconds of the reference for timing
HISTORY = 4.0  # seconds of the performance that are needed
_MIN_WINDOW = 2.0  # a shorter part of the passage has no number: its moves resemble others by chance
_FORM_WINDOW = 0.5
_MAX_LAG = 0.8  # seconds; over a second, moves that are repeated on the beat would be confused
_SAME_MOVES = 0.7  # correlation; the same moves with a style of 14 degrees have .8, others less in 98 % of the time
_MIN_RATE = 4  # frames in the last second; keypoints are not interpolated over longer times than 0.3 s


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """How the dance goes at one time.

    Attributes:
        timing_ms: milliseconds of the reference, positive where the dancer is late; None without a number.
        form: similarity in [0, 1] at that lag; None without a number.
        limbs: mean absolute error in degrees of each visible limb; names of `LIMBS`.
        reason: why timing or form has no number; "" at the start, when there is none yet.
    """

    timing_ms: float | None = None
    form: float | None = None
    limbs: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, eq=False)
class RecentDance:
    """The last seconds of a reference and of a performance.

    Attributes:
        alignment: of both, in the reference's time.
        now: seconds of the reference up to which there are poses.
    """

    alignment: Alignment
    now: float

    @classmethod
    def of(
        cls, reference: PoseSequence, performance: PoseSequence, now: float, confidence: float
    ) -> RecentDance | None:
        """None at the start of the reference, where there is no number yet.

        Args:
            reference: the passage.
            performance: the dancer's poses.
            now: seconds of the reference.
            confidence: keypoints with a lower score are not visible.
        """
        part = reference.trimmed(now - WINDOW, now)
        if part.duration < _MIN_WINDOW:
            return None
        recent = performance.trimmed(now - WINDOW - _MAX_LAG, now)
        options = DanceOptions(mirror="off", largest_lag=_MAX_LAG, confidence=confidence)
        return cls(Alignment(part, recent, options), now)

    @cached_property
    def timing(self) -> tuple[Peak | None, str]:
        """The lag in the last 3 s; without one, the reason."""
        if self.alignment.is_still(slice(0, len(self.alignment.times))):
            return None, reasons.STILL
        peak = self.alignment.peak
        if peak is None or peak.correlation < _SAME_MOVES:
            return None, reasons.OTHER_MOVES
        return peak, ""

    def evaluation(self, lag: float = 0.0) -> Evaluation:
        """Timing, and form of the last half second at that lag; at ``lag`` seconds where there is none."""
        if (self._times_of_performance > self.now - 1).sum() < _MIN_RATE:
            return Evaluation(reason=reasons.FEW_FRAMES)
        peak, reason = self.timing
        lag = peak.lag if peak else lag
        form = self._form(lag)
        rows = self._last_rows(lag)
        hidden = hidden_reason(self.alignment, form, rows)
        if hidden:
            return Evaluation(reason=hidden)
        timing_ms = 1000 * peak.lag if peak else None
        return Evaluation(timing_ms=timing_ms, form=form.similarity(rows), limbs=form.limb_errors(rows), reason=reason)

    @property
    def _times_of_performance(self) -> FloatArray:
        return self.alignment.performance.timestamps

    def _form(self, lag: float) -> Form:
        alignment = self.alignment
        same_moves = np.full(len(alignment.times), self.timing[0] is not None)
        return Form(alignment.limbs, alignment.performance_limbs(lag), same_moves, alignment.options.confidence)

    def _last_rows(self, lag: float) -> slice:
        """The last half second of the reference that was danced until now."""
        times = self.alignment.times
        last = int(np.searchsorted(times, self.now - lag + 1e-6).clip(1, len(times)))
        return slice(max(0, last - round(_FORM_WINDOW / STEP)), last)


def summary(evaluations: Sequence[Evaluation]) -> Evaluation:
    """The median timing, mean form and mean errors of a take; the reason where it has no number.

    As in `pose_demo.dance.comparison.compare`, another dance has none, though some of its moves are the reference's.
    """
    rated = [it for it in evaluations if it.form is not None]
    if not rated:
        return Evaluation(reason=next((it.reason for it in reversed(evaluations) if it.reason), ""))
    timings = [it.timing_ms for it in rated if it.timing_ms is not None]
    others = sum(it.reason == reasons.OTHER_MOVES for it in rated)
    if len(timings) < SAME_DANCE * (len(timings) + others):
        return Evaluation(reason=reasons.OTHER_DANCE)
    errors = {limb: [it.limbs[limb] for it in rated if limb in it.limbs] for limb in LIMBS}
    return Evaluation(
        timing_ms=float(np.median(timings)) if timings else None,
        form=float(np.mean([it.form for it in rated])),
        limbs={limb: float(np.mean(values)) for limb, values in errors.items() if values},
    )
