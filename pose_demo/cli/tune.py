"""The command ``tune``: find the best settings for clips at a frame rate."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Any

from pose_demo.cli.arguments import (
    add_command,
    add_exploration,
    add_settings,
    positive,
    read_clips,
    read_own_reference,
    read_settings,
)
from pose_demo.cli.output import INTERRUPTED, OK, print_json, run_interruptible
from pose_demo.explore.executors import executor_for
from pose_demo.explore.report.files import write_tuning
from pose_demo.explore.temporary import result_folder
from pose_demo.explore.tuning.options import TuneOptions
from pose_demo.explore.tuning.result import Candidate, TuneResult
from pose_demo.explore.tuning.tune import Tuning

_HELP = "Find the best model and settings for clips at a frame rate."


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = add_command(commands, "tune", _HELP, _tune)
    add_exploration(parser)
    add_settings(parser)
    parser.add_argument("--fps", type=float, default=10.0, metavar="N", help="frames per second to reach (10)")
    parser.add_argument("--models", nargs="+", default=[], metavar="NAME", help="models to choose from")
    parser.add_argument("--trials", type=positive, default=200, metavar="N", help="settings to try (200)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="equal seeds give equal trials (0)")
    parser.add_argument("--threads", type=positive, default=1, metavar="N", help="CPU threads of each network (1)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the results; what DIR has is not computed again")


def _tune(options: argparse.Namespace) -> int:
    tune_options = TuneOptions(
        fps=options.fps,
        present=read_settings(options),
        models=tuple(options.models),
        trials=options.trials,
        seed=options.seed,
        threads=options.threads,
        reference=read_own_reference(options),
    )
    with result_folder(options.out) as folder:
        executor, clips = executor_for(options.jobs, options.scheduler), read_clips(options)
        tuning = Tuning(clips, folder, tune_options)
        result, interrupted = run_interruptible(lambda bar: tuning.run(executor, bar.show), tuning.collect)
        if result and options.out:
            write_tuning(result, options.out, clips, tune_options.reference)
    if result:
        _print(result, as_json=options.json)
    return INTERRUPTED if interrupted else OK


def _print(result: TuneResult, *, as_json: bool) -> None:
    if as_json:
        print_json(result.to_dict())
        return
    for candidate in (*result.candidates, result.present):
        print(f"{_measure_text(candidate, result.objective)}  {candidate.why}")
        print(f"    {_arguments(candidate)}")


def _measure_text(candidate: Candidate, objective: str) -> str:
    value, fps = candidate.measures[objective], candidate.measures["fps"]
    return f"{objective} {'-' if value is None else f'{value:.3f}'}  {fps or 0.0:6.1f} fps"


def _arguments(candidate: Candidate) -> str:
    """The settings as arguments of ``run``."""
    texts = candidate.settings.texts()
    words = ["--model", texts.pop("model", candidate.settings.model)]
    for name, text in texts.items():
        words += ["--set", f"{name}={text}"]
    return shlex.join(words)
