"""Measurements of the live stream: one line for everybody, and the details behind it, updated once a second."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from pose_demo.estimators import MODELS, lighter_models
from pose_demo.live.status import StreamStatus
from pose_demo.settings import Settings
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.fragments import fragment
from pose_demo.ui.panels import keypoint_plot
from pose_demo.ui.session import Session

_MAX_IDLE_S = 1.5  # without a frame; after that a stream has stopped


_NO_DELAY_MS = 100.0  # of latency
_DELAYED_MS = 250.0  # of latency, which a person in front of the camera notices
_HELP = {
    "Model": "what estimates the keypoints",
    "Persons": "in the last frame",
    "Frame rate": "frames that were processed in a second",
    "Latency": "how much later than the fastest frame the last one was ready",
    "Size": "of the camera's frames, in pixels",
}
_STAGE_HELP = "time for one frame"


@fragment(run_every=1.0)
def light(session: Session) -> None:
    """Show the state of the stream in one line over the picture."""
    status, plan = session.stream.status(), session.stream.plan
    color, text = headline(status, plan.settings if plan else Settings())
    with st.container(key="stage-light"):
        st.html(f"<div class='pd-light'><i class='{color}'></i>{escape(text)}</div>")


@fragment(run_every=1.0)
def panel(session: Session) -> None:
    """Show the measurements of the live stream, changes by the governor, the plots and the last error."""
    if session.models_released:
        st.rerun()  # the whole page, which is back and loads them
    status, plan = session.stream.status(), session.stream.plan
    with st.expander("Details", icon=":material/speed:", key="status"):
        details(measurements(status))
        if plan and (status.lowered or status.overloaded):
            with st.container(key="governor"):
                st.warning(governor_message(status, plan.settings), icon=":material/speed:")
    keypoint_plot.panel(status.result)
    if status.error and not session.comparison.active:  # that panel has its own message
        st.error(
            f"{consequence(status)}: {visitor_text(status.error)}. Try another model, or reload the page.",
            icon=":material/error:",
        )


def headline(status: StreamStatus, settings: Settings) -> tuple[str, str]:
    """The state of the stream for everybody: the color of a light, and a few words."""
    if status.result is None or status.idle_s is None:
        return ("gray", "no frame is processed" if status.received else "waiting for the camera")
    if status.idle_s > _MAX_IDLE_S:
        return ("red", f"no frame for {status.idle_s:.0f} s")
    figures = f"{status.fps:.0f} fps · {_delay(status.latency_ms)}"
    if status.overloaded:
        return ("red", f"too slow · {figures}")
    if status.fps < settings.frame_rate.target:
        return ("orange", f"slow · {figures}")
    if status.latency_ms > _DELAYED_MS:
        return ("orange", f"delayed · {figures}")
    return ("green", f"{'simplified' if status.lowered else 'smooth'} · {figures}")


def _delay(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.1f} s behind" if milliseconds >= _NO_DELAY_MS else "no delay"


def consequence(status: StreamStatus) -> str:
    """What the stream shows of frames that cannot be processed."""
    return "Frames are hidden, as the settings ask" if status.hidden else "Frames are shown unprocessed"


def measurements(status: StreamStatus) -> dict[str, str]:
    """Label -> value."""
    result = status.result
    if result is None:
        return {"Frame rate": "no frame is processed" if status.received else "no frames yet"}
    stopped = status.idle_s is not None and status.idle_s > _MAX_IDLE_S
    return {
        "Model": MODELS[result.model].title,
        "Persons": str(result.persons),
        "Frame rate": f"no frame for {status.idle_s:.0f} s" if stopped else f"{status.fps:.1f} fps",
        **{stage.capitalize(): f"{ms:.1f} ms" for stage, ms in result.stage_ms.items()},
        "Latency": f"{status.latency_ms:.0f} ms",
        "Size": f"{status.size[0]} × {status.size[1]}",
    }


def governor_message(status: StreamStatus, settings: Settings) -> str:
    """What was lowered to hold the frame rate, and what to do when that is not enough."""
    target = f"{settings.frame_rate.target} frames per second"
    lowered = f"To hold {target}: {'; '.join(status.lowered)}." if status.lowered else ""
    if not status.overloaded:
        return lowered
    missed = f"This machine does not reach {target}{' even so' if lowered else ''}."
    return " ".join(filter(None, (lowered, missed, _advice(settings))))


def _advice(settings: Settings) -> str:
    if not lighter_models(settings.model):
        return "Set a lower target in the sidebar under Speed, or close other pages that use this server."
    return "Choose a lighter model, or allow one in the sidebar under Speed."


def details(values: Mapping[str, str]) -> None:
    """Show labeled values with an explanation, one on each line."""
    lines = [
        f":gray-badge[{label} **{value}**] :small[{_HELP.get(label, _STAGE_HELP)}]" for label, value in values.items()
    ]
    with st.container(key="figures", gap="xsmall"):
        st.markdown("  \n".join(lines))


def badges(values: Mapping[str, str]) -> None:
    """Show labeled values in a row that wraps on narrow screens."""
    with st.container(key="figures", horizontal=True, gap="xsmall"):
        for label, value in values.items():
            st.badge(f"{label} **{value}**", color="gray")
