"""Arguments that several commands have."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pose_demo.estimators import DETECTORS, MODELS
from pose_demo.fields import NONE
from pose_demo.io.images import check_file
from pose_demo.legacy_names import translate_settings
from pose_demo.settings import Settings
from pose_demo.types import InputError

Command = Callable[[argparse.Namespace], int]

_SETTING_OF_OPTION = {"model": "model", "detector": "detector", "rule": "match.rule"}


def add_command(commands: Any, name: str, help: str, command: Command) -> argparse.ArgumentParser:
    """Add a command with the option ``--json``; returns the parser of its arguments."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help)
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.set_defaults(command=command)
    return parser


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the options that `read_settings` reads."""
    detectors = (NONE, *DETECTORS)
    parser.add_argument("--model", choices=tuple(MODELS), metavar="NAME", help=f"one of {', '.join(MODELS)}")
    parser.add_argument(
        "--detector",
        type=_detector,
        choices=detectors,
        metavar="NAME",
        help=f"detects all persons, so that the model runs once for each; one of {', '.join(detectors)}",
    )
    parser.add_argument("--settings", type=Path, metavar="FILE.json", help="settings saved from the page")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="change one setting")


def _detector(text: str) -> str:
    return str(translate_settings({"detector": text})["detector"])


def positive(text: str) -> int:
    """The type of an argument that is an integer of at least 1."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected an integer of at least 1, got {text!r}")
    return int(text)


def read_settings(options: argparse.Namespace) -> Settings:
    """Settings from a file, then from ``--set``, then from options such as ``--model``; the later ones win.

    Raises:
        InputError: the file cannot be read, or a name or value is invalid.
    """
    base: dict[str, object] = {}
    if options.settings:
        check_file(options.settings)
        base = Settings.from_json(options.settings.read_bytes()).to_dict()
    texts = dict(_key_and_value(text) for text in options.set)
    given = vars(options)
    texts |= {setting: given[option] for option, setting in _SETTING_OF_OPTION.items() if given.get(option)}
    return Settings.from_texts(texts, base)


def _key_and_value(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise InputError(f"--set {text}: expected KEY=VALUE, for example --set confidence=0.5")
    return key, value
