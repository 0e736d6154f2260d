"""The report as one HTML page that needs no other file and no network."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from urllib.parse import urlencode

from pose_demo.estimators import active_detector
from pose_demo.explore.footage.ground_truth import CONSENSUS
from pose_demo.explore.points import MeasuredPoint
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.explore.report.analysis import equal_points
from pose_demo.explore.report.data import ReportData, model_title
from pose_demo.explore.report.sections import (
    best_points,
    heat,
    joints,
    label,
    measure_text,
    parameters,
    pareto,
)
from pose_demo.fields import NONE
from pose_demo.html_page.document import definition, definition_list, document, section
from pose_demo.html_page.markup import Markup, count, element, join, number, table, value_text
from pose_demo.live.cpu import machine

MAX_ROWS = 2000  # of the full table
_MAX_FRONT = 10
_MAX_VALUES = 12  # of a parameter, in the header
_POINT_MEASURES = ("ms_p50", "fps", "pck", "missing_keypoints", "jitter", "lag_ms", "id_switches", "memory_mb")
_SHORT_LIST = (
    "The best settings of each model that reaches the frame rate, as far as no other ones are both faster and better; "
    "then the present settings."
)
_CONSENSUS_NOTE = (
    "Consensus keypoints are those on which at least two models agree. They favor the models that they are made of."
)
_EQUAL = "Of equal points, the one with the least jitter, then with the fewest changes from the defaults, is listed."


def page(data: ReportData) -> str:
    """The whole HTML document."""
    title = f"{data.kind}: {', '.join(name for name, _, _ in data.clips) or 'no clip'}"
    sections = (_best_points, pareto, parameters, heat, joints, _definitions, _full_table)
    return document(title, _header(data, title), *(each(data) for each in sections))


def _header(data: ReportData, title: str) -> Markup:
    varied = [element("li", label(name), f": {_values_text(values)}") for name, values in data.parameters.items()]
    fixed = ", ".join(f"{name}={text}" for name, text in data.fixed.items())
    clips = [element("li", f"{name}: {part}; {known}") for name, part, known in data.clips]
    if any(CONSENSUS in known for _, _, known in data.clips):
        clips.append(element("li", _CONSENSUS_NOTE, class_="muted"))
    facts = {
        "Tuned" if data.is_tuning else "Swept": element("ul", *varied) if varied else "nothing",
        "Fixed": element("code", fixed) if fixed else "all other settings have their defaults",
        "Clips": element("ul", *clips) if clips else "none",
        "Machine": machine(),
    }
    return element("header", element("h1", title), element("p", data.summary, class_="muted"), definition_list(facts))


def _values_text(values: Sequence[object]) -> str:
    if len(values) > _MAX_VALUES:
        return f"{count(len(values), 'value')} from {value_text(values[0])} to {value_text(values[-1])}"
    return ", ".join(map(value_text, values))


def _best_points(data: ReportData) -> Markup:
    if not data.points:
        return section("Best points", element("p", "There is no result yet."))
    if data.objective is None:
        text = "No keypoints are known for these clips and no spans are marked, so no settings are better than others."
        return section("Best points", element("p", text))
    if data.is_tuning:
        return section("Short list", element("p", _SHORT_LIST), _point_list(data, best_points(data)))
    measure = MEASURES[data.objective].label
    intro = f"No other point beats one of these in both time and quality (measure: {measure}). {_EQUAL}"
    front = best_points(data)[::-1]
    more = f" The {_MAX_FRONT} best of {count(len(front), 'point')}:" if len(front) > _MAX_FRONT else ""
    return section("Best points", element("p", intro + more), _point_list(data, front[:_MAX_FRONT]))


def _point_list(data: ReportData, points: Sequence[MeasuredPoint]) -> Markup:
    listed = {point.key for point in points}
    shown = [*points, *(point for point in (data.present,) if point and point.key not in listed)]
    return element("ol", *(_point(data, point) for point in shown), class_="points")


def _point(data: ReportData, point: MeasuredPoint) -> Markup:
    names = [name for name in (data.main_measure, *_POINT_MEASURES) if point.measures.get(name) is not None]
    values = [
        element("div", *definition(MEASURES[name].label, measure_text(point, name))) for name in dict.fromkeys(names)
    ]
    texts = {"model": point.settings.model, **point.settings.texts()}
    arguments = " ".join(f"--set {shlex.quote(f'{name}={text}')}" for name, text in texts.items())
    links = {
        "Command line": element("code", arguments),
        "Link": element("code", f"?{urlencode(texts)}"),
    }
    sentence = _sentence(data, point)
    return element(
        "li",
        element("h3", _point_title(data, point)),
        element("p", sentence, class_="muted") if sentence else "",
        element("dl", *values, class_="measures"),
        definition_list(links, "texts"),
    )


def _point_title(data: ReportData, point: MeasuredPoint) -> str:
    settings = point.settings
    active = active_detector(settings.model, settings.detector)
    detector = f" with {model_title(active)}" if active != NONE else ""
    threads = f", {count(point.threads, 'thread')}" if point.threads > 1 else ""
    present = " (the present settings)" if data.present and point.key == data.present.key else ""
    return f"{model_title(settings.model)}{detector}{threads}{present}"


def _sentence(data: ReportData, point: MeasuredPoint) -> str:
    """Why a point is listed, and how many others are as good."""
    if point is data.present or data.objective is None:
        return ""
    if point.why:
        return f"{point.why[:1].upper()}{point.why[1:]}."
    others = equal_points(data.points, point, data.objective)
    return f"{count(others, 'other point')} with the same {MEASURES[data.objective].label.lower()} and time." * (
        others > 0
    )


def _definitions(data: ReportData) -> Markup:
    better = {True: " Higher is better. ", False: " Lower is better. ", None: " "}
    facts = {
        each.label: join(each.help, better[each.higher_is_better], element("code", each.name, class_="muted"))
        for each in MEASURES.values()
    }
    return section("Measures", definition_list(facts))


def _full_table(data: ReportData) -> Markup:
    """All rows, collapsed."""
    if not data.rows:
        return Markup()
    names = list(dict.fromkeys(name for row in data.rows for name in row))
    rows = [[_cell(name, row.get(name)) for name in names] for row in data.rows[:MAX_ROWS]]
    more = f", of {len(data.rows):,}; results.csv has all" if len(data.rows) > MAX_ROWS else ""
    summary = element("summary", f"{count(len(rows), 'row')}{more}")
    header = [MEASURES[name].label if name in MEASURES else name for name in names]
    return section("All points", element("details", summary, table(header, rows, "full")))


def _cell(name: str, value: object) -> str:
    return number(value, MEASURES[name].decimals) if name in MEASURES else value_text(value)
