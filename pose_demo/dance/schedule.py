"""When a take counts in, dances and ends: the position in the reference for each timestamp of the stream."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pose_demo.dance.live_options import DanceAlongOptions
from pose_demo.dance.sequence import PoseSequence

PREVIEW, COUNT_IN, DANCE, FINISHED = "preview", "count-in", "dance", "finished"

MIN_PASSAGE = 1.0  # seconds; a shorter one has no number


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Where a take is.

    Attributes:
        phase: ``preview`` (no take: the passage is repeated), ``count-in``, ``dance`` or ``finished``.
        position: seconds of the reference that the teacher shows.
        count: 3, 2, 1 ... during the count-in, else 0.
        round: how often the passage has been repeated.
        danced: seconds of the reference since the start of the first round; negative in the count-in.
    """

    phase: str
    position: float
    count: int = 0
    round: int = 0
    danced: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The passage of the reference that is danced, and how.

    Attributes:
        start, end: seconds of the reference's timestamps.
        speed: seconds of the reference per second of the stream.
        count_in: seconds of the stream before the dance.
        loop: whether the passage is repeated.
    """

    start: float
    end: float
    speed: float = 1.0
    count_in: float = 3.0
    loop: bool = False

    @classmethod
    def of(cls, dancer: PoseSequence, options: DanceAlongOptions) -> Schedule:
        """The passage of the options; the whole dance where they leave less than a second of it."""
        first, last = float(dancer.timestamps[0]), float(dancer.timestamps[-1])
        start, end = max(first, options.start), min(last, options.end or last)
        if end - start < MIN_PASSAGE:
            start, end = first, last
        return cls(start=start, end=end, speed=options.speed, count_in=options.count_in, loop=options.loop)

    @property
    def duration(self) -> float:
        """Seconds of the reference, above 0."""
        return max(self.end - self.start, 1e-3)

    def preview(self, timestamp: float) -> Moment:
        """The passage again and again, without a take."""
        return Moment(phase=PREVIEW, position=self.start + timestamp * self.speed % self.duration)

    def moment(self, elapsed: float) -> Moment:
        """Where a take is ``elapsed`` seconds of the stream after its beginning."""
        danced = (elapsed - self.count_in) * self.speed
        if danced < 0:
            count = max(1, math.ceil(self.count_in - elapsed - 1e-6))
            return Moment(phase=COUNT_IN, position=self.start, count=count, danced=danced)
        if danced >= self.duration and not self.loop:
            return Moment(phase=FINISHED, position=self.end, danced=danced)
        rounds, rest = divmod(danced, self.duration)
        return Moment(phase=DANCE, position=self.start + rest, round=int(rounds), danced=danced)

    def elapsed(self, moment: Moment) -> float:
        """Seconds of the stream from the beginning of the take to a moment of it."""
        return self.count_in + moment.danced / self.speed
