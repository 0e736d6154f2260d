"""Results as files: CSV, Parquet, JSON and a report in HTML."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # PyArrow has no type stubs
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.planning import clip_contexts
from pose_demo.explore.report.analysis import best_of_models, joint_errors
from pose_demo.explore.report.data import ReportData, sweep_data, tune_data
from pose_demo.explore.report.page import page
from pose_demo.explore.store import Store
from pose_demo.explore.sweep import SweepResult
from pose_demo.explore.tasks import ClipContext
from pose_demo.explore.tuning.result import TuneResult
from pose_demo.io.atomic import AtomicFile


def write_results(result: SweepResult, folder: Path, present: SweepResult | None = None) -> None:
    """Write results.csv, .parquet and .json, and report.html.

    Args:
        result: of the sweep.
        folder: of the sweep; the errors of each joint are computed from the outputs in it.
        present: the results of the present settings on the same clips, which the report marks.

    Raises:
        InputError: a file cannot be written, for example because the disk is full.
    """
    rows = [dict(row) for row in result.rows]
    with AtomicFile(folder / "results.csv") as path, path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows(rows)
    with AtomicFile(folder / "results.json") as path:
        path.write_text(json.dumps(result.to_dict(), allow_nan=False), encoding="utf-8")
    with AtomicFile(folder / "results.parquet") as path:
        pq.write_table(results_table(result), path)
    contexts = tuple({item.context.clip.name: item.context for item in result.points}.values())
    write_report(sweep_data(result, present), contexts, folder)


def results_table(result: SweepResult) -> pa.Table:
    """The rows as a table; values that are lists (effects, limbs) are JSON texts."""
    return pa.Table.from_pylist(
        [
            {name: json.dumps(value) if isinstance(value, list) else value for name, value in row.items()}
            for row in result.rows
        ]
    )


def write_tuning(result: TuneResult, folder: Path, clips: Sequence[Clip] = (), reference: str = "") -> None:
    """Write tuning.json and report.html.

    Args:
        result: of the tuning.
        folder: of the tuning.
        clips: the footage, for the report.
        reference: the user's own reference pose as JSON; empty without one.

    Raises:
        InputError: a file cannot be written, for example because the disk is full.
    """
    with AtomicFile(folder / "tuning.json") as path:
        path.write_text(json.dumps(result.to_dict(), allow_nan=False), encoding="utf-8")
    contexts = clip_contexts(clips, reference) if clips else ()
    write_report(tune_data(result, contexts), contexts, folder)


def write_report(data: ReportData, contexts: Sequence[ClipContext], folder: Path) -> None:
    """Write report.html, with the errors of each joint from the outputs in the folder.

    Raises:
        InputError: it cannot be written, for example because the disk is full.
    """
    best = best_of_models(data.points, data.objective) if data.objective else {}
    joints = joint_errors(best, contexts, Store(folder))
    with AtomicFile(folder / "report.html") as path:
        path.write_text(page(data.with_joints(joints)), encoding="utf-8")
