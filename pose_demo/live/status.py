"""Measurements of a live stream."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo.pipeline import Result


@dataclass(frozen=True, kw_only=True)
class StreamStatus:
    """Measurements of a live stream at one moment.

    Attributes:
        frames: processed since the stream started.
        fps: processed frames per second, over the last two seconds.
        latency_ms: of the last frame, relative to the fastest frame so far.
        result: the last frame's result; None before the first, and after a hidden one.
        idle_s: seconds since the last processed frame; None before the first.
        error: why the last frame could not be processed; empty otherwise.
        received: camera frames since the stream started, processed or not.
        hidden: frames that cannot be processed are replaced by a dark picture; else they are shown as they are.
        size: (width, height) of the last frame as received.
        lowered: how the settings in effect differ from the requested ones, to hold the frame rate.
        overloaded: the frame rate is missed although the last degradation level is active.
    """

    frames: int
    fps: float
    latency_ms: float
    result: Result | None
    idle_s: float | None
    error: str
    received: int = 0
    hidden: bool = False
    size: tuple[int, int] = (0, 0)
    lowered: tuple[str, ...] = ()
    overloaded: bool = False
