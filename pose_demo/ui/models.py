"""Models for the page: missing files are fetched, then the plan is prepared on the page's thread."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import streamlit as st

from pose_demo import estimators, weights
from pose_demo.estimators import AUTO, NETWORKS
from pose_demo.fields import NONE
from pose_demo.live import capacity, cpu, memory
from pose_demo.live.stream import active_streams
from pose_demo.plan import Plan, prepare, required_networks
from pose_demo.settings import Settings
from pose_demo.types import UnavailableModel
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr
from pose_demo.ui.webrtc import ice

log = logging.getLogger(__name__)

_ATTEMPTED = "auto-detector-attempted"  # to fetch it, in this session


def request_stream(session: Session, settings: Settings, *, live: bool) -> None:
    """Let the live stream use these settings; see `_with_available_models`.

    Without the models the stream is asked as well: it then hides frames if the settings hide something.
    """
    if _missing_files(settings):
        session.stream.await_files(settings)
    available = _with_available_models(settings, session.stream.plan) or settings
    with _told(available):
        session.stream.request(available, session.uploads.current, live=live, local=ice.is_loopback(st.context.url))


def request_comparison(session: Session, settings: Settings, *, live: bool) -> None:
    """Let the second stream of a comparison use its settings; see `request_stream`."""
    if _missing_files(settings):
        session.comparison.await_files()
    try:
        fetch_missing(settings)
    except UnavailableModel as error:
        show_missing(settings, error)
    with _told(settings):
        session.comparison.request(session.uploads.current, live=live, local=ice.is_loopback(st.context.url))


@contextmanager
def _told(settings: Settings) -> Iterator[None]:
    """Show an error of loading a model and go on with the page; that of a missing file is shown already."""
    try:
        yield
    except UnavailableModel:
        pass
    except Exception as error:
        log.exception("a model could not be loaded")
        title, reason = NETWORKS[settings.model].title, visitor_text(f"{type(error).__name__}: {error}")
        text = tr("**{model} could not be loaded** ({reason}). Try another model.", model=title, reason=reason)
        st.error(text, icon=":material/error:")


def still_plan(session: Session, settings: Settings, *, live: bool = False) -> Plan | None:
    """The session's plan for still images with these settings; None when no model is available.

    Args:
        session: keeps the plan.
        settings: see `_with_available_models`.
        live: the image comes from a camera in front of the user.
    """
    previous = session.still.plan
    available = _with_available_models(settings, previous)
    if available is None:
        return None
    _fetch_auto_detector(available)
    uploads = session.uploads.current
    try:
        plan = prepare(available, previous, uploads=uploads, static_image_mode=True, live=live, threads=threads())
    except UnavailableModel:  # of a second model, for the mask; the page shows it already
        return None
    session.still.set_plan(plan)
    return plan


def video_plan(session: Session, settings: Settings) -> Plan | None:
    """The plan for the frames of the video workbench with these settings; None when no model is available."""
    workbench = session.workbench.value
    available = _with_available_models(settings, workbench.plan if workbench else None)
    if workbench is None or available is None:
        return None
    try:
        plan = prepare(available, workbench.plan, uploads=session.uploads.current, threads=threads())
    except UnavailableModel:
        return None
    workbench.use(plan)
    return plan


def threads() -> int:
    """CPU threads of a network that processes still images or a video file."""
    return cpu.threads_per_network(active_streams(), cpu.cores(), ice.is_loopback(st.context.url))


def _with_available_models(settings: Settings, previous: Plan | None) -> Settings | None:
    """The settings, after missing model files were fetched, if the host has the memory for further models.

    When that fails, the page shows an error and the models of the previous plan stay in use; None without one.
    """
    loaded = set(previous.networks) if previous else set()
    try:
        fetch_missing(settings)
        if added := [name for name in required_networks(settings) if name not in loaded]:
            capacity.require_memory(added, memory.limit_mb(), memory.anonymous_mb())
        return settings
    except UnavailableModel as error:
        show_missing(settings, error)
    if previous is None:
        return None
    used = previous.requested_settings or previous.settings
    return replace(settings, model=used.model, detector=used.detector, hands=used.hands, face=used.face)


def _fetch_auto_detector(settings: Settings) -> None:
    """Try once to fetch the detector that "auto" stands for in still images; without it they are processed too."""
    detector = estimators.active_detector(settings.model, settings.detector, static_image_mode=True)
    if settings.detector != AUTO or detector == NONE or _ATTEMPTED in st.session_state:
        return
    try:
        fetch_missing(replace(settings, detector=detector))
    except UnavailableModel as error:
        st.session_state[_ATTEMPTED] = True
        log.warning("%s", error)


def show_missing(settings: Settings, error: UnavailableModel) -> None:
    """Tell the visitor that a model is not available; paths and commands go to the log only."""
    log.warning("%s", error)
    title = NETWORKS[_model_of(error, settings)].title
    text = tr("**{model} is not available.** {reason}", model=title, reason=error.public_message)
    st.error(text, icon=":material/cloud_off:")


def _model_of(error: UnavailableModel, settings: Settings) -> str:
    """The model whose file is missing: the chosen one, its detector, or the one for the mask."""
    if not isinstance(error, weights.MissingWeights):
        return settings.model
    return next(
        (name for name in required_networks(settings) if error.weight.name in NETWORKS[name].weights), settings.model
    )


def _missing_files(settings: Settings) -> list[str]:
    """The weights of all required models that have to be fetched."""
    required = [name for model in required_networks(settings) for name in NETWORKS[model].weights]
    return [name for name in required if not weights.status(name).ready]


def fetch_missing(settings: Settings) -> None:
    """Fetch the missing files of all required models, with a progress bar.

    Raises:
        UnavailableModel: a file cannot be fetched from any source, or a package is missing.
    """
    for model in required_networks(settings):
        estimators.require_package(model)
    missing = _missing_files(settings)
    if not missing:
        return
    from pose_demo.weights import fetching  # takes 30 ms to import, and is rarely needed

    bar = st.progress(0.0, tr("Fetching model files ..."))

    def show(progress: weights.Progress) -> None:
        fraction = progress.done_bytes / progress.total_bytes if progress.total_bytes else 0.0
        text = tr("Fetching {name}: {progress}", name=progress.name, progress=progress.message)
        bar.progress(min(1.0, fraction), text)

    try:
        for name in missing:
            fetching.fetch(name, show)
    finally:
        bar.empty()
