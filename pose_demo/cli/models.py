"""The command ``models``: list the models, or fetch their weight files."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from pose_demo import weights
from pose_demo.cli.arguments import add_command
from pose_demo.cli.output import BAD_INPUT, OK, print_json, print_message
from pose_demo.estimators import MODELS, NETWORKS, require_package, supported_weights
from pose_demo.estimators.base import ModelInfo
from pose_demo.types import InputError, UnavailableModel
from pose_demo.weights import store


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = add_command(commands, "models", "List the models, or fetch the files they need.", _list)
    fetch = parser.add_subparsers(metavar="fetch").add_parser("fetch", help="Fetch model files.")
    fetch.add_argument("names", nargs="*", metavar="NAME", help="models or weight files to fetch")
    fetch.add_argument("--all", action="store_true", help="fetch the files of every model that can run here")
    fetch.set_defaults(command=_fetch)


def _list(options: argparse.Namespace) -> int:
    models = [
        {"name": model.name, "title": model.title, "description": model.description, **_status(model)}
        for model in MODELS.values()
    ]
    if options.json:
        print_json({"models": models})
        return OK
    for model in models:
        mark = "ready  " if model["ready"] else "missing"
        print(f"{mark}  {model['name']:<23} {model['description'] if model['ready'] else model['reason']}")
    return OK


def _status(model: ModelInfo) -> dict[str, object]:
    try:
        require_package(model.name)
    except UnavailableModel as error:
        return {"ready": False, "reason": str(error)}
    found = [weights.status(name) for name in model.weights]
    return {"ready": all(it.ready for it in found), "reason": "; ".join(it.reason for it in found if not it.ready)}


def _fetch(options: argparse.Namespace) -> int:
    if not options.all and not options.names:
        raise InputError("name the models or weight files to fetch, or use --all")
    named = (file for name in options.names for file in _weights_of(name))
    files = list(supported_weights() if options.all else dict.fromkeys(named))
    from pose_demo.weights import fetching  # takes 30 ms to import

    outcome = fetching.fetch_all(files, _FetchProgress())
    failures = [result for result in outcome.values() if isinstance(result, weights.MissingWeights)]
    for failure in failures:
        print_message(f"error: {failure.weight.name}: {failure.reason}")
    if failures:
        print_message(store.what_to_do([failure.weight for failure in failures]))
    ready = len(outcome) - len(failures)
    print_message(f"{ready} of {len(outcome)} files are ready in {weights.models_dir()}")
    return BAD_INPUT if failures else OK


def _weights_of(name: str) -> tuple[str, ...]:
    """Names of the weights that a model needs, or of a single weight; a model takes precedence over a weight."""
    if name in NETWORKS:
        return NETWORKS[name].weights
    if name in weights.WEIGHTS:
        return (name,)
    known = f"the models are {', '.join(MODELS)}; the weight files are {', '.join(weights.WEIGHTS)}"
    raise InputError(f"no model or weight file is named {name!r}; {known}")


class _FetchProgress:
    """Prints the progress: on a terminal in a line that is updated, in a log one line for each step."""

    def __init__(self) -> None:
        self._printed = ""

    def __call__(self, progress: weights.Progress) -> None:
        text = ": ".join(part for part in (progress.name, progress.source, progress.message, progress.reason) if part)
        megabytes = f"{progress.done_bytes / 1e6:7.1f} MB" if progress.done_bytes else ""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{text} {megabytes}")
            sys.stderr.flush()
        elif text != self._printed and (progress.done_bytes or not progress.source):  # failures are printed at the end
            print_message(text)
        self._printed = text
