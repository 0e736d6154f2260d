"""Calibrate the threshold live: hold a button while the pose matches, and one while it does not."""

from __future__ import annotations

import streamlit as st

from pose_demo.explore.calibration.threshold import scoring_settings
from pose_demo.settings import Settings
from pose_demo.ui.components import hold_buttons
from pose_demo.ui.fragments import fragment
from pose_demo.ui.panels.calibration import show_result
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr


@fragment(run_every=0.5)
def panel(session: Session, settings: Settings) -> None:
    """Show the buttons and what was collected."""
    labels = session.labels
    labels.use((scoring_settings(settings), session.uploads.current.reference))
    labels.collect(session.stream.buffer.scores)
    started = bool(labels.samples) or labels.held is not None  # a run of the whole page would close the expander
    with st.expander(tr("Calibrate"), icon=":material/tune:", key="live-calibration", expanded=started):
        st.caption(tr("Hold a button while the person is in the pose, and the other one while not."))
        hold_buttons.show(lambda label: labels.hold(label, session.stream.buffer.scores), key="hold")
        matches = sum(sample.is_match for sample in labels.samples)
        st.caption(
            tr(
                "Collected: {matches} frames of match, {others} of no match.",
                matches=matches,
                others=len(labels.samples) - matches,
            )
        )
        if labels.samples:
            show_result(labels.samples, settings.match.similarity, "live-calibration", narrow=True)
            st.button(tr("Start over"), key="live-calibration-clear", on_click=labels.clear, width="stretch")
