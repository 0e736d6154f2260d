"""The command ``run``: process an image, a video or the sample."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from typing import Any

from pose_demo.cli.arguments import add_command, add_settings, note_animations, positive, read_settings
from pose_demo.cli.output import INTERRUPTED, OK, ProgressBar, print_message, print_metrics
from pose_demo.dance.comparison import report
from pose_demo.dance.wording import summary
from pose_demo.effects import EFFECTS
from pose_demo.io.images import read_image, read_rgba
from pose_demo.io.sources import scene_of
from pose_demo.matching.options import OWN
from pose_demo.offline.compare import read_reference
from pose_demo.offline.dance.compare import compare_poses
from pose_demo.offline.dance.dancers import Dance
from pose_demo.offline.dance.source import CollectedPoses, is_dance, read_dance
from pose_demo.offline.run import RunStep, process
from pose_demo.offline.still import advice_without_person
from pose_demo.pipeline import Result
from pose_demo.plan import Uploads
from pose_demo.settings import Settings
from pose_demo.types import InputError


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = add_command(commands, "run", "Process an image, a video or the sample.", _run)
    parser.add_argument("input", metavar="INPUT", help="an image, a video or animation, 'sample' or 'sample:SCENE'")
    add_settings(parser)
    parser.add_argument("--output", type=Path, metavar="OUT", help="write OUT.mp4, or OUT.png for an image")
    parser.add_argument("--no-sound", dest="sound", action="store_false", help="leave out the sound of the input")
    parser.add_argument(
        "--keypoints",
        type=Path,
        metavar="OUT",
        help="write the keypoints, in pixels of the output, to OUT.csv or OUT.json; with MediaPipe Pose also in meters",
    )
    parser.add_argument(
        "--reference",
        type=Path,
        metavar="FILE",
        help="reference pose: an image, or a saved pose; or a dance to follow: a video, a saved dance, a keypoint file",
    )
    parser.add_argument("--background", type=Path, metavar="IMAGE", help="background image")
    for name, effect in EFFECTS.items():
        if effect.upload:
            parser.add_argument(f"--{name}", dest=name, type=Path, metavar="FILE", help=effect.upload.help)
    parser.add_argument("--max-frames", type=positive, metavar="N", help="stop after N frames")
    parser.add_argument("--threads", type=positive, default=1, metavar="N", help="CPU threads of each network (1)")


def _run(options: argparse.Namespace) -> int:
    settings = read_settings(options)
    reference = _read_dance(options)
    uploads = _read_uploads(options, settings, None if reference else options.reference)
    if uploads.reference:
        settings = Settings.from_dict({**settings.to_dict(), "match.reference": OWN})
    _check_uploads(settings, uploads)
    steps = process(
        options.input,
        settings,
        options.output,
        options.keypoints,
        options.max_frames,
        options.threads,
        uploads,
        keep_sound=options.sound,
    )
    poses = CollectedPoses()
    last, interrupted = _consume(steps, poses.add if reference else lambda result: None)
    if last is None:
        return INTERRUPTED
    _print_warnings(last, interrupted)
    if not last.report.frames_with_person:
        print_message(advice_without_person(settings, still=last.source.still))
    metrics = last.report.to_dict()
    if reference:
        comparison = compare_poses(reference, poses.detected(), Path(options.input).name)
        print_message(summary(comparison))
        if options.json:
            metrics["dance"] = report(comparison)
    print_metrics(metrics, as_json=options.json)
    return INTERRUPTED if interrupted else OK


def _print_warnings(last: RunStep, interrupted: bool) -> None:
    """What is missing in the output."""
    frames = last.report.frames
    if last.read_error:
        print_message(f"warning: the file is damaged after frame {frames} ({last.read_error}); the rest is missing")
    if last.sound_error:
        print_message(f"warning: {last.sound_error}")
    if interrupted:
        print_message(f"stopped after {frames} frames; the output files are complete up to there")


def _read_dance(options: argparse.Namespace) -> Dance | None:
    """The dance that ``--reference`` names; None if it is a reference pose, or not given."""
    path: Path | None = options.reference
    if path is None or not (scene_of(str(path)) or is_dance(path)):
        return None
    return read_dance(str(path), threads=options.threads)


def _read_uploads(options: argparse.Namespace, settings: Settings, reference: Path | None) -> Uploads:
    given = vars(options)
    note_animations(reference, options.background, *(given.get(name) for name in EFFECTS))
    return Uploads(
        reference=read_reference(reference, settings) if reference else None,
        background=read_image(options.background) if options.background else None,
        images={name: read_rgba(given[name]) for name in EFFECTS if given.get(name)},
    )


def _check_uploads(settings: Settings, uploads: Uploads) -> None:
    if settings.match.reference == OWN and uploads.reference is None:
        raise InputError("match.reference=own requires a pose: add --reference with an image or a saved pose")
    if settings.background.mode == "image" and uploads.background is None:
        raise InputError("background.mode=image requires an image: add --background IMAGE")


def _consume(steps: Generator[RunStep], on_result: Callable[[Result], None]) -> tuple[RunStep | None, bool]:
    """Run to the end or to Ctrl-C, with a progress bar; returns the last step and whether it was interrupted."""
    last = None
    with closing(steps), ProgressBar("frames") as bar:
        try:
            for last in steps:
                bar.advance(last.expected)
                on_result(last.result)
            if last and not last.read_error:
                bar.finish()
        except KeyboardInterrupt:
            return last, True
    return last, False
