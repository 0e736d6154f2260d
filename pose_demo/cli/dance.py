"""The command ``dance``: compare a performance with a reference dance."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pose_demo.cli.arguments import add_command, positive
from pose_demo.cli.output import OK, ProgressBar, print_json, print_message
from pose_demo.dance.comparison import DanceOptions
from pose_demo.dance.wording import best_and_worst, dancer_line, line, summary
from pose_demo.estimators import MODELS
from pose_demo.io.atomic import AtomicFile
from pose_demo.offline.dance.compare import DanceResult, compare_dances
from pose_demo.offline.dance.dancers import Dance
from pose_demo.offline.dance.report import page
from pose_demo.offline.dance.source import read_dance

_SOURCES = "a video, a saved dance, a keypoint file (CSV or JSON), or 'sample:SCENE'"


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = add_command(commands, "dance", "Compare a dance with a reference dance: timing and form.", _dance)
    parser.add_argument("reference", metavar="REFERENCE", help=_SOURCES)
    parser.add_argument("performance", metavar="PERFORMANCE", help=_SOURCES)
    models = [name for name, model in MODELS.items() if model.skeleton]
    parser.add_argument(
        "--model",
        choices=models,
        default="",
        metavar="NAME",
        help=f"the model for videos, by default the most accurate one that is ready; one of {', '.join(models)}",
    )
    parser.add_argument(
        "--mirror", choices=("auto", "on", "off"), default="auto", help="compare with the mirror image (auto: try both)"
    )
    parser.add_argument(
        "--dancer",
        type=positive,
        metavar="N",
        help="the dancer of a reference with several, 1 is the most prominent one (the one whose part fits best)",
    )
    parser.add_argument("--save", type=Path, metavar="FILE.json", help="save the reference, which is then read at once")
    parser.add_argument(
        "--report", type=Path, metavar="OUT.html", help="write a page with curves and pictures that needs no network"
    )
    parser.add_argument("--threads", type=positive, default=1, metavar="N", help="CPU threads of each network (1)")


def _dance(options: argparse.Namespace) -> int:
    reference = _read(options.reference, options)
    if options.save:
        _write(options.save, reference.reference.to_json())
    performance = _read(options.performance, options)
    result = compare_dances(reference, performance, DanceOptions(mirror=options.mirror), options.dancer)
    if options.report:
        _write(options.report, page(result))
    if options.json:
        print_json(result.to_dict())
    else:
        _print(result)
    return OK


def _write(target: Path, text: str) -> None:
    with AtomicFile(target) as path:
        path.write_text(text, encoding="utf-8")


def _read(source: str, options: argparse.Namespace) -> Dance:
    with ExitStack() as stack:
        bars: list[ProgressBar] = []  # made with the first frame: most sources need no inference

        def advance(frames: int, fraction: float | None) -> None:
            if not bars:
                bars.append(stack.enter_context(ProgressBar("frames")))
            bars[0].advance(round(frames / fraction) if fraction else None)

        return read_dance(source, options.model, options.threads, advance)


def _print(result: DanceResult) -> None:
    for text in _lines(result):
        print_message(text)


def _lines(result: DanceResult) -> Iterable[str]:
    yield from result.notes
    yield summary(result.comparison)
    yield from (dancer_line(number, it) for number, it in enumerate(result.comparisons[1:], start=2))
    best, worst = best_and_worst(result.comparison.passages)
    yield from (f"best   {line(passage)}" for passage in best)
    yield from (f"worst  {line(passage)}" for passage in worst)
    if result.comparison.form is not None:
        yield from (line(passage) for passage in result.comparison.passages if passage.form is None)
