"""Find the best settings for the footage at a frame rate, with one button."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pose_demo import estimators
from pose_demo.estimators import MODELS
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.footage.store import FootageStore
from pose_demo.explore.jobs.outcome import TuneOutcome
from pose_demo.explore.jobs.requests import TuneRequest
from pose_demo.explore.points import MeasuredPoint, candidate_point
from pose_demo.explore.replay.inspection import Inspection
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.explore.tuning.options import DEFAULT_MODELS, TuneOptions
from pose_demo.explore.tuning.result import Candidate
from pose_demo.fields import NONE
from pose_demo.settings import Settings
from pose_demo.ui import state
from pose_demo.ui.explore import examples, job_panel
from pose_demo.ui.models import threads
from pose_demo.ui.parameters import label_in_text, value_text
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr

_FPS, _MODELS = "tune-fps", "tune-models"
_SHOWN = ("accuracy", "f1", "ms_p50", "fps", "jitter")
_MIN_RANGE = 0.02  # of the chart of the trials
_EXAMPLES = 2  # frames of each candidate


def show(session: Session, settings: Settings, footage: FootageStore) -> None:
    """Choose what to tune for, run it, and show the short list."""
    clips = job_panel.selected_clips(footage)
    st.markdown(tr("**Find the best settings for this footage**"))
    if job_panel.other_job_runs(session, "tune"):
        return
    job = session.explore.latest.get("tune")
    if job and job.running:
        job_panel.show_progress(job)
        return
    _controls(session, settings, clips)
    job_panel.show_error(job)
    if job is None:
        return
    if job.stopped and job.outcome is None:
        text = tr("Stopped. What was computed is kept: the next start continues there.")
        st.info(text, icon=":material/stop:")
    if isinstance(job.outcome, TuneOutcome) and isinstance(job.request, TuneRequest):
        _result(session, settings, job.request.clips, job.outcome)


def _controls(session: Session, settings: Settings, clips: tuple[Clip, ...]) -> None:
    job_panel.restore(_FPS, 10)
    left, middle, right = st.columns([1, 3, 1.3], vertical_alignment="bottom")
    left.number_input(
        tr("Frame rate to reach"),
        1,
        60,
        key=_FPS,
        help=tr("Frames per second that the settings have to reach on this machine."),
    )
    ready = [name for name, info in MODELS.items() if info.skeleton and estimators.is_ready(name)]
    job_panel.restore(_MODELS, [name for name in DEFAULT_MODELS if name in ready])
    chosen = middle.multiselect(
        tr("Models to try"),
        ready,
        key=_MODELS,
        format_func=lambda name: MODELS[name].title,
        help=tr("Those that are too slow for the frame rate are left out."),
    )
    request = _request(session, settings, clips)
    right.button(
        tr("Find the best settings"),
        type="primary",
        icon=":material/auto_fix_high:",
        key="tune-start",
        on_click=job_panel.start,
        args=(session, request),
        disabled=not chosen,
        width="stretch",
    )
    if chosen:
        job_panel.show_estimate(session, request, "trials")
    else:
        st.caption(tr("Choose at least one model."))
    job_panel.describe_footage(clips)


def _request(session: Session, settings: Settings, clips: tuple[Clip, ...]) -> TuneRequest:
    options = TuneOptions(
        fps=float(st.session_state[_FPS]),
        present=settings,
        models=tuple(st.session_state[_MODELS]),
        threads=threads(),
        reference=job_panel.own_reference(session, settings),
    )
    return TuneRequest(clips, options)


# ---- the short list


def _result(session: Session, settings: Settings, clips: tuple[Clip, ...], outcome: TuneOutcome) -> None:
    result = outcome.result
    duration = job_panel.duration(result.seconds)
    st.markdown(tr("**Short list** for at least {fps:g} fps, {duration}", fps=result.fps, duration=duration))
    if not result.complete:
        text = tr(
            "Stopped after {count:,} trials. What was computed is kept: the next start continues there.",
            count=len(result.trials),
        )
        st.info(text, icon=":material/stop:")
    pairs = zip(result.candidates, outcome.inspections[1:], strict=True)
    for number, (candidate, inspection) in enumerate(pairs):
        with st.container(border=True, key=f"candidate-{number}"):
            _candidate(candidate, result.present, settings, number)
            examples.show(
                outcome.folder,
                clips[0],
                candidate_point(candidate),
                outcome.present_point,
                inspection.worst,
                session.uploads.current,
                _EXAMPLES,
            )
    _charts(outcome)


def _candidate(candidate: Candidate, present: Candidate, settings: Settings, number: int) -> None:
    """The settings, why they are on the list, and their measures beside the present ones."""
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.markdown(f"**{number + 1}. {title(candidate.settings)}**  \n{_sentence(tr(candidate.why))}")
    is_used = candidate.settings == settings
    right.button(
        tr("In use") if is_used else tr("Use this"),
        type="primary" if number == 0 else "secondary",
        icon=":material/check:",
        key=f"tune-use-{number}",
        on_click=use,
        args=(candidate.settings,),
        disabled=is_used,
        width="stretch",
    )
    show_measures(candidate.measures, present.measures, _SHOWN)
    changes = changed_settings(candidate.settings, present.settings)
    st.caption(tr("Changes: {changes}.", changes=changes) if changes else tr("These are the present settings."))


def use(settings: Settings) -> None:
    """Set the page to settings. Used as a callback."""
    state.apply(settings)
    text = tr("The page uses {model} with these settings now.", model=title(settings))
    st.toast(text, icon=":material/check:")


def title(settings: Settings) -> str:
    """The model and its detector."""
    detector = estimators.active_detector(settings.model, settings.detector)
    name = MODELS[settings.model].title
    if detector == NONE:
        return name
    return tr("{model} with {detector}", model=name, detector=MODELS[detector].title)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def show_measures(
    measures: Mapping[str, float | None], present: Mapping[str, float | None], names: tuple[str, ...]
) -> None:
    """Show measures, with their differences from the present settings."""
    with st.container(horizontal=True, gap="medium"):
        for name in names:
            value, before, info = measures.get(name), present.get(name), MEASURES[name]
            if value is None:
                continue
            change = None if before is None else f"{value - before:+.{info.decimals}f}"
            is_same = change is None or not float(change)
            st.metric(
                tr(info.label),
                f"{value:.{info.decimals}f}",
                None if is_same else change,
                delta_color="inverse" if info.higher_is_better is False else "normal",
                help=tr(info.help),
                width="content",
            )


def changed_settings(settings: Settings, present: Settings) -> str:
    """The settings that differ from the present ones, for people."""
    before, after = present.to_dict(), settings.to_dict()
    return ", ".join(
        f"{label_in_text(name)} {value_text(value)}" for name, value in after.items() if value != before[name]
    )


# ---- charts


def _charts(outcome: TuneOutcome) -> None:
    from pose_demo.ui.components import explore_charts, joint_chart

    objective = outcome.result.objective
    text = tr(
        "**{measure} and time of {count:,} trials**",
        measure=tr(MEASURES[objective].label),
        count=len(outcome.points),
    )
    st.markdown(text)
    shown = _best_trials(outcome.points, objective)
    table = explore_charts.pareto_table(shown, outcome.present_point, objective)
    explore_charts.pareto(table, objective, key="tune-pareto")
    left_out = len(outcome.points) - len(shown)
    if left_out:
        st.caption(tr("{count:,} trials with much lower values are not shown.", count=left_out))
    names = [f"{i + 1}. {title(candidate.settings)}" for i, candidate in enumerate(outcome.result.candidates)]
    if not any(inspection.error for inspection in outcome.inspections):
        return
    st.markdown(tr("**Error of each joint**"))
    chosen = st.selectbox(tr("Candidate"), names, key="tune-joints", help=tr("Compared with the present settings."))
    number = names.index(chosen) if chosen in names else 0
    joint_chart.joints(_joint_series(names[number], outcome.inspections, number), key="tune-joint-bars")


def _best_trials(points: tuple[MeasuredPoint, ...], objective: str) -> list[MeasuredPoint]:
    """At least the better half of the trials: the worst ones would leave no room for the others in a chart."""
    values = sorted(point.measures[objective] or 0.0 for point in points)
    limit = values[-1] - max(_MIN_RANGE, 2 * (values[-1] - values[len(values) // 2])) if values else 0.0
    return [point for point in points if (point.measures[objective] or 0.0) >= limit]


def _joint_series(name: str, inspections: tuple[Inspection, ...], number: int) -> dict[str, Inspection]:
    series = {name: inspections[number + 1], tr("present settings"): inspections[0]}
    return {label: each for label, each in series.items() if each.error}
