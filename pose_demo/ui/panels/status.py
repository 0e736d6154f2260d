"""Measurements of the live stream: one line for everybody, and the details behind it, updated once a second."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from pose_demo.estimators import MODELS, lighter_models
from pose_demo.live.status import StreamStatus
from pose_demo.messages import Message, message
from pose_demo.settings import Settings
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.fragments import fragment
from pose_demo.ui.panels import joint_angle_plot, keypoint_plot
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr

_MAX_IDLE_S = 1.5  # without a frame; after that a stream has stopped
_NO_DELAY_MS = 100.0  # of latency
_DELAYED_MS = 250.0  # of latency, which a person in front of the camera notices
_STAGES = (  # of `Result.stage_ms`
    message("Pose"),
    message("Hands and face"),
    message("Mask"),
    message("Match"),
    message("Background"),
    message("Effects"),
    message("Draw"),
)
_HELP: dict[str, str] = {
    message("Model"): message("what estimates the keypoints"),
    message("Persons"): message("in the last frame"),
    message("Frame rate"): message("frames that were processed in a second"),
    **dict.fromkeys(_STAGES, message("time for one frame")),
    message("Latency"): message("how much later than the fastest frame the last one was ready"),
    message("Size"): message("of the camera's frames, in pixels"),
}


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
    with st.expander(tr("Details"), icon=":material/speed:", key="status"):
        details(measurements(status))
        if plan and (status.lowered or status.overloaded):
            with st.container(key="governor"):
                st.warning(governor_message(status, plan.settings), icon=":material/speed:")
    keypoint_plot.panel(status.result)
    if plan:
        joint_angle_plot.panel(status.result, plan.settings.joint_angles.plot)
    if status.error and not session.comparison.active:  # that panel has its own message
        text = tr(
            "{consequence}: {error}. Try another model, or reload the page.",
            consequence=consequence(status),
            error=visitor_text(status.error),
        )
        st.error(text, icon=":material/error:")


def headline(status: StreamStatus, settings: Settings) -> tuple[str, str]:
    """The state of the stream for everybody: the color of a light, and a few words."""
    if status.result is None or status.idle_s is None:
        return ("gray", tr("no frame is processed") if status.received else tr("waiting for the camera"))
    if status.idle_s > _MAX_IDLE_S:
        return ("red", _no_frame(status.idle_s))
    color, text = _judgment(status, settings)
    return (color, f"{tr(text)} · {status.fps:.0f} fps · {_delay(status.latency_ms)}")


def _judgment(status: StreamStatus, settings: Settings) -> tuple[str, Message]:
    if status.overloaded:
        return ("red", message("too slow"))
    if status.fps < settings.frame_rate.target:
        return ("orange", message("slow"))
    if status.latency_ms > _DELAYED_MS:
        return ("orange", message("delayed"))
    return ("green", message("simplified") if status.lowered else message("smooth"))


def _no_frame(seconds: float) -> str:
    return tr("no frame for {seconds:.0f} s", seconds=seconds)


def _delay(milliseconds: float) -> str:
    if milliseconds < _NO_DELAY_MS:
        return tr("no delay")
    return tr("{seconds:.1f} s behind", seconds=milliseconds / 1000)


def consequence(status: StreamStatus) -> str:
    """What the stream shows of frames that cannot be processed."""
    return tr("Frames are hidden, as the settings ask") if status.hidden else tr("Frames are shown unprocessed")


def measurements(status: StreamStatus) -> dict[str, str]:
    """Label -> value."""
    result = status.result
    if result is None:
        return {"Frame rate": tr("no frame is processed") if status.received else tr("no frames yet")}
    stopped = status.idle_s is not None and status.idle_s > _MAX_IDLE_S
    return {
        "Model": MODELS[result.model].title,
        "Persons": str(result.persons),
        "Frame rate": _no_frame(status.idle_s or 0.0) if stopped else f"{status.fps:.1f} fps",
        **{stage.capitalize(): f"{ms:.1f} ms" for stage, ms in result.stage_ms.items()},
        "Latency": f"{status.latency_ms:.0f} ms",
        "Size": f"{status.size[0]} × {status.size[1]}",
    }


def governor_message(status: StreamStatus, settings: Settings) -> str:
    """What was lowered to hold the frame rate, and what to do when that is not enough."""
    target, sentences = settings.frame_rate.target, []
    if status.lowered:
        changes = "; ".join(map(tr, status.lowered))
        sentences.append(tr("To hold {target} frames per second: {changes}.", target=target, changes=changes))
    if status.overloaded and status.lowered:
        sentences.append(tr("This machine does not reach {target} frames per second even so.", target=target))
    elif status.overloaded:
        sentences.append(tr("This machine does not reach {target} frames per second.", target=target))
    if status.overloaded:
        sentences.append(_advice(settings))
    return " ".join(sentences)


def _advice(settings: Settings) -> str:
    if not lighter_models(settings.model):
        return tr("Set a lower target in the sidebar under Speed, or close other pages that use this server.")
    return tr("Choose a lighter model, or allow one in the sidebar under Speed.")


def details(values: Mapping[str, str]) -> None:
    """Show labeled values with an explanation, one on each line."""
    lines = [f":gray-badge[{tr(label)} **{value}**] :small[{tr(_HELP[label])}]" for label, value in values.items()]
    with st.container(key="figures", gap="xsmall"):
        st.markdown("  \n".join(lines))


def badges(values: Mapping[str, str]) -> None:
    """Show labeled values in a row that wraps on narrow screens."""
    with st.container(key="figures", horizontal=True, gap="xsmall"):
        for label, value in values.items():
            st.badge(f"{tr(label)} **{value}**", color="gray")
