"""Measure every combination of chosen values on the footage."""

from __future__ import annotations

import re

import streamlit as st

from pose_demo import estimators
from pose_demo.explore import spec_file
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.footage.store import FootageStore
from pose_demo.explore.jobs.outcome import SweepOutcome
from pose_demo.explore.jobs.requests import SweepRequest
from pose_demo.explore.spec import THREADS, SweepSpec
from pose_demo.fields import NONE, Spec, values
from pose_demo.live import cpu
from pose_demo.messages import message
from pose_demo.settings import Settings
from pose_demo.types import InputError, UnavailableModel
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.explore import job_panel, results
from pose_demo.ui.models import fetch_missing, show_missing, threads
from pose_demo.ui.parameters import PARAMETERS, label, value_text
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr

SWEPT = (
    "model",
    "detector",
    "input_size",
    "confidence",
    "person_confidence",
    "nms_iou_threshold",
    "smooth.on",
    "smooth.min_cutoff",
    "smooth.beta",
    "detect_every",
    "max_people",
    THREADS,
    "match.rule",
    "match.similarity",
    "background.mode",
    "background.mask_source",
    "background.threshold",
)
MAX_PAGE_POINTS = 10_000  # over all clips; the command line has no such limit
_CHOSEN, _DEFAULT = "sweep-parameters", ["model", "confidence"]
_RANGE = re.compile(r"\s*(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s*")
_MAX_VALUES = 1000  # of one parameter


def show(session: Session, settings: Settings, footage: FootageStore) -> None:
    """Choose parameters and values, run the sweep, and show its results."""
    clips = job_panel.selected_clips(footage)
    st.markdown(tr("**Measure every combination of values**"))
    if job_panel.other_job_runs(session, "sweep"):
        return
    job = session.explore.latest.get("sweep")
    if job and job.running:
        job_panel.show_progress(job)
        return
    _controls(session, settings, clips)
    job_panel.show_error(job)
    if job and isinstance(job.outcome, SweepOutcome) and isinstance(job.request, SweepRequest):
        results.show(session, settings, job.request, job.outcome)


def _controls(session: Session, settings: Settings, clips: tuple[Clip, ...]) -> None:
    job_panel.restore(_CHOSEN, _DEFAULT)
    chosen = st.multiselect(
        tr("Parameters to vary"),
        SWEPT,
        key=_CHOSEN,
        format_func=label,
        help=tr("All other settings are those of the sidebar."),
    )
    _values(settings, chosen)
    try:
        request = _request(session, settings, clips, chosen)
    except InputError as error:
        st.error(visitor_text(error), icon=":material/edit:")
        return
    _hints(settings, chosen)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(tr("Start the sweep"), type="primary", icon=":material/play_arrow:", key="sweep-start"):
            _start(session, request)
        _save(request)
        job_panel.show_estimate(session, request, "points")
    job_panel.describe_footage(clips)


def _values(settings: Settings, chosen: list[str]) -> None:
    """A widget for the values of each chosen parameter."""
    for start in range(0, len(chosen), 2):
        for column, name in zip(st.columns(2), chosen[start : start + 2], strict=False):
            with column:
                _value_widget(name, settings)


def _value_widget(name: str, settings: Settings) -> None:
    spec, key = PARAMETERS[name], _key(name)
    if spec.kind in ("choice", "switch"):
        options: list[object] = list(spec.options) if spec.kind == "choice" else [True, False]
        if name == "model":
            options = [model for model in options if estimators.is_ready(str(model))]
        job_panel.restore(key, _default_choices(name, settings, options))
        st.multiselect(label(name), options, key=key, format_func=value_text, help=tr(spec.help))
        return
    job_panel.restore(key, ", ".join(f"{value:g}" for value in _default_numbers(name, settings)))
    example = tr("Numbers such as 0.2, 0.3, 0.4, or a range such as 0.1 to 0.5 step 0.1.")
    st.text_input(
        tr("{option} ({low:g} to {high:g})", option=label(name), low=spec.low, high=spec.high),
        key=key,
        help=f"{tr(spec.help)} {example}",
    )


def _key(name: str) -> str:
    return f"sweep-values-{name}"


def _default_choices(name: str, settings: Settings, options: list[object]) -> list[object]:
    """The present value and another one, so that something varies at once."""
    present = values(settings)[name]
    others = [option for option in options if option != present and option != NONE]
    return [*([present] if present in options else []), *others[:1]]


def _default_numbers(name: str, settings: Settings) -> list[float]:
    """The present value and its neighbors; for threads 1 to the number of CPU cores."""
    if name == THREADS:
        return [float(count) for count in range(1, min(4, cpu.cores()) + 1)]
    spec, present = PARAMETERS[name], float(str(values(settings)[name]))
    step = 2 * spec.step if spec.kind == "number" else spec.step
    return sorted({min(spec.high, max(spec.low, round(present + i * step, 6))) for i in (-1, 0, 1)})


def _request(session: Session, settings: Settings, clips: tuple[Clip, ...], chosen: list[str]) -> SweepRequest:
    """The sweep of the widgets.

    Raises:
        InputError: no parameter, no value, a wrong value, or too many points.
    """
    if not chosen:
        raise InputError(message("choose at least one parameter to vary"))
    sweep = {name: _chosen_values(name) for name in chosen}
    fixed = {**settings.to_dict(), THREADS: threads()}
    spec = SweepSpec.from_dict(sweep, {name: value for name, value in fixed.items() if name not in sweep})
    count = spec.count * len(clips)
    if count > MAX_PAGE_POINTS:
        raise InputError(
            message(
                "the sweep has {count:,} points; the page computes at most {limit:,}: use fewer values, or the "
                "command line",
                count=count,
                limit=MAX_PAGE_POINTS,
            )
        )
    return SweepRequest(clips, spec, settings, threads(), job_panel.own_reference(session, settings))


def _chosen_values(name: str) -> list[object]:
    value = st.session_state[_key(name)]
    return parse_numbers(PARAMETERS[name], value) if isinstance(value, str) else list(value)


def parse_numbers(spec: Spec, text: str) -> list[object]:
    """Numbers from a list such as "0.2, 0.3" or a range such as "0.1 to 0.5 step 0.1", whose end belongs to it.

    Raises:
        InputError: it is neither.
    """
    try:
        found = _RANGE.fullmatch(text)
        numbers = (
            _range(*map(float, found.groups())) if found else [float(part) for part in text.split(",") if part.strip()]
        )
    except (ValueError, OverflowError):
        raise InputError(
            message(
                "{option}: expected numbers such as 0.2, 0.3, or a range such as 0.1 to 0.5 step 0.1, got {text}",
                option=message(spec.label),
                text=f"{text!r:.60}",
            )
        ) from None
    return [int(number) if spec.kind == "integer" and number == int(number) else number for number in numbers]


def _range(start: float, end: float, step: float) -> list[float]:
    count = int((end - start) / step + 1e-6) + 1 if step > 0 else 0
    if not 0 < count <= _MAX_VALUES:
        raise ValueError
    return [round(start + i * step, 6) for i in range(count)]


def _hints(settings: Settings, chosen: list[str]) -> None:
    """Say which parameters have no effect with the other settings."""
    if settings.match.reference == NONE and any(name.startswith("match.") for name in chosen):
        st.caption(tr("Choose a reference pose in the sidebar: without one the matching is not measured."))
    background = {name for name in chosen if name.startswith("background.")}
    if background and settings.background.mode == NONE and "background.mode" not in background:
        st.caption(tr("Choose a background in the sidebar or as a parameter: without one its options have no effect."))


def _start(session: Session, request: SweepRequest) -> None:
    """Fetch missing models, then start."""
    models = {(point.settings.model, point.settings.detector): point.settings for point in request.spec.points()}
    for settings in models.values():
        try:
            fetch_missing(settings)
        except UnavailableModel as error:
            show_missing(settings, error)
            return
    job_panel.start(session, request)
    st.rerun()


def _save(request: SweepRequest) -> None:
    with st.popover(tr("Save"), icon=":material/download:", key="sweep-save", width="content"):
        st.download_button(
            tr("Save as {file}", file=spec_file.FILE_NAME),
            spec_file.to_toml(request.spec),
            spec_file.FILE_NAME,
            "application/toml",
            icon=":material/download:",
            key="sweep-save-file",
            on_click="ignore",
        )
        st.caption(tr("The same sweep on the command line; it can also use several processes or a cluster."))
        st.code(spec_file.command(request.clips, bool(request.reference)), language="bash", wrap_lines=True)
