"""Several dancers of one video compared with each other: pairwise lags, and the synchrony of the group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from pose_demo.dance.alignment import MIN_COMPARABLE, Alignment
from pose_demo.dance.comparison import DanceOptions, compare, rounded
from pose_demo.dance.form import comparable_times
from pose_demo.dance.sequence import PoseSequence

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
    lag_ms: float | None
    form: float | None
    synchrony: float | None
    mirrored: bool
    reason: str


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
    pairs = tuple(_pair(dancers, *indices, options) for indices in combinations(range(len(dancers)), 2))
    known = [pair.synchrony for pair in pairs if pair.synchrony is not None]
    synchrony = float(np.mean(known)) if known else None
    return Group(pairs=pairs, lags_ms=_lags(len(dancers), pairs), synchrony=synchrony)


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
    comparison = compare(dancers[first], dancers[second], options)
    as_compared = replace(options, mirror="on" if comparison.mirrored else "off")
    return Pair(
        first=first,
        second=second,
        lag_ms=comparison.timing_ms,
        form=comparison.form,
        synchrony=_synchrony(Alignment.of(dancers[first], dancers[second], as_compared))
        if comparison.passages
        else None,
        mirrored=comparison.mirrored,
        reason=comparison.reason,
    )


def _synchrony(alignment: Alignment) -> float | None:
    comparable = comparable_times(alignment.limbs, alignment.performance_limbs(0.0), alignment.options.confidence)
    values = [
        max(0.0, alignment.correlation_at_once(part))
        for part in alignment.parts
        if comparable[part].mean() >= MIN_COMPARABLE and not alignment.is_still(part)
    ]
    return float(np.mean(values)) if values else None


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
