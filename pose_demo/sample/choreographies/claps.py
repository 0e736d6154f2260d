"""Claps in front and overhead by turns, arms wide between them: to measure the delay of a stream.

It is regular, so that everybody claps with the music instead of after it; a shift of one beat is no more similar than
other moves, and only one of four beats, 2.5 s, is the same.
"""

from __future__ import annotations

from pose_demo.messages import message
from pose_demo.sample.choreographies.moves import CLAP, CLAP_HIGH, HOME, OUT, both
from pose_demo.sample.choreography import Choreography

_CLAPS = (
    HOME | both(OUT),
    HOME | both(CLAP),
    HOME | both(OUT),
    HOME | both(CLAP_HIGH),
)

CHOREOGRAPHY = Choreography(name="claps", title=message("Claps"), bpm=96, parts=(_CLAPS * 4,))
