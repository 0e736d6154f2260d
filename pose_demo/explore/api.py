"""Sweep and tune from Python; see docs/explore.md for a walk-through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pose_demo.explore.executors import executor_for
from pose_demo.explore.footage.clip import Clip, open_clip
from pose_demo.explore.progress import Progress
from pose_demo.explore.spec import SweepSpec
from pose_demo.explore.sweep import Sweep, SweepResult
from pose_demo.explore.temporary import result_folder
from pose_demo.explore.tuning.options import TuneOptions
from pose_demo.explore.tuning.result import TuneResult
from pose_demo.explore.tuning.tune import tune
from pose_demo.matching.reference import Reference

Source = Clip | Path | str  # a clip, the path of a video, "sample" or "sample:SCENE"


def run_sweep(
    clips: Source | Sequence[Source],
    sweep: Mapping[str, object],
    fixed: Mapping[str, object] | None = None,
    *,
    out: Path | str | None = None,
    jobs: int = 1,
    scheduler: str = "",
    reference: Reference | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> SweepResult:
    """Measure every combination of values on every clip.

    Args:
        clips: the footage.
        sweep: parameter -> list of values; the parameters are the settings, and ``threads``.
        fixed: parameter -> value, for all points.
        out: a folder for the results; what it contains is not computed again. None keeps nothing.
        jobs: processes on this machine; 1 runs in this process.
        scheduler: the address of a Dask scheduler; takes precedence over ``jobs``.
        reference: your reference pose, for ``match.reference`` = "own".
        on_progress: called often.

    Raises:
        InputError: a parameter, a clip or the folder cannot be used; the message says what to do.
    """
    spec = SweepSpec.from_dict(sweep, fixed)
    with result_folder(out) as folder:
        work = Sweep(spec, _clips(clips), folder, reference.to_json() if reference else "")
        return work.run(executor_for(jobs, scheduler), on_progress)


def run_tuning(
    clips: Source | Sequence[Source],
    options: TuneOptions | None = None,
    *,
    out: Path | str | None = None,
    jobs: int = 1,
    scheduler: str = "",
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> TuneResult:
    """Find the best settings for the clips at a frame rate; see `run_sweep` for the arguments and errors."""
    with result_folder(out) as folder:
        return tune(_clips(clips), folder, options, executor_for(jobs, scheduler), on_progress)


def _clips(clips: Source | Sequence[Source]) -> list[Clip]:
    given = [clips] if isinstance(clips, Clip | Path | str) else clips
    return [clip if isinstance(clip, Clip) else open_clip(clip) for clip in given]
