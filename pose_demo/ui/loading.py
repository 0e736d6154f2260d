"""Gets models ready on the page's own thread, while the ones before go on serving frames."""

from __future__ import annotations

import os
from dataclasses import replace

import streamlit as st

from pose_demo import weights
from pose_demo.estimators import MODELS
from pose_demo.plan import Plan, models_of, prepare
from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.ui.session import Session

_ASKED = os.environ.get("POSE_DEMO_THREADS", "1")
THREADS = int(_ASKED) if _ASKED.isdigit() and int(_ASKED) > 0 else 1


def plan_for(
    session: Session, settings: Settings, previous: Plan | None, *, still: bool = False, live: bool = False
) -> Plan | None:
    """The plan for ``settings``; files that are missing are fetched with a progress bar.

    When that fails the page says why and the previous models stay, with the new settings; None when there are none.
    """
    try:
        fetch_missing(settings)
        return prepare(settings, previous, assets=session.assets, still=still, live=live, threads=THREADS)
    except InputError as error:
        st.error(f"**{MODELS[settings.model].title} is not available.** {error}", icon=":material/cloud_off:")
    if previous is None:
        return None
    # The model that is there goes on; everything else is as the visitor wants it.
    kept = replace(settings, model=previous.pose.model, detector=previous.pose.detector)
    plan = prepare(kept, previous, assets=session.assets, still=still, live=live, threads=THREADS)
    return replace(plan, settings=settings)


def serve(session: Session, settings: Settings, *, live: bool) -> None:
    """Load the chosen models if need be, and hand the plan to the stream."""
    plan = plan_for(session, settings, session.live.plan, live=live)
    if plan:
        session.live.use(plan)


def fetch_missing(settings: Settings) -> None:
    """Fetch what the models need and is not there yet; does nothing, at no cost, when all is there.

    Raises:
        pose_demo.weights.MissingWeights: a file cannot be fetched from anywhere.
    """
    needed = [name for model in models_of(settings) for name in MODELS[model].weights]
    missing = [name for name in needed if not weights.status(name).ready]
    if not missing:
        return
    bar = st.progress(0.0, "Fetching model files ...")

    def show(progress: weights.Progress) -> None:
        share = progress.done_bytes / progress.total_bytes if progress.total_bytes else 0.0
        bar.progress(min(1.0, share), f"Fetching {progress.name}: {progress.message}")

    try:
        for name in missing:
            weights.fetch(name, show)
    finally:
        bar.empty()
