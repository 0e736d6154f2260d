"""What the toolbar over the live picture shows and does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from pose_demo.settings import Settings
from pose_demo.ui import state
from pose_demo.ui.components.stage import ToolbarState
from pose_demo.ui.panels import dance, presets, recorder
from pose_demo.ui.presets import PRESETS
from pose_demo.ui.session import Session

_MIRROR_BY_SIDE = {"environment": "off", "user": "auto"}  # of a phone, where the camera is


def toolbar(session: Session, settings: Settings) -> ToolbarState:
    """The state of the toolbar."""
    recording, plan = session.recordings.recorder, session.stream.plan
    countdown, sound = recorder.countdown()
    is_running = recording is not None and recording.running
    return ToolbarState(
        presets=tuple(PRESETS),
        mirrored=settings.mirrors(live=plan is not None and plan.live),
        countdown=countdown,
        sound=sound,
        recording={"seconds": recording.seconds, "limit": recording.limit} if recording and is_running else None,
        dancing=session.takes.is_running if dance.has_teacher(session, settings) else None,
    )


def actions(session: Session, settings: Settings) -> dict[str, Callable[[Any], None]]:
    """What its buttons do."""
    return {
        "record": partial(recorder.record, session),
        "dance": partial(dance.command, session),
        "snapshot": lambda _: recorder.take_snapshot(session),
        "mirror": partial(state.request, "mirror"),
        "preset": partial(presets.apply, before=settings),
    }


def show_side(side: str) -> None:
    """Mirror a camera that shows the visitor, and not the one on the back of a phone."""
    if side in _MIRROR_BY_SIDE:
        state.request("mirror", _MIRROR_BY_SIDE[side])
