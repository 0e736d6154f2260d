"""Gets a model ready on the page's own thread, while the one before goes on serving frames."""

from __future__ import annotations

import os

import streamlit as st

from pose_demo import weights
from pose_demo.estimators import MODELS
from pose_demo.plan import Plan, prepare
from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.ui.session import Session

THREADS = int(os.environ.get("POSE_DEMO_THREADS", "1"))


def plan_for(settings: Settings, previous: Plan | None, *, still: bool = False, live: bool = False) -> Plan | None:
    """The plan for ``settings``; files that are missing are fetched with a progress bar.

    When that fails the page says why and the previous model stays, with the new settings; None when there is none.
    """
    try:
        fetch_missing(settings.model)
        return prepare(settings, previous, still=still, live=live, threads=THREADS)
    except InputError as error:
        st.error(f"**{MODELS[settings.model].title} is not available.** {error}", icon=":material/cloud_off:")
    if previous is None:
        return None
    return Plan(settings, previous.estimator, previous.model, previous.options, live)


def serve(session: Session, settings: Settings, *, live: bool) -> None:
    """Load the chosen model if need be, and hand the plan to the stream."""
    plan = plan_for(settings, session.live.plan, live=live)
    if plan:
        session.live.use(plan)


def fetch_missing(model: str) -> None:
    """Fetch what a model needs and is not there yet; does nothing, at no cost, when all is there.

    Raises:
        pose_demo.weights.MissingWeights: a file cannot be fetched from anywhere.
    """
    missing = [name for name in MODELS[model].weights if not weights.status(name).ready]
    if not missing:
        return
    bar = st.progress(0.0, f"Fetching {MODELS[model].title} ...")

    def show(progress: weights.Progress) -> None:
        share = progress.done_bytes / progress.total_bytes if progress.total_bytes else 0.0
        bar.progress(min(1.0, share), f"Fetching {MODELS[model].title}: {progress.message}")

    try:
        for name in missing:
            weights.fetch(name, show)
    finally:
        bar.empty()
