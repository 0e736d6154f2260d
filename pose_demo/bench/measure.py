"""Interleaved timing: in every round all participants process the same frames, so machine load affects all equally."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pose_demo.bench.case import Keypoints, ProcessFrame
from pose_demo.bench.participants import ESTIMATOR, NET, NOTEBOOK, PACKAGE, PIPELINE, Sessions
from pose_demo.types import Frame


@dataclass(frozen=True)
class Clock:
    """Elapsed seconds, and seconds of CPU time of the process."""

    wall: Callable[[], float] = time.perf_counter
    cpu: Callable[[], float] = time.process_time


@dataclass(frozen=True)
class Measurement:
    """One participant in one round.

    Attributes:
        ms: wall time in milliseconds in which every session processes one frame.
        cpu_ms: CPU milliseconds per frame and session.
        keypoints: of the first session, frame by frame.
    """

    ms: float
    cpu_ms: float
    keypoints: tuple[Keypoints | None, ...] = ()


Round = dict[str, Measurement]
Metrics = dict[str, object]


def measure_rounds(
    sessions: Mapping[str, Sessions], blocks: Iterable[Sequence[Frame]], clock: Clock | None = None
) -> Iterator[Round]:
    """Run every participant on each block of frames, in a random order that changes with each round.

    Args:
        sessions: by participant, one callable per session; the sessions run concurrently, each in its own thread.
        blocks: the frames of each round.
        clock: the time source.
    """
    clock, shuffle = clock or Clock(), random.Random(0).shuffle
    names = list(sessions)
    with ThreadPoolExecutor(max(map(len, sessions.values()))) as pool:
        for frames in blocks:
            shuffle(names)
            yield {name: _measure(sessions[name], frames, pool, clock) for name in names}


def _measure(sessions: Sessions, frames: Sequence[Frame], pool: ThreadPoolExecutor, clock: Clock) -> Measurement:
    def run(process: ProcessFrame) -> tuple[Keypoints | None, ...]:
        return tuple([process(frame) for frame in frames])

    wall, cpu = clock.wall(), clock.cpu()
    keypoints = [run(sessions[0])] if len(sessions) == 1 else list(pool.map(run, sessions))
    wall, cpu = clock.wall() - wall, clock.cpu() - cpu
    return Measurement(wall * 1000 / len(frames), cpu * 1000 / len(frames) / len(sessions), keypoints[0])


def summarize(rounds: Sequence[Round]) -> Metrics:
    """Medians of each participant, and comparisons between participants.

    A comparison is the median over the rounds of the ratio (or difference) within each round, because a disturbance of
    the machine affects both sides of it. It therefore differs slightly from the ratio of two medians.

    Returns:
        for each participant ``{"ms", "ms_p95", "cpu_ms", "fps"}``; ``overhead_ms``, estimator - net; ``times_net``,
        pipeline / net; ``faster_than_package``, package / estimator; ``faster_than_notebook``, notebook / pipeline.
        None where one side was not measured.
    """
    ms = {name: np.array([round_[name].ms for round_ in rounds]) for name in rounds[0]}
    found: Metrics = {name: _speed(times, [round_[name].cpu_ms for round_ in rounds]) for name, times in ms.items()}

    def compare(a: str, b: str, operation: np.ufunc) -> float | None:
        return round(float(np.median(operation(ms[a], ms[b]))), 3) if a in ms and b in ms else None

    return found | {
        "overhead_ms": compare(ESTIMATOR, NET, np.subtract),
        "times_net": compare(PIPELINE, NET, np.divide),
        "faster_than_package": compare(PACKAGE, ESTIMATOR, np.divide),
        "faster_than_notebook": compare(NOTEBOOK, PIPELINE, np.divide),
    }


def _speed(ms: npt.NDArray[np.float64], cpu_ms: Sequence[float]) -> dict[str, float]:
    median = float(np.median(ms))
    return {
        "ms": round(median, 3),
        "ms_p95": round(float(np.percentile(ms, 95)), 3),
        "cpu_ms": round(float(np.median(cpu_ms)), 3),
        "fps": round(1000 / median, 1),
    }
