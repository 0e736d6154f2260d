"""A take of a visitor as files: the numbers as JSON and CSV, the report, and a dance file that can be a teacher."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from pose_demo.dance.comparison import report
from pose_demo.dance.reference import DanceReference
from pose_demo.dance.smoothing import bridged
from pose_demo.dance.takes import ComparedTake
from pose_demo.matching.limb_angles import LIMBS
from pose_demo.messages import Message, message
from pose_demo.offline.dance.compare import DanceResult, with_first
from pose_demo.offline.dance.dancers import Dance
from pose_demo.offline.dance.report import Translate, page, title

_MS_PER_S = 1000.0


def name_of(take: ComparedTake) -> Message:
    """A name such as "Disco, take 2"."""
    return message("{dance}, take {number}", dance=title(take.reference), number=take.number)


def to_json(take: ComparedTake) -> str:
    """What ``python -m pose_demo dance --json`` prints, and how the take was danced."""
    plan = take.finished.plan
    circumstances = {
        "take": take.number,
        "start": round(plan.schedule.start, 3),
        "end": round(take.finished.end, 3),
        "speed": plan.schedule.speed,
        "delay_ms": round(_MS_PER_S * plan.delay, 1),
    }
    return json.dumps(_values(take) | circumstances, indent=2, allow_nan=False)


def _values(take: ComparedTake) -> dict[str, Any]:
    """The comparison with the names of both dances; if several danced, with everybody and the group."""
    if len(take.comparisons) > 1 and take.comparison.form is not None:
        return _result(take).to_dict()
    return {"reference": take.reference, "performance": name_of(take), **report(take.comparison)}


def to_csv(take: ComparedTake) -> str:
    """A row for each passage, and one for the whole take: timing, form, and the mean error of each limb in degrees."""
    values = report(take.comparison)
    span = {"start": round(take.finished.plan.schedule.start, 3), "end": round(take.finished.end, 3)}
    rows = [_row(str(number), passage) for number, passage in enumerate(values["passages"], start=1)]
    file = io.StringIO()
    columns = ("passage", "start", "end", "timing_ms", "form", *LIMBS, "wrong_limbs", "reason")
    writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows([*rows, _row("all", span | values)])
    return file.getvalue()


def _row(name: str, values: dict[str, Any]) -> dict[str, Any]:
    wrong = ", ".join(values.get("wrong_limbs", ()))
    return {"passage": name, **values, **values["limbs"], "wrong_limbs": wrong}


def to_dance_file(take: ComparedTake) -> str:
    """The dance as a file that can be a teacher; short gaps are bridged.

    Raises:
        InputError: nobody is visible in it.
    """
    return _danced(take).to_json()


def to_report(
    take: ComparedTake, takes: Sequence[ComparedTake] = (), translate: Translate = str, language: str = "en"
) -> str:
    """The report as one HTML page.

    Args:
        take: which is reported in detail.
        takes: this and others of the same passage, in their order; those without a number are left out.
        translate: see `pose_demo.offline.dance.report.page`.
        language: see there.

    Raises:
        InputError: nobody is visible in the take.
    """
    compared = [_result(it, translate) for it in takes if it.comparison.form is not None]
    return page(_result(take, translate), compared, translate, language)


def _result(take: ComparedTake, translate: Translate = str) -> DanceResult:
    teacher = take.finished.plan.teacher
    followed = Dance(teacher.reference, images=teacher.pictures or "")
    parts = tuple(dancer.part for dancer in take.finished.dancers)
    return DanceResult(
        with_first(followed, take.part),
        Dance(_danced(take, translate), images=take.pictures or ""),
        take.comparisons,
        parts if len(teacher.reference.dancers) > 1 else (),
        speed=take.finished.plan.schedule.speed,
    )


def _danced(take: ComparedTake, translate: Translate = str) -> DanceReference:
    """The passage as it was danced, from its beginning, the main dancer first."""
    start = take.finished.plan.schedule.start
    pairs = [bridged(performance.trimmed(start, take.finished.end)) for performance in take.performances]
    dancers, marks = zip(*pairs, strict=True)
    return DanceReference(translate(name_of(take))[:100], dancers, marks)
