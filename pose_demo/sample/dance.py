"""The endless dance: one keyframe per beat. Every sequence of four beats is followed by its mirror image."""

from __future__ import annotations

from functools import lru_cache

from pose_demo.sample.curve import PostureCurve
from pose_demo.sample.keyframes import STEP_SEQUENCES, accumulate
from pose_demo.sample.posture import Posture

FRAMES_PER_BEAT = 16  # 112.5 beats per minute at 30 frames per second; an integer, so that the loop has whole frames


def loop_length() -> int:
    """Number of frames after which the dance repeats."""
    return len(_curve()) * FRAMES_PER_BEAT


def dance(beat: float) -> Posture:
    """Posture at a time in beats; the dance repeats endlessly."""
    return _curve().at(beat)


@lru_cache(maxsize=1)
def _curve() -> PostureCurve:
    postures: list[Posture] = []
    for sequence in STEP_SEQUENCES:
        steps = accumulate(sequence)
        postures += steps + [posture.mirrored() for posture in steps]
    return PostureCurve.through(postures)
