"""Times that can be compared: in every turn each contender takes the same frames, so all see the same machine."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pose_demo.bench.participants import ESTIMATOR, NET, NOTEBOOK, PACKAGE, PIPELINE, Contenders, Keypoints, Look
from pose_demo.types import Frame


@dataclass(frozen=True)
class Clock:
    """Seconds gone by, and seconds of CPU that the process used."""

    wall: Callable[[], float] = time.perf_counter
    cpu: Callable[[], float] = time.process_time


@dataclass(frozen=True)
class Turn:
    """What one contender did with the frames of one turn.

    Attributes:
        ms: time from frame to frame of one session, the same for all sessions.
        cpu_ms: CPU time that one frame of one session took.
        found: the first session's keypoints, frame by frame.
    """

    ms: float
    cpu_ms: float
    found: tuple[Keypoints | None, ...] = ()


Turns = Sequence[dict[str, Turn]]
Figures = dict[str, object]


def interleaved(
    contenders: Contenders, blocks: Iterable[Sequence[Frame]], clock: Clock | None = None
) -> Iterator[dict[str, Turn]]:
    """Let every contender have its turn with each block of frames, in an order that is shuffled anew each time.

    Several sessions of a contender run at the same time, each in a thread of its own.
    """
    clock, shuffle = clock or Clock(), random.Random(0).shuffle
    names = list(contenders)
    with ThreadPoolExecutor(max(map(len, contenders.values()))) as pool:
        for frames in blocks:
            shuffle(names)
            yield {name: _turn(contenders[name], frames, pool, clock) for name in names}


def _turn(looks: Sequence[Look], frames: Sequence[Frame], pool: ThreadPoolExecutor, clock: Clock) -> Turn:
    def drive(look: Look) -> tuple[Keypoints | None, ...]:
        return tuple([look(frame) for frame in frames])

    wall, cpu = clock.wall(), clock.cpu()
    found = [drive(looks[0])] if len(looks) == 1 else list(pool.map(drive, looks))
    wall, cpu = clock.wall() - wall, clock.cpu() - cpu
    return Turn(wall * 1000 / len(frames), cpu * 1000 / len(frames) / len(looks), found[0])


def figures(turns: Turns) -> Figures:
    """Medians of each contender, and how they compare.

    Comparisons are made turn by turn, and the median of those is given: what disturbs one turn disturbs both sides of
    it. So they differ a little from the ratio of two medians.

    Returns:
        for each contender ``{"ms", "ms_p95", "cpu_ms", "fps"}``; ``overhead_ms``, by how much the estimator is slower
        than its bare net; ``times_net``, how many times as long as the bare net the pipeline takes;
        ``faster_than_package`` and ``faster_than_notebook``, how many times as fast as the package our estimator is,
        and as the notebook our pipeline. None stands for what cannot be compared.
    """
    ms = {name: np.array([turn[name].ms for turn in turns]) for name in turns[0]}
    found: Figures = {name: _speed(times, [turn[name].cpu_ms for turn in turns]) for name, times in ms.items()}

    def compared(a: str, b: str, how: np.ufunc) -> float | None:
        return round(float(np.median(how(ms[a], ms[b]))), 3) if a in ms and b in ms else None

    return found | {
        "overhead_ms": compared(ESTIMATOR, NET, np.subtract),
        "times_net": compared(PIPELINE, NET, np.divide),
        "faster_than_package": compared(PACKAGE, ESTIMATOR, np.divide),
        "faster_than_notebook": compared(NOTEBOOK, PIPELINE, np.divide),
    }


def _speed(ms: npt.NDArray[np.float64], cpu_ms: Sequence[float]) -> dict[str, float]:
    median = float(np.median(ms))
    return {
        "ms": round(median, 3),
        "ms_p95": round(float(np.percentile(ms, 95)), 3),
        "cpu_ms": round(float(np.median(cpu_ms)), 3),
        "fps": round(1000 / median, 1),
    }
