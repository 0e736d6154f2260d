"""The command line: models, run, match, eval, bench. Results go to stdout, everything for people to stderr."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from tqdm import tqdm  # type: ignore[import-untyped]

from pose_demo import weights
from pose_demo.bench import command as bench
from pose_demo.bench import machine
from pose_demo.bench.report import table
from pose_demo.estimators import DETECTORS, MODELS, OFF
from pose_demo.io.images import check_file, read_image, read_rgba
from pose_demo.matching.feedback import advice
from pose_demo.matching.options import OWN
from pose_demo.matching.rules import RULES
from pose_demo.matching.similarity import report
from pose_demo.offline import compare, evaluate, run
from pose_demo.plan import Assets
from pose_demo.settings import Settings
from pose_demo.types import InputError

OK, BAD_INPUT, INTERRUPTED = 0, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, 2 for bad usage or input, 130 after Ctrl-C."""
    options = _parser().parse_args(arguments)
    try:
        command: Callable[[argparse.Namespace], int] = options.command
        return command(options)
    except InputError as error:
        say(f"error: {error}")
        return BAD_INPUT
    except KeyboardInterrupt:
        say("stopped")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stderr.close()
        return OK


def say(text: str) -> None:
    """A line for people."""
    print(text, file=sys.stderr)


def print_json(value: object) -> None:
    """The one object a command prints on stdout."""
    print(json.dumps(value, allow_nan=False))


# ---- arguments ------------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pose_demo", description="Live pose estimation on a plain CPU.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_models(commands)
    _add_run(commands)
    _add_eval(commands)
    _add_match(commands)
    _add_bench(commands)
    return parser


def _add(commands: Any, name: str, help: str, command: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help)
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.set_defaults(command=command)
    return parser


def _add_models(commands: Any) -> None:
    parser = _add(commands, "models", "List the models, or fetch the files they need.", _list_models)
    fetch = parser.add_subparsers(metavar="fetch").add_parser("fetch", help="Fetch model files.")
    fetch.add_argument("names", nargs="*", metavar="NAME", help="models to fetch")
    fetch.add_argument("--all", action="store_true", help="fetch every model")
    fetch.set_defaults(command=_fetch_models)


def _add_run(commands: Any) -> None:
    parser = _add(commands, "run", "Process a picture, a video or the drawn dancer.", _run)
    parser.add_argument("input", metavar="INPUT", help="an image, a video, or 'sample'")
    _add_settings(parser)
    parser.add_argument("--output", type=Path, metavar="OUT", help="write OUT.mp4, or OUT.png for a picture")
    parser.add_argument("--keypoints", type=Path, metavar="OUT.csv", help="write the keypoints, also as OUT.json")
    parser.add_argument(
        "--reference", type=Path, metavar="FILE", help="your own reference pose: a picture, or saved JSON"
    )
    parser.add_argument("--background", type=Path, metavar="PICTURE", help="what stands behind the person")
    parser.add_argument("--glasses", type=Path, metavar="PNG", help="glasses of your own, with transparency")
    parser.add_argument("--max-frames", type=_positive, metavar="N", help="stop after N frames")
    parser.add_argument("--threads", type=_positive, default=1, metavar="N", help="CPU threads of a net (1)")


def _add_eval(commands: Any) -> None:
    parser = _add(commands, "eval", "Measure accuracy on pictures with COCO keypoint annotations.", _eval)
    parser.add_argument("--annotations", type=Path, required=True, metavar="FILE.json")
    parser.add_argument("--images", type=Path, required=True, metavar="DIR")
    _add_settings(parser)


def _add_match(commands: Any) -> None:
    parser = _add(commands, "match", "Compare the poses in two pictures.", _match)
    parser.add_argument("reference", type=Path, metavar="REFERENCE", help="a picture, or a pose saved as JSON")
    parser.add_argument("query", type=Path, metavar="QUERY", help="a picture")
    parser.add_argument("--rule", choices=list(RULES), metavar="NAME", help=f"one of {', '.join(RULES)}")
    _add_settings(parser)


def _add_bench(commands: Any) -> None:
    about = "Measure speed: the bare net, the whole pipeline, the mediapipe package and the notebook's loop, in turns."
    bench.add_options(_add(commands, "bench", about, _bench), _positive)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", choices=list(MODELS), metavar="NAME", help=f"one of {', '.join(MODELS)}")
    detectors = (OFF, *DETECTORS)
    parser.add_argument(
        "--detector", choices=detectors, metavar="NAME", help=f"who finds several people: {', '.join(detectors)}"
    )
    parser.add_argument("--settings", type=Path, metavar="FILE.json", help="settings saved from the page")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="change one setting")


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1, got {text!r}")
    return int(text)


def read_settings(options: argparse.Namespace) -> Settings:
    """Settings from a file, then ``--set``, then options of their own such as ``--model``: the later wins.

    Raises:
        InputError: any of them is refused.
    """
    base: dict[str, object] = {}
    if options.settings:
        check_file(options.settings)
        base = dict(Settings.from_json(options.settings.read_bytes()).to_dict())
    texts = dict(_pair(text) for text in options.set)
    own = {"model": "model", "detector": "detector", "rule": "match.rule"}
    texts |= {name: getattr(options, option) for option, name in own.items() if getattr(options, option, None)}
    return Settings.from_texts(texts, base)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise InputError(f"--set {text}: expected KEY=VALUE, for example --set confidence=0.5")
    return name, value


# ---- commands -------------------------------------------------------------------------------------------------------


def _list_models(options: argparse.Namespace) -> int:
    models = [{"name": m.name, "title": m.title, "good_for": m.good_for, **_state(m.name)} for m in MODELS.values()]
    if options.json:
        print_json({"models": models})
        return OK
    for model in models:
        mark = "ready  " if model["ready"] else "missing"
        print(f"{mark}  {model['name']:<23} {model['good_for'] if model['ready'] else model['reason']}")
    return OK


def _state(model: str) -> dict[str, object]:
    states = [weights.status(name) for name in MODELS[model].weights]
    return {"ready": all(s.ready for s in states), "reason": "; ".join(s.reason for s in states if not s.ready)}


def _fetch_models(options: argparse.Namespace) -> int:
    unknown = [name for name in options.names if name not in MODELS]
    if unknown:
        raise InputError(f"no model is named {unknown[0]!r}; there are {', '.join(MODELS)}")
    chosen = list(MODELS) if options.all else options.names
    if not chosen:
        raise InputError("name the models to fetch, or --all")
    files = list(dict.fromkeys(name for model in chosen for name in MODELS[model].weights))
    outcome = weights.fetch_all(files, _FetchBar())
    failures = {name: result for name, result in outcome.items() if isinstance(result, Exception)}
    for failure in failures.values():
        say(f"error: {failure}")
    say(f"{len(outcome) - len(failures)} of {len(outcome)} files are ready in {weights.models_dir()}")
    return BAD_INPUT if failures else OK


class _FetchBar:
    """One line a file on a terminal or in a log, with megabytes while they come."""

    def __init__(self) -> None:
        self._shown = ""

    def __call__(self, progress: weights.Progress) -> None:
        text = ": ".join(part for part in (progress.name, progress.source, progress.message) if part)
        megabytes = f"{progress.done_bytes / 1e6:7.1f} MB" if progress.done_bytes else ""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{text} {megabytes}")
            sys.stderr.flush()
        elif text != self._shown:
            say(text)
        self._shown = text


def _run(options: argparse.Namespace) -> int:
    settings, assets = read_settings(options), _read_assets(options)
    if assets.reference:
        settings = Settings.from_dict({**settings.to_dict(), "match.reference": OWN})
    _check_complete(settings, assets)
    steps = run.process(
        options.input, settings, options.output, options.keypoints, options.max_frames, options.threads, assets
    )
    last, interrupted = _follow(steps)
    if last is None:
        return INTERRUPTED
    if last.damage:
        say(f"warning: the file is damaged after frame {last.report.frames} ({last.damage}); the rest was left out")
    if interrupted:
        say(f"stopped after {last.report.frames} frames; what was written until then is complete")
    _print_report(options, last.report.to_dict())
    return INTERRUPTED if interrupted else OK


def _check_complete(settings: Settings, assets: Assets) -> None:
    if settings.match.reference == OWN and assets.reference is None:
        raise InputError("match.reference=own needs your pose: add --reference with a picture or a saved pose")
    if settings.background.behind == "picture" and assets.background is None:
        raise InputError("background.behind=picture needs your picture: add --background PICTURE")


def _read_assets(options: argparse.Namespace) -> Assets:
    return Assets(
        reference=compare.read_reference(options.reference, read_settings(options)) if options.reference else None,
        background=read_image(options.background) if options.background else None,
        images={"glasses": read_rgba(options.glasses)} if options.glasses else {},
    )


def _match(options: argparse.Namespace) -> int:
    found = compare.compare(options.reference, options.query, read_settings(options))
    if options.json:
        print_json(report(found))
        return OK
    score = "too little to tell" if found.score is None else f"{found.score:.2f}"
    say(f"{'match' if found.is_match else 'no match'}: {score}{' (mirrored)' if found.mirrored else ''}")
    for line in advice(found) or (found.reason,):
        say(line)
    return OK


def _follow(steps: Generator[run.Step]) -> tuple[run.Step | None, bool]:
    """Run to the end or to Ctrl-C, with a progress bar: the last step and whether it was Ctrl-C."""
    last = None
    with closing(steps), tqdm(unit=" frames", file=sys.stderr, dynamic_ncols=True) as bar:
        try:
            for last in steps:
                bar.total = last.expected
                bar.update()
        except KeyboardInterrupt:
            return last, True
    return last, False


def _print_report(options: argparse.Namespace, figures: dict[str, object]) -> None:
    if options.json:
        print_json(figures)
    else:
        say("  ".join(f"{name}={value}" for name, value in figures.items()))


def _eval(options: argparse.Namespace) -> int:
    settings = read_settings(options)
    with tqdm(unit=" pictures", file=sys.stderr, dynamic_ncols=True) as bar:
        figures = evaluate.evaluate(options.annotations, options.images, settings, lambda total: _step(bar, total))
    _print_report(options, figures)
    return OK


def _step(bar: Any, total: int) -> None:
    bar.total = total
    bar.update()


def _bench(options: argparse.Namespace) -> int:
    rows, interrupted = bench.run(options, say)
    if options.json:
        print_json({"machine": machine(), "rows": rows})
    else:
        print(table(rows))
    return INTERRUPTED if interrupted else OK
