"""A take of a visitor as files: the numbers as JSON and CSV, the report, and a dance file that can be a teacher."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from pose_demo.dance.comparison import report
from pose_demo.dance.reference import DanceReference
from pose_demo.dance.smoothing import bridged
from pose_demo.dance.takes import ComparedTake
from pose_demo.matching.limb_angles import LIMBS
from pose_demo.messages import message
from pose_demo.offline.dance.compare import DanceResult
from pose_demo.offline.dance.dancers import Dance
from pose_demo.offline.dance.report import page

_MS_PER_S = 1000.0


def name_of(take: ComparedTake) -> str:
    """A name such as "disco, take 2"."""
    return message("{dance}, take {number}", dance=take.reference, number=take.number)


def to_json(take: ComparedTake) -> str:
    """What ``python -m pose_demo dance --json`` prints, and how the take was danced."""
    plan = take.finished.plan
    names = {"reference": take.reference, "performance": name_of(take)}
    circumstances = {
        "take": take.number,
        "start": round(plan.schedule.start, 3),
        "end": round(take.finished.end, 3),
        "speed": plan.schedule.speed,
        "delay_ms": round(_MS_PER_S * plan.delay, 1),
    }
    return json.dumps(names | report(take.comparison) | circumstances, indent=2, allow_nan=False)


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


def to_report(take: ComparedTake) -> str:
    """The report as one HTML page.

    Raises:
        InputError: nobody is visible in the take.
    """
    plan = take.finished.plan
    teacher = plan.teacher.reference
    followed = DanceReference(
        teacher.name, (teacher.dancers[plan.followed],), (teacher.bridged[plan.followed],), teacher.model
    )
    return page(DanceResult(Dance(followed), Dance(_danced(take)), (take.comparison,)))


def _danced(take: ComparedTake) -> DanceReference:
    """The passage as it was danced, from its beginning."""
    sequence, marks = bridged(take.performance.trimmed(take.finished.plan.schedule.start, take.finished.end))
    return DanceReference(name_of(take)[:100], (sequence,), (marks,))
