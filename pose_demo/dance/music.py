"""What is heard in a take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pose_demo.dance.schedule import Schedule
from pose_demo.dance.sound import RATE, Samples, Sound


def _click() -> Samples:
    """A beat of the count-in."""
    time = np.arange(0, 0.06, 1 / RATE)
    return np.asarray(16_000 * np.sin(2 * np.pi * 1000 * time) * np.exp(-time / 0.015), np.int16)


_CLICK = _click()


@dataclass(frozen=True, eq=False)
class Music:
    """What is heard in a take: clicks in the count-in, then the passage.

    Attributes:
        passage: its sound in seconds of the stream.
        schedule: when it is danced.
    """

    passage: Samples
    schedule: Schedule

    @classmethod
    def of(cls, sound: Sound, schedule: Schedule) -> Music:
        """The music of a schedule; it may take some seconds (see `Sound.passage`)."""
        return cls(sound.passage(schedule.start, schedule.end, schedule.speed), schedule)

    def samples(self, first: int, count: int) -> Samples | None:
        """Samples from ``first`` on, counted from the beginning of the take; None after its end."""
        numbers = first + np.arange(count)
        danced = numbers - round(self.schedule.count_in * RATE)
        if danced[0] >= len(self.passage) and not self.schedule.loop:
            return None
        if self.schedule.loop:
            danced = np.where(danced < 0, danced, danced % max(len(self.passage), 1))
        heard = np.zeros(count, np.int16)
        clicks = (numbers >= 0) & (danced < 0) & (danced % RATE < len(_CLICK))
        heard[clicks] = _CLICK[danced[clicks] % RATE]
        inside = (danced >= 0) & (danced < len(self.passage))
        heard[inside] = self.passage[danced[inside]]
        return heard
