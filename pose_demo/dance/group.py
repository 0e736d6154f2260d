"""Several dancers of one video or stream compared with each other: pairwise lags, and the synchrony of the group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

from pose_demo.dance.alignment import MIN_COMPARABLE, Alignment
from pose_demo.dance.comparison import DanceOptions, align, compare_aligned, rounded
from pose_demo.dance.form import comparable_times
from pose_demo.dance.reasons import PAIR_NOT_VISIBLE, PAIR_OTHER_MOVES, PAIR_STILL, TOO_SHORT
from pose_demo.dance.sequence import PoseSequence
from pose_demo.matching.limb_angles import BoolArray

_DEFAULT_OPTIONS = DanceOptions()


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two dancers compared with each other.

    Attributes:
        first, second: indices of the dancers.
        lag_ms: positive where the second dancer is later; None without a number.
        form: similarity in [0, 1] at that lag; None without a number.
        synchrony: in [0, 1], see `compare_group`; None where nothing can be compared.
        mirrored: whether one dances the mirror image of the other.
        reason: why there is no lag; "" otherwise.
    """

    first: int
    second: int
    lag_ms: float | None = None
    form: float | None = None
    synchrony: float | None = None
    mirrored: bool = False
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """The dancers of a group compared with each other.

    Attributes:
        pairs: every pair of dancers.
        lags_ms: of each dancer relative to the mean of the group, positive where the dancer is late; None for a dancer
            without a lag to anybody.
        synchrony: the mean over all pairs, in [0, 1]; None without any.
    """

    pairs: tuple[Pair, ...]
    lags_ms: tuple[float | None, ...]
    synchrony: float | None


def compare_group(dancers: Sequence[PoseSequence], options: DanceOptions = _DEFAULT_OPTIONS) -> Group:
    """Compare each dancer with each other one; their timestamps are those of one video.

    The synchrony of two dancers is the correlation of their moves at the same time, without a lag: the mean over the
    passages with moves, where a negative one counts as 0. The same moves at the same time have about 0.95, other moves
    about 0.1.

    Source: windowed cross-correlation: Boker, Xu, Rotondo, King, "Windowed cross-correlation and peak picking for the
    analysis of variability in the association between behavioral time series", 2002.
    """
    indices = combinations(range(len(dancers)), 2)
    return group_of(len(dancers), [_pair(dancers, first, second, options) for first, second in indices])


def group_of(count: int, pairs: Sequence[Pair]) -> Group:
    """The group of ``count`` dancers whose pairs have been compared."""
    known = [pair.synchrony for pair in pairs if pair.synchrony is not None]
    synchrony = float(np.mean(known)) if known else None
    return Group(pairs=tuple(pairs), lags_ms=_lags(count, pairs), synchrony=synchrony)


def report(group: Group) -> dict[str, Any]:
    """A group as JSON values: synchrony, lags_ms, and pairs."""
    return {
        "synchrony": rounded(group.synchrony, 4),
        "lags_ms": [rounded(lag, 1) for lag in group.lags_ms],
        "pairs": [
            asdict(pair)
            | {
                "lag_ms": rounded(pair.lag_ms, 1),
                "form": rounded(pair.form, 4),
                "synchrony": rounded(pair.synchrony, 4),
            }
            for pair in group.pairs
        ],
    }


def _pair(dancers: Sequence[PoseSequence], first: int, second: int, options: DanceOptions) -> Pair:
    alignment = align(dancers[first], dancers[second], options)
    if alignment is None:
        return Pair(first=first, second=second, reason=TOO_SHORT)
    comparison = compare_aligned(alignment)
    return Pair(
        first=first,
        second=second,
        lag_ms=comparison.timing_ms,
        form=comparison.form,
        synchrony=synchrony(alignment),
        mirrored=comparison.mirrored,
        reason=comparison.reason and why_no_lag(alignment),
    )


def synchrony(alignment: Alignment) -> float | None:
    """The synchrony of two dancers, see `compare_group`; None where nothing can be compared."""
    comparable = _comparable(alignment)
    values = [
        max(0.0, alignment.correlation_at_once(part))
        for part in alignment.parts
        if comparable[part].mean() >= MIN_COMPARABLE and not alignment.is_still(part)
    ]
    return float(np.mean(values)) if values else None


def why_no_lag(alignment: Alignment) -> str:
    """What prevents the lag of two dancers."""
    if _comparable(alignment).mean() < MIN_COMPARABLE:
        return PAIR_NOT_VISIBLE
    return PAIR_STILL if all(alignment.is_still(part) for part in alignment.parts) else PAIR_OTHER_MOVES


def _comparable(alignment: Alignment) -> BoolArray:
    return comparable_times(alignment.limbs, alignment.performance_limbs(0.0), alignment.options.confidence)


def _lags(count: int, pairs: Sequence[Pair]) -> tuple[float | None, ...]:
    """The lags of the dancers that fit the lags of the pairs best, 0 on average."""
    known = [(pair.first, pair.second, pair.lag_ms) for pair in pairs if pair.lag_ms is not None]
    if not known:
        return (None,) * count
    differences = np.zeros((len(known), count))
    for row, (first, second, _) in enumerate(known):
        differences[row, [first, second]] = -1, 1
    lags = np.linalg.lstsq(differences, np.array([lag for *_, lag in known]), rcond=None)[0]
    compared = {index for first, second, _ in known for index in (first, second)}
    return tuple(float(lag) if index in compared else None for index, lag in enumerate(lags.tolist()))
