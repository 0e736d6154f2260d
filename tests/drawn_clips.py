"""Drawn clips in which a dancer is in a pose, and is not: with different bodies, noise and movements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import count
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pose_demo import sample
from pose_demo.explore.footage.clip import Clip, Span, open_clip
from pose_demo.io.video_writer import VideoWriter
from pose_demo.matching import library
from pose_demo.matching.similarity import match
from pose_demo.sample.dance import dance
from pose_demo.sample.keyframes import POSES
from pose_demo.sample.posture import Posture
from pose_demo.sample.rendering import camera_for, render, true_poses
from pose_demo.sample.rig import build_rig
from pose_demo.types import Image

FPS = 15
_SIZE, _VISIBLE_WIDTH = (640, 480), 1.4
_SECONDS = 2  # of each span
_BEATS = np.arange(_SECONDS * FPS) * sample.FPS / FPS / 16
_CLEAR_DEGREES = 40  # a limb of "no match" is off by more
_POSE_FRAMES = 5  # of each still pose that does not match


@dataclass(frozen=True)
class Look:
    """How a clip looks.

    Attributes:
        bodies: names of the dancers, one after another.
        noise: standard deviation of the sensor noise in gray levels.
        proportions: standard deviation of the dancers' proportions, relative to those of the sample.
        sway: how far the dancer moves around the pose, in degrees.
        seed: of all random numbers.
    """

    bodies: tuple[str, ...]
    noise: float
    proportions: float
    sway: float
    seed: int


def labeled_clip(path: Path, reference: str, look: Look) -> Clip:
    """A video of each dancer in the pose (a span of match), then dancing and in other poses (no match)."""
    rng = np.random.default_rng(look.seed)
    spans: list[Span] = []
    noise = rng.normal(0, look.noise, (2 * _SIZE[1], 2 * _SIZE[0], 3)).astype(np.int16)
    with VideoWriter(path, FPS) as writer:
        for name in look.bodies:
            body = _varied(sample.BODIES[name], look.proportions, rng)
            for postures, is_match in (
                (_swaying(POSES[reference], look.sway, rng), True),
                (_others(reference, rng), False),
            ):
                start = writer.frames / FPS
                for posture in postures:
                    writer.write(_noisy(_draw(posture, body), noise, rng), writer.frames / FPS)
                spans.append(Span(start, writer.frames / FPS, is_match))
    return replace(open_clip(path), spans=tuple(spans))


def _varied(body: sample.Body, deviation: float, rng: np.random.Generator) -> sample.Body:
    names = [field.name for field in fields(body) if isinstance(getattr(body, field.name), float)]
    return replace(body, **{name: getattr(body, name) * (1 + rng.normal(0, deviation)) for name in names})


def _swaying(posture: Posture, degrees: float, rng: np.random.Generator) -> Iterator[Posture]:
    phase = rng.uniform(0, 6)
    for index in range(_SECONDS * FPS):
        sway = degrees * float(np.sin(phase + index / 5))
        yield posture._replace(
            left_arm_elevation=posture.left_arm_elevation + sway,
            right_arm_elevation=posture.right_arm_elevation - sway,
            chest_roll=posture.chest_roll + sway / 2,
        )


def _others(reference: str, rng: np.random.Generator) -> Iterator[Posture]:
    dances = ([dance(beat) for beat in rng.uniform(0, 40) + _BEATS] for _ in count())
    yield from next(postures for postures in dances if all(_differs(reference, posture) for posture in postures))
    for name in rng.permutation([name for name in POSES if name != reference]):
        yield from [POSES[name]] * _POSE_FRAMES


def _differs(reference: str, posture: Posture) -> bool:
    """Whether a limb is far off: nobody would mark the seconds in which the dance passes through the reference."""
    rig = build_rig(posture, sample.BODIES["a"])
    (pose,) = true_poses([rig], camera_for(_SIZE, _VISIBLE_WIDTH))
    result = match(library.load(reference), pose)
    return max(result.limbs.values()) > _CLEAR_DEGREES


def _draw(posture: Posture, body: sample.Body) -> Image:
    return render([build_rig(posture, body)], camera_for(_SIZE, _VISIBLE_WIDTH))


def _noisy(image: Image, noise: npt.NDArray[np.int16], rng: np.random.Generator) -> Image:
    """The image with a random part of the noise: drawing new noise for each image takes longer than the image."""
    (height, width), (y, x) = image.shape[:2], (int(rng.integers(limit)) for limit in _SIZE[::-1])
    return np.clip(image + noise[y : y + height, x : x + width], 0, 255).astype(np.uint8)
