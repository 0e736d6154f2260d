"""What every live source shows below the stream."""

from __future__ import annotations

from pose_demo.settings import Settings
from pose_demo.ui.panels import compare, dance_takes, game, match, recorder, status, teacher, world_view
from pose_demo.ui.session import Session


def show(session: Session, settings: Settings) -> None:
    """Show what was measured of the stream, and what was kept of it."""
    compare.controls(session, settings)
    compare.panel(session)
    teacher.notice(session, settings)
    dance_takes.panel(session.takes)
    match.panel(session, settings)
    game.panel(session, settings)
    recorder.panel(session)
    status.panel(session)
    world_view.panel(session, settings)
