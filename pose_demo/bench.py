"""Speed, measured so that it can be compared: the bare net and the whole pipeline in one run, turn by turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from pose_demo import sample
from pose_demo.estimators import MODELS
from pose_demo.pipeline import Pipeline
from pose_demo.plan import prepare
from pose_demo.settings import Settings
from pose_demo.weights import MissingWeights

_WARM_UP = 5
SIZE = (640, 480)


def measure(
    models: Iterable[str] | None, frames: int, threads: int = 1, say: Callable[[str], None] = lambda text: None
) -> dict[str, object]:
    """Measure each model on the drawn dancer at 640x480.

    For every frame the pipeline runs once and the bare net once, so that both see the same machine.

    Returns:
        ``{"frames", "width", "height", "threads", "models": [...]}``; a model that is not there has a ``missing``
        reason instead of figures. Times are medians in milliseconds, ``rss_mb`` is the process's memory.
    """
    rows: list[dict[str, object]] = []
    for model in models or MODELS:
        say(f"measuring {model} ...")
        try:
            rows.append(_measure(model, frames, threads))
        except MissingWeights as error:
            rows.append({"model": model, "missing": str(error)})
    return {"frames": frames, "width": SIZE[0], "height": SIZE[1], "threads": threads, "models": rows}


def _measure(model: str, frames: int, threads: int) -> dict[str, object]:
    plan, pipeline = prepare(Settings(model=model), threads=threads), Pipeline()
    net, whole = [], []
    try:
        for index in range(frames + _WARM_UP):
            frame = sample.frame(index, size=SIZE)
            whole.append(_milliseconds(lambda frame=frame: pipeline.process(frame, plan)))  # type: ignore[misc]
            net.append(_milliseconds(plan.pose.estimator.bare))
    finally:
        plan.close()
    return {"model": model, **_figures(np.array(net[_WARM_UP:]), np.array(whole[_WARM_UP:])), "rss_mb": _rss_mb()}


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _figures(net: np.ndarray, whole: np.ndarray) -> dict[str, float]:
    net_ms, whole_ms = float(np.median(net)), float(np.median(whole))
    return {
        "net_ms": round(net_ms, 3),
        "pipeline_ms": round(whole_ms, 3),
        "pipeline_ms_p95": round(float(np.percentile(whole, 95)), 3),
        "ratio": round(whole_ms / net_ms, 3),
        "difference_ms": round(float(np.median(whole - net)), 3),
        "fps": round(1000 / whole_ms, 1),
    }


def _rss_mb() -> float:
    """Memory of this process in MB, where the system tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return float("nan")
    return round(pages * 4096 / 1e6, 1)


_COLUMNS = ("net_ms", "pipeline_ms", "pipeline_ms_p95", "difference_ms", "ratio", "fps", "rss_mb")


def table(figures: dict[str, object]) -> str:
    """The figures as lines of text."""
    lines = [f"{'model':<24}" + "".join(f"{column:>17}" for column in _COLUMNS)]
    for row in figures["models"]:  # type: ignore[attr-defined]
        values = row.get("missing") or "".join(f"{row[column]:>17}" for column in _COLUMNS)
        lines.append(f"{row['model']:<24}{values}")
    return "\n".join(lines)
