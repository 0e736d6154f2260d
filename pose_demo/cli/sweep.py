"""The command ``sweep``: measure every combination of parameter values on clips."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pose_demo.cli.arguments import add_command, add_exploration, read_clips, read_own_reference
from pose_demo.cli.output import INTERRUPTED, OK, print_json, print_message, run_interruptible
from pose_demo.explore.executors import executor_for
from pose_demo.explore.report.files import write_results
from pose_demo.explore.spec import SweepSpec
from pose_demo.explore.sweep import Sweep, SweepResult
from pose_demo.explore.temporary import result_folder
from pose_demo.io.images import check_file

_HELP = "Measure every combination of parameter values on clips: speed, accuracy, jitter, matching."


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = add_command(commands, "sweep", _HELP, _sweep)
    parser.add_argument("spec", type=Path, metavar="SPEC.toml", help="the parameters: tables [sweep] and [fixed]")
    add_exploration(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the results; what DIR has is not computed again")


def _sweep(options: argparse.Namespace) -> int:
    check_file(options.spec)
    spec = SweepSpec.from_toml(options.spec.read_bytes())
    with result_folder(options.out) as folder:
        sweep = Sweep(spec, read_clips(options), folder, read_own_reference(options))
        estimate = sweep.estimate()
        print_message(
            f"{estimate.points} points, {estimate.inference_runs} inference runs, about {estimate.seconds:.0f} s"
        )
        result, interrupted = run_interruptible(
            lambda bar: sweep.run(executor_for(options.jobs, options.scheduler), bar.show), sweep.collect
        )
        if options.out:
            write_results(result, options.out)
    _print(result, options)
    return INTERRUPTED if interrupted else OK


def _print(result: SweepResult, options: argparse.Namespace) -> None:
    if options.json:
        print_json(result.to_dict())
        return
    print_message(f"{len(result.rows)} of {result.requested} points, {result.seconds:.1f} s")
    if options.out:
        print_message(f"results: {options.out}/results.csv, .parquet, .json, and report.html")
