"""The delay of a stream from the claps of a calibration."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo.dance.comparison import compare
from pose_demo.dance.options import DanceOptions
from pose_demo.dance.sequence import PoseSequence
from pose_demo.messages import message

MAX_DELAY = 1.0  # seconds
_SEARCHED = 1.2  # seconds; a longer delay would be confused with other claps
_MAX_SPREAD_MS = 200.0  # between passages


@dataclass(frozen=True)
class Measurement:
    """What a calibration has found.

    Attributes:
        seconds: the delay in [0, `MAX_DELAY`]; None without one.
        reason: why there is none, and what to do; "" otherwise.
    """

    seconds: float | None = None
    reason: str = ""


def measure(claps: PoseSequence, performance: PoseSequence) -> Measurement:
    """The delay of a stream whose dancer claps in time with what is seen and heard.

    Args:
        claps: of the teacher.
        performance: the dancer's poses in the reference's time, without a delay taken out.
    """
    compared = compare(claps, performance, DanceOptions(mirror="off", largest_lag=_SEARCHED))
    if compared.timing_ms is None:
        return Measurement(reason=message("the claps were not recognized: {reason}", reason=compared.reason))
    timings = [passage.timing_ms for passage in compared.passages if passage.timing_ms is not None]
    if max(timings) - min(timings) > _MAX_SPREAD_MS:
        return Measurement(reason=message("the claps were too irregular: clap with the music, as the teacher does"))
    seconds = compared.timing_ms / 1000
    if not 0 <= seconds <= MAX_DELAY:
        text = message(
            "expected a delay from 0 to {limit:.0f} ms, got {milliseconds:.0f}: clap with the music, not before it",
            limit=1000 * MAX_DELAY,
            milliseconds=compared.timing_ms,
        )
        return Measurement(reason=text)
    return Measurement(seconds)
