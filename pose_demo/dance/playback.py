"""Where the music of a take is, for a thread that plays it between the frames."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo.dance.matcher import DanceState
from pose_demo.dance.music import Music
from pose_demo.dance.schedule import PREVIEW


@dataclass(frozen=True, eq=False)
class Playback:
    """Where the music was when a frame was processed.

    Attributes:
        music: what is heard.
        elapsed: seconds of the stream since the take began.
        at: when the frame was ready, in seconds of a monotonic clock.
    """

    music: Music
    elapsed: float
    at: float

    @classmethod
    def of(cls, music: Music | None, state: DanceState | None, at: float) -> Playback | None:
        """Where the music is in a state of the dance; None without a take or without music."""
        if music is None or state is None or state.moment.phase == PREVIEW:
            return None
        return cls(music, music.schedule.elapsed(state.moment), at)
