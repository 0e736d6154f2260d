"""The sample dancer, processed live and shown over Streamlit's WebSocket."""

from __future__ import annotations

import time

import streamlit as st

from pose_demo import sample
from pose_demo.settings import Settings
from pose_demo.types import Frame, Image
from pose_demo.ui import share
from pose_demo.ui.components import stage
from pose_demo.ui.fragments import fragment
from pose_demo.ui.models import request_stream
from pose_demo.ui.panels import compare, dance, overlays, seats, toolbar
from pose_demo.ui.session import Session
from pose_demo.ui.sources import live_panels
from pose_demo.ui.translation import tr
from pose_demo.ui.widgets import translated_name

_FOLLOWER_DELAY_S = 0.12  # seconds of the stream


def show(session: Session, settings: Settings) -> None:
    """Show a scene of the sample with one person, two, or none."""
    scene = st.session_state["scene"]
    request_stream(session, settings, live=False)
    compare.request(session, live=False)
    with st.container(key="stage"):
        _play(session, scene)
        stage.show(toolbar.toolbar(session, settings), toolbar.actions(session, settings), is_kiosk=share.is_kiosk())
        overlays.show(session, settings)
    dance.panel(session, settings)
    st.segmented_control(tr("Scene"), sample.SCENES, format_func=translated_name, key="scene", required=True)
    live_panels.show(session, settings)


def _play(session: Session, scene: str) -> None:
    """Process and show the sample, at a lower rate while webcams need the cores."""
    fps = seats.preview_fps()
    fragment(run_every=1 / fps)(_show_frame)(session, scene, fps)


def _show_frame(session: Session, scene: str, fps: float) -> None:
    """Process and show the current frame of the sample."""
    if fps != seats.preview_fps():
        st.rerun()  # the whole page, for another interval
    elapsed = time.monotonic() - session.started_at
    image = _image(session, scene, elapsed)
    result = session.stream.process_frame(Frame(image, elapsed))
    compare.picture(session, image if result is None else result.image)


def _image(session: Session, scene: str, elapsed: float) -> Image:
    """The scene; the solo dancer follows a drawn teacher, a little late and with a style of their own."""
    plan, result = session.stream.plan, session.stream.status().result
    dance, last = plan and plan.dance, result and result.dance
    if scene != "solo" or not (dance and result and last) or dance.options.reference not in sample.CHOREOGRAPHIES:
        return sample.frame(int(elapsed * sample.FPS), scene=scene).image
    follower = sample.Performance(
        choreography=sample.CHOREOGRAPHIES[dance.options.reference],
        part=dance.followed,
        delay=_FOLLOWER_DELAY_S * dance.schedule.speed,
        style=sample.Style(seed=1),
        body=sample.BODIES["b"],
        mirrored=dance.exchanges_sides,
    )
    time = last.moment.position + min(last.moment.danced, 0.0) + (elapsed - result.timestamp) * dance.schedule.speed
    return sample.performance_frame([follower], time).image
