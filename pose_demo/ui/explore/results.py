"""The results of a sweep: charts, a table, the frames of a selected point, and downloads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # PyArrow has no type stubs
import streamlit as st

from pose_demo.explore.jobs.job import ExploreJob
from pose_demo.explore.jobs.outcome import SweepOutcome
from pose_demo.explore.jobs.requests import InspectRequest, SweepRequest
from pose_demo.explore.points import MeasuredPoint
from pose_demo.explore.replay.inspection import Inspection
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.messages import message, plural
from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.ui.components.download import file_button
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.explore import examples, job_panel, tune
from pose_demo.ui.fragments import fragment
from pose_demo.ui.parameters import label, value_text
from pose_demo.ui.session import Session
from pose_demo.ui.translation import language, tr
from pose_demo.ui.widgets import keep_choice

_VIEWS = (message("Pareto chart"), message("Parallel coordinates"), message("Heat map"), message("Table"))
_ALL_CLIPS = message("All clips (mean)")
_PICKED, _MEASURE, _CLIP, _VIEW = "results-picked", "results-measure", "results-clip", "results-view"
_PREFERRED = ("f1", "accuracy", "correct_count", "fps")  # measures, the most interesting first
_SHOWN = ("accuracy", "f1", "match_rate", "ms_p50", "fps", "jitter", "missing_keypoints", "correct_count")
_LINES = ("ms_p50", "jitter", "missing_keypoints")  # of the parallel coordinates, beside the chosen measure
_POLL_S = 0.3
_FILES = {
    "CSV": ("results.csv", "text/csv"),
    "Parquet": ("results.parquet", "application/vnd.apache.parquet"),
    "JSON": ("results.json", "application/json"),
    message("Report"): ("report.html", "text/html"),
}


def show(session: Session, settings: Settings, request: SweepRequest, outcome: SweepOutcome) -> None:
    """Show the results of a sweep."""
    result = outcome.result
    text = tr(
        "**Results**: {count:,} of {requested:,} points · {runs} · {duration}",
        count=len(result.rows),
        requested=result.requested,
        runs=plural("{count} inference run", "{count} inference runs", result.inference_runs),
        duration=job_panel.duration(result.seconds),
    )
    st.markdown(text)
    if not result.rows:
        st.info(tr("It was stopped before the first point was measured."), icon=":material/stop:")
        return
    if len(result.rows) < result.requested:
        st.info(tr("The sweep is not complete; start it again to continue."), icon=":material/stop:")
    _downloads(outcome.folder)
    fragment()(_results)(session, settings, request, outcome)


def _downloads(folder: Path) -> None:
    """The files of the results."""
    with st.container(horizontal=True, key="results-downloads"):
        for label, (name, mime) in _FILES.items():
            path = folder / name
            if path.exists():
                file_button(tr(label), path, name, mime, key=f"results-{name}")


def _results(session: Session, settings: Settings, request: SweepRequest, outcome: SweepOutcome) -> None:
    """The chosen chart, and the selected point."""
    clip = _choose_clip(outcome)
    points = outcome.points(clip)
    measure = _choose_measure(points, clip)
    job_panel.restore(_VIEW, _VIEWS[0])
    view = st.segmented_control(
        tr("View"), _VIEWS, key=_VIEW, format_func=tr, label_visibility="collapsed", required=True
    )
    _DRAW[view or _VIEWS[0]](outcome, clip, measure)
    index = _picked(outcome, clip, measure)
    with st.container(border=True, key="results-point"):
        _point(session, settings, request, outcome, clip, points[index])


def _choose_clip(outcome: SweepOutcome) -> str:
    """The name of a clip; empty for the means over all."""
    if len(outcome.clips) < 2:
        return ""
    if st.session_state.get(_CLIP) not in outcome.clips:
        st.session_state[_CLIP] = _ALL_CLIPS
    name = st.selectbox(tr("Clip"), (_ALL_CLIPS, *outcome.clips), key=_CLIP, format_func=_clip_text)
    return "" if name == _ALL_CLIPS else name


def _clip_text(name: str) -> str:
    return tr(_ALL_CLIPS) if name == _ALL_CLIPS else name


def _choose_measure(points: tuple[MeasuredPoint, ...], clip: str) -> str:
    known = [name for name in MEASURES if any(point.measures[name] is not None for point in points)]
    options = [name for name in known if name not in ("frames", "ms_p50")]
    keep_choice(_MEASURE, options, next((name for name in _PREFERRED if name in options), ""))
    name = st.selectbox(tr("Measure"), options, key=_MEASURE, format_func=lambda name: tr(MEASURES[name].label))
    st.caption(tr(MEASURES[name].help))
    return str(name)


# ---- charts


def _pareto(outcome: SweepOutcome, clip: str, measure: str) -> None:
    from pose_demo.ui.components import explore_charts

    table = outcome.once(
        ("pareto", clip, measure, language()),
        lambda: explore_charts.pareto_table(outcome.points(clip), outcome.present_point(clip), measure),
    )
    explore_charts.pareto(table, measure, _picker(outcome, clip), key=f"pareto-{clip}-{measure}")
    st.caption(tr("Click a point to see its frames below."))


def _parallel(outcome: SweepOutcome, clip: str, measure: str) -> None:
    from pose_demo.ui.components import explore_charts

    points = outcome.points(clip)
    names = [name for name, count in _value_counts(outcome, clip).items() if count > 1]
    known = [name for name in _LINES if name != measure and any(point.measures[name] is not None for point in points)]
    measures = [measure, *known]
    table = outcome.once(
        ("parallel", clip, measure, language()), lambda: explore_charts.parallel_table(points, names, measures)
    )
    explore_charts.parallel_coordinates(table, names, measures)
    if len(points) > explore_charts.MAX_LINES:
        text = tr(
            "{shown} points from the best to the worst, of {count:,}.",
            shown=explore_charts.MAX_LINES,
            count=len(points),
        )
        st.caption(text)


def _value_counts(outcome: SweepOutcome, clip: str) -> dict[str, int]:
    """Parameter -> its number of values."""
    points = outcome.points(clip)

    def count() -> dict[str, int]:
        return {name: len({str(point.values[name]) for point in points}) for name in points[0].values}

    return outcome.once(("counts", clip), count)


def _heat(outcome: SweepOutcome, clip: str, measure: str) -> None:
    from pose_demo.ui.components import explore_charts

    names = [name for name, count in _value_counts(outcome, clip).items() if count > 1]
    if len(names) < 2:
        st.info(tr("A heat map shows two parameters; vary at least two."), icon=":material/grid_on:")
        return
    left, right = st.columns(2)
    keep_choice("results-x", names)
    x = str(left.selectbox(tr("Horizontal"), names, key="results-x", format_func=label))
    others = [name for name in names if name != x]
    keep_choice("results-y", others)
    y = str(right.selectbox(tr("Vertical"), others, key="results-y", format_func=label))
    table = outcome.once(
        ("heat", clip, x, y, measure, language()),
        lambda: explore_charts.heat_table(outcome.points(clip), x, y, measure),
    )
    key = f"heat-{clip}-{x}-{y}-{measure}"
    explore_charts.heat_map(table, x, y, measure, _picker(outcome, clip), key)
    st.caption(tr("Each cell is the best over all other parameters. Click one to see its frames below."))


def _table(outcome: SweepOutcome, clip: str, measure: str) -> None:
    key = f"results-table-{clip}"
    pick = _picker(outcome, clip)

    def selected() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            pick(rows[0])

    table = outcome.once(("table", clip, language()), lambda: results_table(outcome.points(clip)))
    st.dataframe(
        table,
        hide_index=True,
        key=key,
        on_select=selected,
        selection_mode="single-row",
        column_config=_column_config(list(outcome.points(clip)[0].values)),
        height=360,
    )
    st.caption(tr("Click a column's title to sort, and the box of a row to see its frames below."))


def results_table(points: tuple[MeasuredPoint, ...]) -> pa.Table:
    """A column for each parameter and each known measure."""
    known = [name for name in MEASURES if any(point.measures[name] is not None for point in points)]
    names = list(points[0].values)
    rows = [
        {name: _cell(point.values[name]) for name in names} | {name: point.measures[name] for name in known}
        for point in points
    ]
    return pa.Table.from_pylist(rows)


def _cell(value: object) -> object:
    return value_text(value) if isinstance(value, str | list) else value


def _column_config(parameters: list[str]) -> dict[str, Any]:
    return {name: label(name) for name in parameters} | {
        name: st.column_config.NumberColumn(tr(info.label), help=tr(info.help), format=f"%.{info.decimals}f")
        for name, info in MEASURES.items()
    }


_DRAW = dict(zip(_VIEWS, (_pareto, _parallel, _heat, _table), strict=True))


# ---- the selected point


def _picker(outcome: SweepOutcome, clip: str) -> Any:
    def pick(index: int) -> None:
        st.session_state[_PICKED] = (id(outcome), clip, index)

    return pick


def _picked(outcome: SweepOutcome, clip: str, measure: str) -> int:
    """The index of the selected point; the best one before a selection."""
    picked = st.session_state.get(_PICKED)
    if picked and picked[:2] == (id(outcome), clip):
        return int(picked[2])
    return outcome.once(("best", clip, measure), lambda: _best(outcome.points(clip), measure))


def _best(points: tuple[MeasuredPoint, ...], measure: str) -> int:
    """The index of the best point; among equal ones the fastest."""
    sign = -1.0 if MEASURES[measure].higher_is_better is False else 1.0

    def quality(index: int) -> tuple[float, float]:
        value, ms = points[index].measures[measure], points[index].measures["ms_p50"]
        return (float("-inf") if value is None else sign * value), -(ms or 0.0)

    return max(range(len(points)), key=quality)


def _point(
    session: Session,
    settings: Settings,
    request: SweepRequest,
    outcome: SweepOutcome,
    clip_name: str,
    point: MeasuredPoint,
) -> None:
    """The measures, the frames and the joints of a point, beside those of the present settings."""
    present = outcome.present_point(clip_name)
    left, right = st.columns([3, 1], vertical_alignment="center")
    changes = tune.changed_settings(point.settings, request.present)
    text = f"{changes}." if changes else tr("The present settings.")
    left.markdown(f"**{tune.title(point.settings)}**  \n{text}")
    is_used = point.settings == settings
    if right.button(
        tr("In use") if is_used else tr("Apply"),
        type="primary",
        icon=":material/check:",
        key="results-apply",
        on_click=tune.use,
        args=(point.settings,),
        disabled=is_used,
        width="stretch",
        help=tr("Set the page to these settings."),
    ):
        st.rerun()  # the whole page, not only this fragment
    tune.show_measures(point.measures, present.measures if present else {}, _SHOWN)
    clip = next((clip for clip in request.clips if clip.name == clip_name), request.clips[0])
    points = [each for each in (point, present) if each]
    try:
        requests = [InspectRequest(clip, each.settings, each.threads, request.reference) for each in points]
        jobs = [session.explore.inspect(each) for each in requests]
    except InputError as error:
        st.error(visitor_text(error), icon=":material/error:")
        return
    running = any(job.running for job in jobs)
    fragment(run_every=_POLL_S if running else None)(_errors)(jobs, running)
    worst = _inspection(jobs[0]).worst
    examples.show(outcome.folder, clip, point, present, worst, session.uploads.current)


def _errors(jobs: list[ExploreJob], was_running: bool) -> None:
    """The errors of each joint, as soon as they are known."""
    from pose_demo.ui.components import joint_chart

    if any(job.running for job in jobs):
        st.caption(tr(":material/hourglass_top: Looking for the joints and frames with the largest errors ..."))
        return
    if was_running:
        st.rerun(scope="app")
    names = (tr("selected"), tr("present settings"))
    series = {name: found for name, job in zip(names, jobs, strict=False) if (found := _inspection(job)).error}
    if series:
        with st.expander(tr("Error of each joint"), icon=":material/bar_chart:", expanded=True):
            joint_chart.joints(series, key="results-joints")
    for job in jobs:
        job_panel.show_error(job)


def _inspection(job: ExploreJob) -> Inspection:
    return job.outcome if isinstance(job.outcome, Inspection) else Inspection()
