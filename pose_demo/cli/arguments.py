"""Arguments that several commands have."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pose_demo.cli.output import print_message
from pose_demo.estimators import AUTO, AUTO_DETECTOR, DETECTORS, MODELS
from pose_demo.explore.footage.clip import Clip, open_clip
from pose_demo.fields import NONE
from pose_demo.io.animation import is_animation
from pose_demo.io.images import check_file
from pose_demo.legacy_names import translate_settings
from pose_demo.matching.reference import Reference
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
    detectors = (AUTO, NONE, *DETECTORS)
    parser.add_argument("--model", choices=tuple(MODELS), metavar="NAME", help=f"one of {', '.join(MODELS)}")
    parser.add_argument(
        "--detector",
        type=_detector,
        choices=detectors,
        metavar="NAME",
        help=f"detects all persons, so that the model runs once for each; one of {', '.join(detectors)} "
        f"(auto: {AUTO_DETECTOR} for images, none for videos)",
    )
    parser.add_argument("--settings", type=Path, metavar="FILE.json", help="settings saved from the page")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change one setting, for example confidence=0.5; a wrong name lists all of them",
    )


def _detector(text: str) -> str:
    return str(translate_settings({"detector": text})["detector"])


def positive(text: str) -> int:
    """The type of an argument that is an integer of at least 1."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected an integer of at least 1, got {text!r}")
    return int(text)


def add_exploration(parser: argparse.ArgumentParser) -> None:
    """Add the options of commands that explore clips; `read_clips` and others read them."""
    parser.add_argument("clips", nargs="+", metavar="CLIP", help="a video, 'sample' or 'sample:SCENE'")
    parser.add_argument("--max-frames", type=positive, metavar="N", help="process the first N frames of each clip")
    parser.add_argument("--start", type=float, default=0.0, metavar="S", help="process from second S of each clip on")
    parser.add_argument("--end", type=float, metavar="S", help="process up to second S of each clip")
    parser.add_argument(
        "--annotations",
        type=Path,
        action="append",
        default=[],
        metavar="FILE.json",
        help="true keypoints in COCO's format; repeat it for each clip, in their order",
    )
    parser.add_argument("--reference", type=Path, metavar="FILE", help="your reference pose, saved as JSON")
    parser.add_argument("--jobs", type=positive, default=1, metavar="N", help="processes on this machine (1)")
    parser.add_argument("--scheduler", default="", metavar="ADDRESS", help="a Dask cluster, such as tcp://HOST:8786")


def note_animations(*paths: Path | None) -> None:
    """Say that of an animated image only the first picture is used, where an image is expected."""
    for path in paths:
        if path and is_animation(path):
            print_message(f"{path}: an animation; its first picture is used")


def read_clips(options: argparse.Namespace) -> list[Clip]:
    """The clips with their options.

    Raises:
        InputError: a clip or an annotation file cannot be read, or their numbers differ.
    """
    annotations: list[Path] = options.annotations
    if annotations and len(annotations) != len(options.clips):
        raise InputError(f"expected one --annotations for each of {len(options.clips)} clips, got {len(annotations)}")
    for path in annotations:
        check_file(path)
    return [
        replace(
            open_clip(source, options.max_frames),
            start=options.start,
            end=options.end,
            annotations=str(annotations[index].resolve()) if annotations else "",
        )
        for index, source in enumerate(options.clips)
    ]


def read_own_reference(options: argparse.Namespace) -> str:
    """The reference pose as JSON; empty without one.

    Raises:
        InputError: the file cannot be read, or is no reference pose.
    """
    if options.reference is None:
        return ""
    check_file(options.reference)
    return Reference.from_json(options.reference.read_bytes()).to_json()


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
