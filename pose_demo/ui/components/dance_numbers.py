"""Form and timing of a dance in words, with a dash where they are unknown."""

from __future__ import annotations

from pose_demo.dance.feedback import timing
from pose_demo.matching.feedback import percent
from pose_demo.ui.translation import tr

UNKNOWN = "–"


def share_text(value: float | None) -> str:
    """A form, or another share in [0, 1], in percent."""
    return UNKNOWN if value is None else percent(value)


def timing_text(milliseconds: float | None) -> str:
    """Early or late by how many milliseconds, which are positive when late."""
    return UNKNOWN if milliseconds is None else tr(timing(milliseconds))
