"""The results of the benchmark as a text table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pose_demo.bench import Row, is_measured

# Heading, and the path of the metric within the row.
_COLUMNS = {
    "net": "net.ms",
    "estimator": "estimator.ms",
    "pipeline": "pipeline.ms",
    "p95": "pipeline.ms_p95",
    "cpu": "pipeline.cpu_ms",
    "package": "package.ms",
    "notebook": "notebook.ms",
    "overhead": "overhead_ms",
    "x net": "times_net",
    "vs package": "faster_than_package",
    "vs notebook": "faster_than_notebook",
    "error %": "error_percent.pipeline",
    "notebook %": "error_percent.notebook",
    "MB": "rss_mb",
}
_CASE = "{:<22} {:>9} {:>4} {:>5} {:>4} {:>3} {:>3}"
_LEGEND = """\
Milliseconds per frame. net: inference only. p95, cpu: 95th percentile and CPU time of the pipeline. overhead: estimator
- net. x net: pipeline / net. vs package: package / estimator, vs notebook: notebook / pipeline, above 1 when pose_demo
is faster; medians of the ratios within each round. error: keypoints of the pipeline and of the notebook's loop, % of
the torso length. MB: memory of one process with all participants. thr, ses: threads, sessions. -: does not apply."""


def table(rows: Sequence[Row]) -> str:
    """One line per row, the baselines that could not be loaded, and a legend."""
    case = _CASE.format("model", "size", "mask", "hands", "face", "thr", "ses")
    head = case + "".join(f"{heading:>12}" for heading in _COLUMNS)
    return "\n".join([head, *map(_line, rows), "", *_failures(rows), _LEGEND])


def _line(row: Row) -> str:
    parts = ("on" if row[name] else "off" for name in ("mask", "hands", "face"))
    case = _CASE.format(row["model"], f"{row['width']}x{row['height']}", *parts, row["threads"], row["sessions"])
    if not is_measured(row):
        return f"{case}  {row.get('missing') or row.get('error')}"
    return case + "".join(_cell(row, path) for path in _COLUMNS.values())


def _failures(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        failed = row.get("failed")
        if isinstance(failed, dict):
            yield from (f"{row['model']}: no comparison with {name}: {reason}" for name, reason in failed.items())


def _cell(row: Row, path: str) -> str:
    value: object = row
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return f"{value:>12.2f}" if isinstance(value, float) else f"{'-':>12}"
