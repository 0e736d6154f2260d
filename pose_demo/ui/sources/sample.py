"""The sample dancer, processed live and shown over Streamlit's WebSocket."""

from __future__ import annotations

import time

import streamlit as st

from pose_demo import sample
from pose_demo.settings import Settings
from pose_demo.types import Frame
from pose_demo.ui import share
from pose_demo.ui.components import stage
from pose_demo.ui.fragments import fragment
from pose_demo.ui.models import request_stream
from pose_demo.ui.panels import compare, match, overlays, recorder, seats, status, teacher, toolbar, world_view
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr
from pose_demo.ui.widgets import translated_name


def show(session: Session, settings: Settings) -> None:
    """Show a scene of the sample with one person, two, or none."""
    scene = st.session_state["scene"]
    request_stream(session, settings, live=False)
    compare.request(session, live=False)
    with st.container(key="stage"):
        _play(session, scene)
        stage.show(toolbar.toolbar(session, settings), toolbar.actions(session, settings), is_kiosk=share.is_kiosk())
        overlays.show(session, settings)
    st.segmented_control(tr("Scene"), sample.SCENES, format_func=translated_name, key="scene", required=True)
    compare.controls(session, settings)
    compare.panel(session)
    teacher.notice(session, settings)
    match.panel(session, settings)
    recorder.panel(session)
    status.panel(session)
    world_view.panel(session, settings)


def _play(session: Session, scene: str) -> None:
    """Process and show the sample, at a lower rate while webcams need the cores."""
    fps = seats.preview_fps()
    fragment(run_every=1 / fps)(_show_frame)(session, scene, fps)


def _show_frame(session: Session, scene: str, fps: float) -> None:
    """Process and show the current frame of the sample."""
    if fps != seats.preview_fps():
        st.rerun()  # the whole page, for another interval
    elapsed = time.monotonic() - session.started_at
    frame = sample.frame(int(elapsed * sample.FPS), scene=scene)
    result = session.stream.process_frame(Frame(frame.image, elapsed))
    compare.picture(session, frame.image if result is None else result.image)
