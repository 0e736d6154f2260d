"""A choreography: moves at a constant tempo, for one dancer or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pose_demo.sample import music
from pose_demo.sample.curve import PostureCurve
from pose_demo.sample.keyframes import Keyframe, accumulate
from pose_demo.sample.posture import Posture

JUMP = "jump"  # entry of a keyframe: height of a jump, in body heights, that lands at this keyframe
COUNTS_PER_PHRASE = 8

Part = Sequence[Keyframe]  # the moves of one dancer, a keyframe per count


@dataclass(frozen=True, eq=False)
class Choreography:
    """Moves on the beat, in phrases of 8 counts; count 1 is at 0 s. It ends in the posture in which it begins.

    Attributes:
        name: its name, as in ``run sample:NAME``.
        title: its name on the page.
        bpm: tempo in beats per minute, one count per beat.
        parts: the keyframes of each dancer, one per count; all parts have the same number of counts.
    """

    name: str
    title: str
    bpm: float
    parts: tuple[Part, ...]

    @property
    def dancers(self) -> int:
        """The number of dancers."""
        return len(self.parts)

    @property
    def counts(self) -> int:
        """The number of counts, a multiple of 8."""
        return len(self.parts[0])

    @property
    def duration(self) -> float:
        """Seconds from count 1 to the end of the last count."""
        return self.counts * 60 / self.bpm

    def posture(self, timestamp: float, part: int = 0) -> Posture:
        """Posture of a dancer; before the start and after the end, that of the start.

        Args:
            timestamp: seconds since count 1.
            part: index of the dancer.
        """
        return self._curves[part].at(float(np.clip(timestamp * self.bpm / 60, 0, self.counts)))

    def sound(self, rate: int = 48000, *, count_in: bool = False) -> npt.NDArray[np.float32]:
        """The music as mono samples in [-1, 1], as long as the choreography.

        Args:
            rate: samples per second.
            count_in: whether four clicks precede it, which last four beats.
        """
        return music.render(self.bpm, self.counts, rate, count_in=count_in)

    @cached_property
    def _curves(self) -> tuple[PostureCurve, ...]:
        return tuple(_curve(part) for part in self.parts)


def _curve(part: Part) -> PostureCurve:
    postures = accumulate({name: value for name, value in count.items() if name != JUMP} for count in part)
    landings = np.array([count.get(JUMP, 0.0) for count in part])
    curve = PostureCurve.through(postures, np.roll(landings, -1).tolist())
    curve.tangents[0] = 0  # it starts from rest and ends at rest
    return curve
