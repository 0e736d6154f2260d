"""The command ``bench``: its options, the measurement and the chart."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

from pose_demo.bench import BASELINES, Case, Row, grid, is_measured, machine, measure_cases
from pose_demo.estimators import MODELS
from pose_demo.io.atomic import AtomicFile
from pose_demo.types import InputError

_CHART_SUFFIXES = (".svg", ".png")


def add_options(parser: argparse.ArgumentParser, positive: Callable[[str], int]) -> None:
    """Declare the options; every combination of the lists is measured."""

    def add(name: str, default: tuple[object, ...], help: str, **more: object) -> None:
        parser.add_argument(name, nargs="+", default=default, help=help, **more)  # type: ignore[arg-type]

    add("--models", tuple(MODELS), "models to measure (all)", choices=tuple(MODELS), metavar="NAME")
    parser.add_argument("--frames", type=positive, default=100, metavar="N", help="frames per combination (100)")
    add("--sizes", ((640, 480),), "frame sizes (640x480)", type=_size, metavar="WxH")
    add("--mask", ("off",), "without a segmentation mask, with one, or both (off)", choices=("off", "on"))
    add("--hands", ("off",), "keypoints of hands in the pipeline (off)", choices=("off", "on"))
    add("--face", ("off",), "keypoints of the face in the pipeline (off)", choices=("off", "on"))
    add("--threads", (1,), "CPU threads of one network (1)", type=positive, metavar="N")
    add("--sessions", (1,), "concurrent streams (1)", type=positive, metavar="N")
    add("--against", tuple(BASELINES), "baselines (both)", choices=tuple(BASELINES))
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="chart of the first size, as .svg or .png")


def run(options: argparse.Namespace, on_progress: Callable[[str], None]) -> tuple[list[Row], bool]:
    """Measure all rows and write the chart.

    Args:
        options: the parsed options.
        on_progress: receives progress messages.

    Returns:
        the rows, up to Ctrl-C, and whether Ctrl-C was pressed.

    Raises:
        InputError: a size cannot be measured, or the chart cannot be written.
    """
    cases = _cases(options)
    with ExitStack() as stack:
        chart = _chart_file(options.plot, stack)  # before measuring, so that an unusable path costs no time
        rows, interrupted = _measure(cases, options, on_progress)
        if chart:
            _write_chart(chart, rows, on_progress)
    return rows, interrupted


def _cases(options: argparse.Namespace) -> list[Case]:
    masks, hands, face = ([value == "on" for value in values] for values in (options.mask, options.hands, options.face))
    return grid(options.models, options.sizes, masks, options.threads, options.sessions, hands, face)


def _chart_file(path: Path | None, stack: ExitStack) -> AtomicFile | None:
    """The file for the chart; deleted at the end unless it is committed."""
    if not path:
        return None
    if path.suffix.lower() not in _CHART_SUFFIXES:
        raise InputError(f"{path}: expected a name ending in .svg or .png")
    if not find_spec("matplotlib"):
        raise InputError("--plot needs matplotlib, which is not installed: pip install matplotlib")
    file = AtomicFile(path)
    stack.callback(file.discard)
    return file


def _write_chart(file: AtomicFile, rows: list[Row], on_progress: Callable[[str], None]) -> None:
    if not any(map(is_measured, rows)):
        return on_progress("no row was measured, so no chart is written")
    from pose_demo.bench.plot import save_chart  # not before the measurement: matplotlib takes memory

    try:
        save_chart(rows, machine(), file.temporary)
    except OSError as error:
        raise file.discard_and_describe(error) from None
    return file.commit()


def _measure(
    cases: list[Case], options: argparse.Namespace, on_progress: Callable[[str], None]
) -> tuple[list[Row], bool]:
    rows: list[Row] = []
    try:
        for row in measure_cases(cases, options.frames, options.against, on_progress):
            rows.append(row)
    except KeyboardInterrupt:
        on_progress(f"stopped after {len(rows)} of {len(cases)} rows")
        return rows, True
    return rows, False


def _size(text: str) -> tuple[int, int]:
    width, times, height = text.partition("x")
    if not (times and width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"expected WIDTHxHEIGHT such as 640x480, got {text!r}")
    return int(width), int(height)
