"""The threshold that separates match from no match best, from scores of labeled frames.

The threshold applies to the score of a frame, so it is chosen by the scores of frames. The hysteresis of the page comes
after it: it delays the end of a match by at most 0.3 s and ignores single low scores, which changes decisions at the
borders of spans only.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pose_demo.estimators import DetectionOptions
from pose_demo.explore.footage.clip import Clip, Span
from pose_demo.fields import NONE
from pose_demo.matching.options import MatchOptions
from pose_demo.messages import message
from pose_demo.pipeline import Pipeline
from pose_demo.plan import Uploads, prepare
from pose_demo.settings import Settings
from pose_demo.types import InputError

BLOCK_S = 0.5  # frames closer together show nearly the same pose: they count as one independent sample
STEP = 0.01  # of the threshold setting
_EXTREME = 0.02  # scores closer to 0 or 1 are as good as this one: still drawings score 0.98 to 1.00
_Z = 1.959964  # of a 95 % confidence interval


@dataclass(frozen=True)
class ScoredFrame:
    """The match of one frame.

    Attributes:
        timestamp: seconds.
        score: of the most similar person; None without a score.
        is_match: whether any person matches, with hysteresis.
    """

    timestamp: float
    score: float | None
    is_match: bool


@dataclass(frozen=True)
class LabeledScore:
    """The score of one frame, and whether its pose matches.

    Attributes:
        score: None is below every threshold.
        is_match: the label.
        block: identifies the half second the frame belongs to; frames of one block are not independent.
    """

    score: float | None
    is_match: bool
    block: Hashable = None


@dataclass(frozen=True)
class ErrorRate:
    """The rate of one kind of error.

    Attributes:
        errors: number of wrong frames.
        frames: number of frames.
        independent: number of independent samples among them; see `BLOCK_S`.
    """

    errors: int
    frames: int
    independent: int

    @property
    def rate(self) -> float:
        """Wrong frames as a fraction, in [0, 1]."""
        return self.errors / self.frames

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval of the rate; see `wilson`."""
        return wilson(self.rate, self.independent)


@dataclass(frozen=True)
class Calibration:
    """A threshold and its errors.

    Attributes:
        threshold: in [0, 1].
        false_accepts: frames of "no match" with a score of at least the threshold.
        false_rejects: frames of "match" with a lower score, or none.
    """

    threshold: float
    false_accepts: ErrorRate
    false_rejects: ErrorRate


def wilson(rate: float, count: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a rate.

    It needs no normal approximation of the rate, and does not collapse when there are no errors.
    Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.

    Args:
        rate: in [0, 1].
        count: number of independent samples, at least 1.
    """
    square = _Z**2 / count
    center = (rate + square / 2) / (1 + square)
    half = math.sqrt(rate * (1 - rate) * square + square**2 / 4) / (1 + square)
    return max(0.0, center - half), min(1.0, center + half)


def calibrate(samples: Sequence[LabeledScore]) -> Calibration:
    """The threshold with the smallest sum of the false accept rate and the false reject rate (Youden's J).

    All thresholds between two neighboring scores have equal errors. Of the best such ranges the widest is chosen, and
    the threshold is in its middle, rounded to the step of the setting: so it has room for other persons and noise. The
    middle is that of the log odds, because scores vary less near 0 and 1.
    Source: Youden, "Index for rating diagnostic tests", Cancer 3, 1950.

    Raises:
        InputError: there are not frames of both labels, or no frame of a match has a score.
    """
    matches, others = scores_by_label(samples)
    if not len(matches) or not len(others):
        raise InputError(
            message("expected frames of match and of no match, got none of no match; mark some")
            if len(matches)
            else message("expected frames of match and of no match, got none of match; mark some")
        )
    if not np.isfinite(matches).any():
        raise InputError(message("no frame marked as match has a score; is the whole body in the image?"))
    middle = _middle(*_best_range(matches, others))
    threshold = round(round(middle / STEP) * STEP, 4)
    return evaluate(samples, threshold)


def evaluate(samples: Sequence[LabeledScore], threshold: float) -> Calibration:
    """The errors of a threshold on frames of both labels."""
    accepted = [sample.score is not None and sample.score >= threshold for sample in samples]
    pairs = list(zip(samples, accepted, strict=True))
    return Calibration(
        threshold,
        _error_rate([(sample, is_accepted) for sample, is_accepted in pairs if not sample.is_match]),
        _error_rate([(sample, not is_accepted) for sample, is_accepted in pairs if sample.is_match]),
    )


def scores_by_label(samples: Sequence[LabeledScore]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The scores of match and of no match; minus infinity without a score."""
    scores = [(-math.inf if sample.score is None else sample.score, sample.is_match) for sample in samples]
    matches, others = ([score for score, is_match in scores if is_match is label] for label in (True, False))
    return np.array(matches), np.array(others)


def _error_rate(frames: Sequence[tuple[LabeledScore, bool]]) -> ErrorRate:
    blocks = {index if sample.block is None else sample.block for index, (sample, _) in enumerate(frames)}
    return ErrorRate(sum(is_error for _, is_error in frames), len(frames), len(blocks))


def _best_range(matches: npt.NDArray[np.float64], others: npt.NDArray[np.float64]) -> tuple[float, float]:
    """The widest range of thresholds with the fewest errors: above ``low``, up to and including ``high``."""
    scores = np.concatenate([matches, others])
    borders = np.unique(np.concatenate([[0.0, 1.0], scores[np.isfinite(scores)]]))
    highs = borders[1:]  # all thresholds of a range have the errors of its upper end
    false_accepts = np.array([np.mean(others >= high) for high in highs])
    false_rejects = np.array([np.mean(matches < high) for high in highs])
    errors = false_accepts + false_rejects
    widths = np.where(errors <= errors.min() + 1e-12, np.diff(borders), -1.0)
    best = int(widths.argmax())
    return float(borders[best]), float(highs[best])


def _middle(low: float, high: float) -> float:
    """The score whose log odds are halfway between those of two scores."""
    odds = [score / (1 - score) for score in np.clip((low, high), _EXTREME, 1 - _EXTREME).tolist()]
    middle = math.sqrt(odds[0] * odds[1])
    score = middle / (1 + middle)
    return score if low < score <= high else (low + high) / 2  # a range beyond the extremes


# ---- scores of footage


def scoring_settings(settings: Settings) -> Settings:
    """The settings without those that have no effect on the score, such as the threshold, drawing and background."""
    match = replace(settings.match, similarity=MatchOptions().similarity, ghost=False)
    detection = {name: getattr(settings, name) for name in DetectionOptions.__dataclass_fields__}
    smooth = replace(settings.smooth, plot=NONE)
    undrawn = Settings(mirror="off", skeleton=False, keypoints=False, boxes=False)
    return replace(undrawn, model=settings.model, detector=settings.detector, smooth=smooth, match=match, **detection)


def score_frames(
    clip: Clip, settings: Settings, uploads: Uploads | None = None, threads: int = 1
) -> Iterator[ScoredFrame]:
    """Process a clip, and yield the match of each frame.

    Args:
        clip: the frames.
        settings: with a reference pose.
        uploads: the reference pose, if it is the user's own.
        threads: CPU threads of each network.

    Raises:
        InputError: the clip cannot be read, or there is no reference pose.
    """
    needed = scoring_settings(settings)
    needed = replace(needed, match=replace(needed.match, similarity=settings.match.similarity))
    with clip.open() as frames, prepare(needed, uploads=uploads, threads=threads) as plan:
        if plan.reference is None:
            raise InputError(message("there is no reference pose; choose one first"))
        pipeline = Pipeline()
        for frame in frames:
            matches = pipeline.process(frame, plan).matches
            scores = [state.match.score for state in matches if state.match.score is not None]
            yield ScoredFrame(frame.timestamp, max(scores, default=None), any(state.is_match for state in matches))


def marked(spans: Sequence[Span], new: Span) -> tuple[Span, ...]:
    """Spans with another one, which replaces what it overlaps."""
    kept = [
        replace(span, start=start, end=end)
        for span in spans
        for start, end in ((span.start, min(span.end, new.start)), (max(span.start, new.end), span.end))
        if start < end
    ]
    return tuple(sorted([*kept, new], key=lambda span: span.start))


def label(frames: Sequence[ScoredFrame], spans: Sequence[Span], name: str = "") -> tuple[LabeledScore, ...]:
    """The scores of the frames inside of spans.

    Args:
        frames: of one clip.
        spans: where the pose matches, and where it does not.
        name: of the clip; it keeps its blocks apart from those of other clips.
    """
    return tuple(
        LabeledScore(frame.score, span.is_match, (name, index, int((frame.timestamp - span.start) / BLOCK_S)))
        for index, span in enumerate(spans)
        for frame in frames
        if span.contains(frame.timestamp)
    )
