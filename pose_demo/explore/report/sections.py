"""The sections of the report with charts; each is empty where there is nothing to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pose_demo.explore.points import MeasuredPoint
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.explore.report.analysis import (
    Group,
    affected_measure,
    groups,
    lower_limit,
    pareto_front,
    strongest_parameters,
    typical,
)
from pose_demo.explore.report.data import JointErrors, ReportData, model_title
from pose_demo.fields import specs
from pose_demo.html_page import charts
from pose_demo.html_page.charts import Bar, Dot
from pose_demo.html_page.document import section
from pose_demo.html_page.markup import Markup, count, element, figure, join, number, value_text
from pose_demo.settings import Settings
from pose_demo.skeletons import COCO_17

_SPECS = specs(Settings)


def label(parameter: str) -> Markup:
    """The display name of a parameter, and its name in settings files where that differs."""
    text = _SPECS[parameter].label if parameter in _SPECS else parameter.capitalize()
    return join(text) if text.lower() == parameter else join(text, " ", element("code", parameter, class_="muted"))


def measure_text(point: MeasuredPoint, name: str) -> str:
    """A measure of a point with its usual number of digits; an en dash where it is not known."""
    return number(point.measures.get(name), MEASURES[name].decimals)


def pareto(data: ReportData) -> Markup:
    """The main measure of each point against its time."""
    if data.objective is None:
        return Markup()
    name, label = data.objective, MEASURES[data.objective].label
    front = best_points(data)
    dots, marked = _dots(data, name, front), _present_dot(data, name)
    every = [*dots, marked] if marked else dots
    important = [dot.y for dot in every if dot.class_ or dot is marked]
    low = min([lower_limit([dot.y for dot in every]), *important])
    shown = [dot for dot in dots if dot.y >= low]
    hidden = f" {count(len(dots) - len(shown), 'point')} below {low:.2g} not drawn." if len(shown) < len(dots) else ""
    x = charts.axis("Milliseconds per frame (median)", [dot.x for dot in every], may_be_log=True)
    y = charts.axis(label, [low, *(dot.y for dot in every if dot.y >= low)])
    line = sorted((point.measures["ms_p50"] or 0.0, point.measures[name] or 0.0) for point in front)
    required = f" The short list has points that reach {data.fps:g} fps only." if data.fps else ""
    caption = join(f"{label} against time", element("small", f"Up and left is better.{required}{hidden}"))
    chart = figure(caption, charts.scatter(shown, x, y, line, marked), _legend(data, marked is not None))
    return section("Quality against time", chart)


def best_points(data: ReportData) -> Sequence[MeasuredPoint]:
    """The short list of a tuning, or the Pareto front of a sweep."""
    if data.is_tuning:
        return data.candidates
    return pareto_front(data.points, data.objective) if data.objective else ()


def _present_dot(data: ReportData, name: str) -> Dot | None:
    measures = data.present.measures if data.present else {}
    ms, value = measures.get("ms_p50"), measures.get(name)
    return None if ms is None or value is None else Dot(ms, value, "The present settings")


def _dots(data: ReportData, name: str, front: Sequence[MeasuredPoint]) -> list[Dot]:
    """One dot for all points in the same place; those of the front are drawn last."""
    places: dict[tuple[float, float], list[MeasuredPoint]] = {}
    for point in data.points:
        ms, value = point.measures.get("ms_p50"), point.measures.get(name)
        if ms is not None and value is not None:
            places.setdefault((round(ms, 2), round(value, 4)), []).append(point)
    best = {point.key for point in front}
    dots = []
    for points in places.values():
        point = next((each for each in points if each.key in best), points[0])
        ms, value = point.measures["ms_p50"] or 0.0, point.measures[name] or 0.0
        class_ = "front" if point.key in best else ""
        dots.append(Dot(ms, value, _dot_title(data, points, point, name), _color(data, point.settings.model), class_))
    return sorted(dots, key=lambda dot: dot.class_)


def _dot_title(data: ReportData, points: Sequence[MeasuredPoint], point: MeasuredPoint, name: str) -> str:
    values = [f"{parameter} {value_text(point.value(parameter))}" for parameter in data.parameters]
    more = [f"and {count(len(points) - 1, 'other point')}"] if len(points) > 1 else []
    numbers = f"{MEASURES[name].label} {measure_text(point, name)}, {measure_text(point, 'ms_p50')} ms"
    return "\n".join([point.settings.model, numbers, *values, *more])


def _legend(data: ReportData, has_present: bool) -> Markup:
    ring = element(
        "li", element("span", class_="swatch ring"), "on the short list" if data.is_tuning else "on the Pareto front"
    )
    cross = element("li", element("span", "✚", class_="swatch cross"), "the present settings")
    return join(
        charts.legend([model_title(model) for model in data.models]),
        element("ul", ring, cross if has_present else "", class_="legend"),
    )


def parameters(data: ReportData) -> Markup:
    """A chart of the means for each parameter."""
    if not data.parameters or not data.points:
        return Markup()
    grouped = {name: groups(data.points, name, values) for name, values in data.parameters.items()}
    found = {name: affected_measure(data, each) for name, each in grouped.items()}
    figures = [_parameter(data, name, grouped, found) for name in grouped]
    text = f"{_statistic(data)}s over all points with a value. Line charts of the same measure have the same scale."
    return section("Effect of each parameter", element("p", text), element("div", *figures, class_="grid"))


def _parameter(
    data: ReportData, name: str, grouped: Mapping[str, Sequence[Group]], found: Mapping[str, str | None]
) -> Markup:
    measure = found[name]
    if measure is None:
        return figure(label(name), element("p", "It has no effect on any measure of these clips.", class_="muted"))
    same = [each for other, each in grouped.items() if found[other] == measure]
    means = [mean for each in same for group in each if (mean := typical(data, group.points, measure)) is not None]
    info = MEASURES[measure]
    main = MEASURES[data.main_measure].label.lower()
    other = "" if measure == data.main_measure else f" (it has no effect on the {main})"
    caption = join(label(name), element("small", f"{_statistic(data)} of: {info.label}{other}"))
    is_line = all(group.position is not None for group in grouped[name])
    chart: Callable[[ReportData, Sequence[Group], str, Sequence[float]], Markup] = _line if is_line else _bars
    return figure(caption, chart(data, grouped[name], measure, means))


def _line(data: ReportData, found: Sequence[Group], measure: str, scale: Sequence[float]) -> Markup:
    """A line over the values of a number; ``scale`` are all means with the same axis."""
    dots = [
        Dot(group.position, mean, f"{group.label}: {number(mean, MEASURES[measure].decimals)}")
        for group in found
        if group.position is not None and (mean := typical(data, group.points, measure)) is not None
    ]
    x = charts.axis("", [dot.x for dot in dots], may_be_log=True)
    return charts.line_chart([dots], x, charts.axis("", scale), MEASURES[measure].label)


def _bars(data: ReportData, found: Sequence[Group], measure: str, scale: Sequence[float]) -> Markup:
    """A bar for each choice; ``scale`` are all means with the same axis."""
    means = [typical(data, group.points, measure) for group in found]
    items = [
        Bar(group.label, mean, number(mean, MEASURES[measure].decimals), _color(data, group.label))
        for group, mean in zip(found, means, strict=True)
    ]
    return charts.bars(items, max(scale, default=0.0))


def heat(data: ReportData) -> Markup:
    """The means for the pairs of values of the two parameters with the largest effects."""
    names = strongest_parameters(data)
    if not names:
        return Markup()
    found = {name: groups(data.points, name, data.parameters[name]) for name in names}
    rows, columns = sorted(names, key=lambda name: found[name][0].position is not None)
    values = [[_pair_value(data, row, column) for column in found[columns]] for row in found[rows]]
    known = [value for row in values for value in row if value is not None]
    row_labels, column_labels = ([group.label for group in found[name]] for name in (rows, columns))
    text = element("small", "Rows: ", label(rows), "; columns: ", label(columns), ". The parameters with most effect.")
    caption = join(f"{_statistic(data)} of: {MEASURES[data.main_measure].label}", text)
    chart = charts.heat_map(row_labels, column_labels, values, lower_limit(known))
    return section("Two parameters together", figure(caption, chart))


def _statistic(data: ReportData) -> str:
    return "Median" if data.is_tuning else "Mean"


def _pair_value(data: ReportData, row: Group, column: Group) -> float | None:
    return typical(data, sorted({*row.points} & {*column.points}), data.main_measure)


def joints(data: ReportData) -> Markup:
    """Bars of the error of each joint, for the best point of each model."""
    if not data.joints:
        return Markup()
    highest = max(joint.percent or 0.0 for errors in data.joints.values() for joint in errors)
    figures = [
        figure(model_title(model), _joint_bars(errors, highest, _color(data, model)))
        for model, errors in data.joints.items()
    ]
    text = (
        "Best point of each model. Bars: median distance to the known keypoint in % of the torso length. Missed: "
        "visible keypoints that are not found within 20 %."
    )
    return section("Errors of each joint", element("p", text), element("div", *figures, class_="grid"))


def _color(data: ReportData, model: str) -> int:
    """The index of a model's color; 0 for other names."""
    return data.models.index(model) if model in data.models else 0


def _joint_bars(errors: Sequence[JointErrors], high: float, color: int) -> Markup:
    names = [name.replace("_", " ") for name in COCO_17.keypoints]
    items = [Bar(name, joint.percent, _joint_text(joint), color) for name, joint in zip(names, errors, strict=True)]
    return charts.bars(items, high)


def _joint_text(joint: JointErrors) -> str:
    missed = f", missed {100 * joint.missed:.0f} %" if joint.missed and joint.missed >= 0.005 else ""
    return f"{number(joint.percent, 1)}{' %' if joint.percent is not None else ''}{missed}"
