"""The command ``eval``: measure accuracy on annotated images."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pose_demo.cli.arguments import add_command, add_settings, read_settings
from pose_demo.cli.output import OK, ProgressBar, print_metrics
from pose_demo.offline.evaluate import evaluate


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = add_command(commands, "eval", "Measure accuracy on images with COCO keypoint annotations.", _evaluate)
    parser.add_argument("--annotations", type=Path, required=True, metavar="FILE.json")
    parser.add_argument("--images", type=Path, required=True, metavar="DIR")
    parser.add_argument("--masks", action="store_true", help="also measure segmentation masks")
    parser.add_argument(
        "--streams", action="store_true", help="also measure a video of each image with noise: persons, OKS, jitter"
    )
    add_settings(parser)


def _evaluate(options: argparse.Namespace) -> int:
    settings = read_settings(options)
    with ProgressBar("images") as bar:
        metrics = evaluate(
            options.annotations,
            options.images,
            settings,
            bar.advance,
            masks=options.masks,
            streams=options.streams,
        )
    print_metrics(metrics, as_json=options.json)
    return OK
