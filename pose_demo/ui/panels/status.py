"""What the page says about the stream: the truth, once a second."""

from __future__ import annotations

import html

import streamlit as st

from pose_demo.estimators import MODELS, lighter
from pose_demo.live.stream import Status
from pose_demo.plan import Plan
from pose_demo.ui.models import keep_up
from pose_demo.ui.panels import keypoint_plot
from pose_demo.ui.session import Session

_SILENT = 1.5  # seconds without a frame after which a stream is said to be still


@st.fragment(run_every=1.0)
def live(session: Session) -> None:
    """The figures of a live stream, renewed every second."""
    keep_up(session)
    status = session.live.status()
    show(figures(status))
    _governor(status, session.live.plan)
    keypoint_plot.show(status.result)
    if status.error:
        st.error(
            f"Frames are shown unprocessed: {status.error}. Try another model, or reload the page.",
            icon=":material/error:",
        )


def figures(status: Status) -> dict[str, str]:
    """The line under the picture: label -> value."""
    result = status.result
    if result is None:
        return {"Processed": "no frame yet"}
    still = status.silent_s is not None and status.silent_s > _SILENT
    return {
        "Model": MODELS[result.model].title,
        "Persons": str(result.persons),
        "Processed": f"no frame for {status.silent_s:.0f} s" if still else f"{status.fps:.1f} fps",
        **{stage.capitalize(): f"{ms:.1f} ms" for stage, ms in result.stages.items()},
        "Frame age": f"{status.age_ms:.0f} ms",
        "Size": f"{status.size[0]} × {status.size[1]}",
    }


def _governor(status: Status, plan: Plan | None) -> None:
    """What was done to hold the frame rate; nothing while nothing had to be."""
    if plan is None or not (status.lowered or status.short):
        return
    hold = plan.settings.hold
    words = [f"To hold {hold.fps} frames per second: {'; '.join(status.lowered)}."] if status.lowered else []
    if status.short:
        words.append(
            f"This machine does not reach {hold.fps} frames per second{' even so' if words else ''}. {_advice(plan)}"
        )
    st.html(f"<p class='pd-governor' role='status'>{html.escape(' '.join(words))}</p>")


def _advice(plan: Plan) -> str:
    if not lighter(plan.settings.model):
        return "Hold a lower rate (at the left, Speed), or close other pages that use this server."
    return "Choose a lighter model, or let one take over (at the left, Speed)."


def show(values: dict[str, str]) -> None:
    """A row of small labelled figures that wraps on a narrow screen."""
    chips = "".join(
        f"<span class='pd-chip'><span class='pd-label'>{html.escape(label)}</span>{html.escape(value)}</span>"
        for label, value in values.items()
    )
    st.html(f"<div class='pd-chips'>{chips}</div>")
