"""The command ``bench``: measure speed. `pose_demo.bench.command` has its options."""

from __future__ import annotations

import argparse
from typing import Any

from pose_demo.bench import command, is_measured, machine
from pose_demo.bench.report import table
from pose_demo.cli.arguments import add_command, positive
from pose_demo.cli.output import BAD_INPUT, INTERRUPTED, OK, print_json, print_message

_HELP = "Measure speed: network, pipeline, mediapipe package and the notebook's loop, interleaved."


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    command.add_options(add_command(commands, "bench", _HELP, _bench), positive)


def _bench(options: argparse.Namespace) -> int:
    rows, interrupted = command.run(options, print_message)
    if options.json:
        print_json({"machine": machine(), "rows": rows})
    else:
        print(table(rows))
    if interrupted:
        return INTERRUPTED
    return OK if any(map(is_measured, rows)) else BAD_INPUT
