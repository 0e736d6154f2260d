"""Points of a report with made-up measures."""

from __future__ import annotations

from pose_demo.explore.points import MeasuredPoint
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.explore.report.data import SWEEP, ReportData
from pose_demo.settings import Settings


def point(accuracy=None, ms=None, settings=None, threads=1, why="", **measures):
    """A point; measures that are not given are not known."""
    values = dict.fromkeys(MEASURES) | {"accuracy": accuracy, "ms_p50": ms} | measures
    return MeasuredPoint(Settings.from_dict(settings or {}), threads, values, why=why)


def data(points, parameters=None, **more):
    """The contents of the report of a sweep on one clip."""
    rows = tuple({"clip": "sample", **dict(each.measures)} for each in points)
    given = {
        "kind": SWEEP,
        "summary": "a summary",
        "clips": (("sample", "whole clip", "true keypoints"),),
        "rows": rows,
    }
    return ReportData(**{**given, "points": tuple(points), "parameters": parameters or {}, **more})
