"""Speed that can be compared: our parts, the mediapipe package and the notebook's loop, turn by turn on one clip."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from pose_demo import sample
from pose_demo.bench.accuracy import error_percent
from pose_demo.bench.case import Case, Size, grid
from pose_demo.bench.measure import Turns, figures, interleaved
from pose_demo.bench.participants import AGAINST, NAMES, NOTEBOOK, PIPELINE, contenders
from pose_demo.types import Frame
from pose_demo.weights import MissingWeights

_WARM_UP = 5
_BLOCK = 5  # frames of a turn with several sessions, so that starting threads does not count

Row = dict[str, object]


def rows(
    cases: Sequence[Case],
    frames: int,
    against: Collection[str] = AGAINST,
    say: Callable[[str], None] = lambda text: None,
) -> Iterator[Row]:
    """Measure each case on the drawn dancer; its pictures are drawn between the turns.

    Yields:
        the case, ``frames``, the figures of `pose_demo.bench.measure.figures`, ``error_percent`` of ``pipeline`` and
        ``notebook`` (see `error_percent`), and ``rss_mb``, the memory of the process with everybody in it. None stands
        for what is not known or cannot be compared. Where a model's files are not there, the case and ``missing``,
        the reason.
    """
    for case in cases:
        say(f"measuring {case} ...")
        try:
            yield case.to_dict() | _measure(case, frames, against)
        except MissingWeights as error:
            yield case.to_dict() | {"missing": str(error)}


def _measure(case: Case, frames: int, against: Collection[str]) -> Row:
    indices = range(_WARM_UP + frames)
    step = 1 if case.sessions == 1 else _BLOCK
    blocks = [indices[first : first + step] for first in indices[::step]]
    with contenders(case, against) as everybody:
        turns = list(interleaved(everybody, (_pictures(block, case.size) for block in blocks)))
        memory = _rss_mb()
    kept = turns[_WARM_UP // step :]
    return {
        "frames": frames,
        **dict.fromkeys(NAMES),
        **figures(kept),
        "error_percent": _errors(kept, indices[_WARM_UP:], case.size),
        "rss_mb": memory,
    }


def _pictures(indices: Sequence[int], size: Size) -> list[Frame]:
    return [sample.frame(index, size=size) for index in indices]


def _errors(turns: Turns, indices: Sequence[int], size: Size) -> dict[str, float | None]:
    truths = [sample.truth(index, size=size)[0] for index in indices]

    def error(name: str) -> float | None:
        there = name in turns[0]
        return error_percent([xy for turn in turns for xy in turn[name].found], truths) if there else None

    return {name: error(name) for name in (PIPELINE, NOTEBOOK)}


def _rss_mb() -> float | None:
    """Memory of this process in MB, where the system tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return None
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def machine() -> str:
    """The CPU and how many of its cores we may use."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores"


__all__ = ["AGAINST", "Case", "Row", "grid", "machine", "rows"]
