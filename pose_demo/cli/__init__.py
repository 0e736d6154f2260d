"""The command line. Results go to stdout, messages to stderr."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from pose_demo.cli import bench, dance, doctor, evaluate, match, models, run, sweep, tune
from pose_demo.cli.arguments import Command
from pose_demo.cli.output import BAD_INPUT, INTERRUPTED, OK, print_message
from pose_demo.types import InputError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        the exit code: 0; 1 when ``doctor`` finds an error; 2 for wrong usage or input; 130 after Ctrl-C.
    """
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except InputError as error:
        print_message(f"error: {error}")
        return BAD_INPUT
    except KeyboardInterrupt:
        print_message("stopped")
        return INTERRUPTED
    except BrokenPipeError:  # the program that reads stdout has ended, such as head
        sys.stderr.close()
        return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pose_demo", description="Live pose estimation on a CPU.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in (models, run, evaluate, match, dance, bench, sweep, tune, doctor):
        module.add_to(commands)
    return parser
