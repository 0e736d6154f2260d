"""Gets models ready on the page's own thread, while the ones before go on serving frames."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import streamlit as st

from pose_demo import weights
from pose_demo.estimators import MODELS, ready
from pose_demo.estimators.interpreter_pool import share_between
from pose_demo.live import cpu, memory
from pose_demo.live.governor import steps
from pose_demo.plan import Plan, models_of, prepare
from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.ui.session import Session, viewers


def plan_for(session: Session, settings: Settings, previous: Plan | None, *, live: bool = False) -> Plan | None:
    """The plan for photos; see `_available`. None when there is no model at all."""
    available = _available(settings, previous)
    if available is None:
        return None
    return prepare(available, previous, assets=session.assets, still=True, live=live, threads=cpu.per_net())


def serve(session: Session, settings: Settings, *, live: bool) -> None:
    """Load the chosen models if need be, and hand the plan to the stream."""
    available = _available(settings, session.live.plan)
    if available:
        _use(session, _plan_for_stream(session, available, live))


def keep_up(session: Session) -> None:
    """Follow the governor, and the number of viewers, between two runs of the page; loads only what is at hand."""
    stream = session.live
    if stream.plan and stream.plan.chosen:
        with contextlib.suppress(InputError):  # a file was taken away meanwhile: what is there goes on
            _use(session, _plan_for_stream(session, stream.plan.chosen, stream.plan.live))


def _use(session: Session, plan: Plan) -> None:
    """Hand the plan to the stream; what a model that is not needed any more held goes back to the system."""
    before = session.live.plan
    another = before is not None and bool(before.not_in(plan))
    session.live.use(plan)
    del before
    if another:
        memory.give_back()


def _plan_for_stream(session: Session, chosen: Settings, live: bool) -> Plan:
    """The plan with as many steps down as it takes to hold the frame rate."""
    share_between(cpu.lanes(viewers(), cpu.cores()))
    way = (chosen, *steps(chosen, ready))
    taken = min(session.live.steps_for(chosen), len(way) - 1)
    plan = prepare(way[taken], session.live.plan, assets=session.assets, live=live, threads=cpu.per_net())
    return replace(plan, chosen=chosen, taken=taken, reserve=len(way) - 1 - taken)


def _available(settings: Settings, previous: Plan | None) -> Settings | None:
    """The settings, once their models' files are there; missing ones are fetched with a progress bar.

    When that fails the page says why, and the previous models stay with everything else as chosen; None when there are
    none.
    """
    try:
        fetch_missing(settings)
        return settings
    except InputError as error:
        st.error(f"**{MODELS[settings.model].title} is not available.** {error}", icon=":material/cloud_off:")
    if previous is None:
        return None
    before = previous.chosen or previous.settings  # what the governor put in its place was nobody's choice
    return replace(settings, model=before.model, detector=before.detector)


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
