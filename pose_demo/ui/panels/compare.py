"""Compare two settings on the live stream: A is the sidebar, B was kept when the comparison began."""

from __future__ import annotations

import streamlit as st

from pose_demo import fields
from pose_demo.estimators import MODELS
from pose_demo.messages import message
from pose_demo.settings import Settings
from pose_demo.types import Image
from pose_demo.ui import state
from pose_demo.ui.components import agreement, player, split
from pose_demo.ui.components.agreement import Row
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.fragments import fragment
from pose_demo.ui.models import request_comparison
from pose_demo.ui.panels import status as status_panel
from pose_demo.ui.panels import values
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr

_KEY = "compare"
_HELP = message(
    "Keeps a copy of the present settings as B, and shows A, which is the sidebar, and B on the same frames."
)
_USE_HELP = message("Ends the comparison with the settings of A.")
_MAX_DIFFERENCES = 4  # listed on the page


def request(session: Session, *, live: bool) -> None:
    """Prepare the models of B, while two settings are compared."""
    if session.comparison.settings is not None:
        request_comparison(session, session.comparison.settings, live=live)


def picture(session: Session, image: Image) -> None:
    """Show an image of the stream; while two settings are compared, the images of both with a divider."""
    comparison, images = session.comparison, session.comparison.images
    if comparison.active and images:
        labels = side_labels(session)
        comparison.divider = split.show(*images, labels, key="compare-picture", position=comparison.divider)
    else:
        player.show(image)


@fragment()
def divider(session: Session) -> None:
    """The divider of the webcam's video, whose picture the server composes; nothing while nothing is compared."""
    comparison = session.comparison
    if comparison.active:
        labels = side_labels(session)
        comparison.divider = split.divider(labels, key="compare-divider", position=comparison.divider)


def side_labels(session: Session) -> tuple[str, str]:
    """The names of both sides with their models."""
    plans = session.stream.plan, session.comparison.plan
    a, b = (MODELS[plan.pose.model].title if plan else "" for plan in plans)
    return (f"A · {a}", f"B · {b or a}")


def controls(session: Session, settings: Settings) -> None:
    """Show the toggle, and the buttons while two settings are compared."""
    comparison = session.comparison
    st.session_state[_KEY] = comparison.active
    with st.container(key="compare-controls", horizontal=True, vertical_alignment="center", gap="small"):
        st.toggle(tr("Compare"), key=_KEY, on_change=_toggle, args=(session,), help=tr(_HELP))
        if comparison.settings is not None:
            st.button(tr("Use A"), key="compare-use-a", on_click=_use, args=(session, None), help=tr(_USE_HELP))
            st.button(tr("Use B"), key="compare-use-b", on_click=_use, args=(session, comparison.settings))
            swapped = (session, settings, comparison.settings)
            st.button(tr("Swap"), key="compare-swap", icon=":material/swap_horiz:", on_click=_swap, args=swapped)
    if comparison.settings is not None:
        sides = tr("**A**: the sidebar. **B**: kept.")
        st.caption(f"{sides} {differences(settings, comparison.settings)}")


def differences(a: Settings, b: Settings) -> str:
    """The settings that differ, with both values."""
    of_b = fields.values(b)
    pairs = [(state.SPECS[name], value, of_b[name]) for name, value in fields.values(a).items() if value != of_b[name]]
    texts = [f"{tr(spec.label)} ({values.text(spec, x)} / {values.text(spec, y)})" for spec, x, y in pairs]
    if not texts:
        return tr("They are the same: change something in the sidebar.")
    shown, more = ", ".join(texts[:_MAX_DIFFERENCES]), len(texts) - _MAX_DIFFERENCES
    if more > 0:
        return tr("They differ in: {settings}, and {count} more.", settings=shown, count=more)
    return tr("They differ in: {settings}.", settings=shown)


def _toggle(session: Session) -> None:
    if st.session_state[_KEY]:
        session.comparison.start(state.current_settings())
    else:
        session.comparison.stop()


def _use(session: Session, settings: Settings | None) -> None:
    """End the comparison, with other settings in the sidebar if they are given."""
    session.comparison.stop()
    if settings:
        state.apply(settings)


def _swap(session: Session, a: Settings, b: Settings) -> None:
    session.comparison.start(a)
    state.apply(b)


@fragment(run_every=1.0)
def panel(session: Session) -> None:
    """Show the measures of both sides; nothing while nothing is compared."""
    comparison = session.comparison
    if not comparison.active:
        return
    _failures(session)
    summary, plans = comparison.summary, (session.stream.plan, comparison.plan)
    if summary is None or not all(plans):
        return
    sides = zip("AB", plans, (summary.a, summary.b), strict=True)
    rows = [Row(name, MODELS[plan.pose.model].title, side.ms, side.jitter) for name, plan, side in sides if plan]
    with st.container(key="comparison"):
        agreement.show(rows, summary.joints, tr("the last frames"))


def _consequence(session: Session, other: str) -> str:
    images = session.comparison.images
    if images is None:
        return status_panel.consequence(session.stream.status())
    if images[0] is images[1]:
        return tr("{side} is shown on both sides", side=other)
    return tr("Its side is hidden, as its settings ask")


def _failures(session: Session) -> None:
    """Explain why one side is missing, and what was lowered for B."""
    a, b = session.stream.status(), session.comparison.status
    for name, other, status in (("A", "B", a), ("B", "A", b)):
        if status.error:
            text = tr(
                "{side} failed: {error}. {consequence}. Try another model.",
                side=name,
                error=visitor_text(status.error),
                consequence=_consequence(session, other),
            )
            st.error(text, icon=":material/error:")
    if b.lowered:
        st.caption(tr("To hold the frame rate, B runs with: {changes}.", changes="; ".join(map(tr, b.lowered))))
