"""What is shown over the live picture."""

from __future__ import annotations

from pose_demo.fields import NONE
from pose_demo.settings import Settings
from pose_demo.ui.panels import hints, match, status
from pose_demo.ui.session import Session


def show(session: Session, settings: Settings) -> None:
    """Show the hint, the state of the stream and, with a reference pose, the similarity."""
    hints.stream_chip(session)
    status.light(session)
    if settings.match.reference != NONE and not settings.plays_game:
        match.verdict(session, settings)
