"""The command ``bench``: its options, and the run with its picture."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from pose_demo.bench import AGAINST, Case, Row, grid, machine, rows
from pose_demo.bench.plot import svg
from pose_demo.estimators import MODELS
from pose_demo.io.images import PendingFile
from pose_demo.types import InputError


def add_options(parser: argparse.ArgumentParser, positive: Callable[[str], int]) -> None:
    """Declare them; every list is one side of a grid."""

    def add(name: str, default: tuple[object, ...], help: str, **more: object) -> None:
        parser.add_argument(name, nargs="+", default=default, help=help, **more)  # type: ignore[arg-type]

    add("--models", tuple(MODELS), "models to measure (all)", choices=tuple(MODELS), metavar="NAME")
    parser.add_argument("--frames", type=positive, default=100, metavar="N", help="frames for each row (100)")
    add("--sizes", ((640, 480),), "sizes of the frames (640x480)", type=_size, metavar="WxH")
    add("--mask", ("off",), "without a person mask, with one, or both (off)", choices=("off", "on"))
    add("--threads", (1,), "CPU threads of a net (1)", type=positive, metavar="N")
    add("--sessions", (1,), "streams at the same time (1)", type=positive, metavar="N")
    add("--against", AGAINST, "whom to compare with (both)", choices=AGAINST)
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw the figures of the first size given")


def run(options: argparse.Namespace, say: Callable[[str], None]) -> tuple[list[Row], bool]:
    """Measure what was asked for and draw the picture: the rows until the end or Ctrl-C, and whether it was Ctrl-C.

    Raises:
        InputError: a size that cannot be measured, or a picture that cannot be written or would be empty.
    """
    cases = _cases(options)
    with _plot_file(options.plot) as plot:
        found, interrupted = _measured(cases, options, say)
        if plot:
            plot.write_text(svg(found, machine()), encoding="utf-8")
    return found, interrupted


def _cases(options: argparse.Namespace) -> list[Case]:
    masks = [mask == "on" for mask in options.mask]
    return grid(options.models, options.sizes, masks, options.threads, options.sessions)


def _plot_file(path: Path | None) -> AbstractContextManager[Path | None]:
    """Where the picture goes; what cannot be written is refused before anything is measured."""
    if path and path.suffix.lower() != ".svg":
        raise InputError(f"{path}: expected a name ending in .svg")
    return PendingFile(path) if path else nullcontext()


def _measured(cases: list[Case], options: argparse.Namespace, say: Callable[[str], None]) -> tuple[list[Row], bool]:
    found: list[Row] = []
    try:
        for row in rows(cases, options.frames, options.against, say):
            found.append(row)
    except KeyboardInterrupt:
        say(f"stopped after {len(found)} of {len(cases)} rows")
        return found, True
    return found, False


def _size(text: str) -> tuple[int, int]:
    width, times, height = text.partition("x")
    if not (times and width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"expected WIDTHxHEIGHT such as 640x480, got {text!r}")
    return int(width), int(height)
