"""The measures of one point of a sweep: speed, accuracy, jitter, matching."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pose_demo.explore.footage.clip import Span
from pose_demo.metrics import accuracy, motion
from pose_demo.metrics.alignment import Alignment


@dataclass(frozen=True)
class Measure:
    """A column of the results.

    Attributes:
        name: of the column.
        label: what the page shows, with the unit.
        help: its definition.
        higher_is_better: None where neither is.
        decimals: digits after the point on the page.
        measured: it depends on the machine, so it differs from run to run.
    """

    name: str
    label: str
    help: str
    higher_is_better: bool | None
    decimals: int = 3
    measured: bool = False


_MEASURES = (
    Measure("frames", "Frames", "Number of processed frames.", None, 0),
    Measure("ms_p50", "ms (median)", "Median processing time of a frame, whole pipeline.", False, 1, True),
    Measure("ms_p95", "ms (95 %)", "95th percentile of the processing time of a frame.", False, 1, True),
    Measure("fps", "fps", "Frames per second that the machine can process: 1000 / mean ms.", True, 1, True),
    Measure(
        "accuracy",
        "Accuracy",
        "Mean keypoint similarity of OKS over all frames, where missing and false persons and keypoints count as 0.",
        True,
    ),
    Measure("oks", "OKS", "Mean OKS of the persons; 0 for a person who was not detected.", True),
    Measure("pck", "PCK", "Visible keypoints found within 0.2 torso lengths.", True),
    Measure("missing_keypoints", "Missing keypoints", "Visible keypoints that are not shown.", False),
    Measure("correct_count", "Right number of persons", "Frames with the right number of persons.", True),
    Measure(
        "jitter", "Jitter at rest (%)", "Mean second difference of keypoints at rest, in % of the body size.", False, 4
    ),
    Measure("lag_ms", "Lag (ms)", "Delay of moving keypoints.", False, 1),
    Measure("id_switches", "Id switches", "How often the track id of a person changes.", False, 0),
    Measure("match_rate", "Match rate", "Frames in which a person matches the reference.", None),
    Measure("f1", "F1", "F1 score of match or no match in the marked spans.", True),
    Measure("memory_mb", "Memory (MB)", "Resident memory that the model added to the process.", False, 0, True),
)
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _MEASURES}

Values = dict[str, float | int | None]

_KEYPOINT_MEASURES: dict[str, Callable[[Alignment, float], float | int | None]] = {
    "accuracy": accuracy.accuracy,
    "oks": lambda alignment, confidence: accuracy.oks(alignment),
    "pck": accuracy.pck,
    "missing_keypoints": accuracy.missing_keypoints,
    "correct_count": lambda alignment, confidence: accuracy.correct_count(alignment),
    "jitter": lambda alignment, confidence: motion.jitter_at_rest(alignment),
    "lag_ms": lambda alignment, confidence: motion.lag_ms(alignment),
    "id_switches": lambda alignment, confidence: accuracy.id_switches(alignment),
}


def speed(milliseconds: Sequence[float], memory_mb: float) -> Values:
    """The measures that depend on the machine.

    Args:
        milliseconds: processing time of each frame.
        memory_mb: see `ModelOutputs.memory_mb`.
    """
    times = np.array(milliseconds, np.float64)
    return {
        "ms_p50": float(np.percentile(times, 50)),
        "ms_p95": float(np.percentile(times, 95)),
        "fps": 1000 / max(float(times.mean()), 1e-6),
        "memory_mb": memory_mb,
    }


def keypoint_measures(alignment: Alignment | None, confidence: float, has_keypoints: bool = True) -> Values:
    """The measures against known keypoints; None for each that is not known.

    Args:
        alignment: the estimated persons beside the known ones; None where nothing is known.
        confidence: keypoints with a lower score are not shown.
        has_keypoints: whether the model estimates keypoints, not only boxes.
    """
    values: Values = dict.fromkeys(_KEYPOINT_MEASURES)
    if alignment is None:
        return values
    values["correct_count"] = accuracy.correct_count(alignment)
    if has_keypoints:
        values |= {name: measure(alignment, confidence) for name, measure in _KEYPOINT_MEASURES.items()}
    return values


def match_measures(matched: Sequence[bool] | None, timestamps: Sequence[float], spans: Sequence[Span]) -> Values:
    """The measures of matching; None without a reference.

    Args:
        matched: whether any person of each frame matches.
        timestamps: seconds of each frame.
        spans: where the pose matches and where it does not; other frames do not count for F1.
    """
    if matched is None:
        return {"match_rate": None, "f1": None}
    labels = [next((span.is_match for span in spans if span.contains(time)), None) for time in timestamps]
    return {"match_rate": float(np.mean(matched)), "f1": _f1(matched, labels)}


def _f1(matched: Sequence[bool], labels: Sequence[bool | None]) -> float | None:
    """Harmonic mean of precision and recall over the labeled frames; None without a frame that should match."""
    pairs = [(found, label) for found, label in zip(matched, labels, strict=True) if label is not None]
    positives, found = sum(label for _, label in pairs), sum(found for found, _ in pairs)
    if not positives:
        return None
    return 2 * sum(found and label for found, label in pairs) / (positives + found)
