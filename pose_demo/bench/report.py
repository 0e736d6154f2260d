"""The bench's figures as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from pose_demo.bench import Row

# Heading, and where in the row the figure is.
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
_LEGEND = """\
Milliseconds a frame (p95, cpu: of the pipeline). overhead: estimator - net. x net: pipeline / net. vs package: package
/ estimator, vs notebook: notebook / pipeline, above 1 when ours is faster; medians of each turn's own. error: keypoints
of the pipeline and of the notebook's loop, % of the torso. -: cannot be compared. MB: everybody in one process."""


def table(rows: Sequence[Row]) -> str:
    """One line a row, and what the headings mean."""
    head = _line("model", "size", "mask", "thr", "ses") + "".join(f"{heading:>12}" for heading in _COLUMNS)
    return "\n".join([head, *map(_row, rows), "", _LEGEND])


def _row(row: Row) -> str:
    mask = "on" if row["mask"] else "off"
    case = _line(row["model"], f"{row['width']}x{row['height']}", mask, row["threads"], row["sessions"])
    return (
        f"{case}  {row['missing']}" if "missing" in row else case + "".join(_cell(row, at) for at in _COLUMNS.values())
    )


def _line(model: object, size: object, mask: object, threads: object, sessions: object) -> str:
    return f"{model:<22} {size:>9} {mask:>4} {threads:>3} {sessions:>3}"


def _cell(row: Row, where: str) -> str:
    value: object = row
    for key in where.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return f"{value:>12.2f}" if isinstance(value, float) else f"{'-':>12}"
