"""Speed of pose_demo, the mediapipe package and the notebook's loop, measured in interleaved rounds on one clip."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from pose_demo import sample
from pose_demo.bench.accuracy import error_percent
from pose_demo.bench.case import Case, Size, grid
from pose_demo.bench.measure import Round, measure_rounds, summarize
from pose_demo.bench.participants import BASELINES, NAMES, NOTEBOOK, PIPELINE, failure_reason, load_participants
from pose_demo.live.cpu import machine
from pose_demo.live.memory import resident_mb
from pose_demo.types import Frame, UnavailableModel

_WARM_UP = 5
_BLOCK = 5  # frames per round with several sessions, so that starting threads has no effect

Row = dict[str, object]


def measure_cases(
    cases: Sequence[Case],
    frames: int,
    against: Collection[str] = tuple(BASELINES),
    on_progress: Callable[[str], None] = lambda text: None,
) -> Iterator[Row]:
    """Measure each case on the sample; its frames are drawn between the measurements.

    Args:
        cases: what to measure.
        frames: measured frames per case, after a warm-up.
        against: names of the baselines.
        on_progress: receives progress messages.

    Yields:
        the case, ``frames``, the metrics of `pose_demo.bench.measure.summarize`, ``error_percent`` of ``pipeline`` and
        ``notebook`` (see `error_percent`), ``rss_mb``, the memory of the process with all participants, and
        ``failed``, the reason for each baseline that could not be loaded. None where a metric is unknown or does not
        apply. A case that cannot be measured has only the case and the reason: ``missing`` when weights are missing,
        else ``error``.
    """
    for case in cases:
        on_progress(f"measuring {case} ...")
        try:
            row = _measure(case, frames, against)
        except UnavailableModel as error:
            row = {"missing": str(error)}
        except Exception as error:  # a model that cannot be loaded or run must not stop the measurement of the others
            row = {"error": failure_reason(error)}
        yield case.to_dict() | row


def is_measured(row: Row) -> bool:
    """Whether a row has metrics."""
    return "missing" not in row and "error" not in row


def _measure(case: Case, frames: int, against: Collection[str]) -> Row:
    indices = range(_WARM_UP + frames)
    step = 1 if case.sessions == 1 else _BLOCK
    blocks = [indices[first : first + step] for first in indices[::step]]
    with load_participants(case, against) as participants:
        rounds = list(measure_rounds(participants.sessions, (_draw_frames(block, case.size) for block in blocks)))
        memory = round(resident_mb(), 1) or None
    measured = rounds[_WARM_UP // step :]
    return {
        "frames": frames,
        **dict.fromkeys(NAMES),
        **summarize(measured),
        "error_percent": _errors(measured, indices[_WARM_UP:], case.size),
        "rss_mb": memory,
        "failed": dict(participants.failed),
    }


def _draw_frames(indices: Sequence[int], size: Size) -> list[Frame]:
    return [sample.frame(index, size=size) for index in indices]


def _errors(rounds: Sequence[Round], indices: Sequence[int], size: Size) -> Mapping[str, float | None]:
    ground_truth = [sample.ground_truth(index, size=size)[0] for index in indices]

    def median_error_percent(name: str) -> float | None:
        if name not in rounds[0]:
            return None
        keypoints = [frame_keypoints for round_ in rounds for frame_keypoints in round_[name].keypoints]
        return error_percent(keypoints, ground_truth)

    return {name: median_error_percent(name) for name in (PIPELINE, NOTEBOOK)}


__all__ = ["BASELINES", "Case", "Row", "grid", "is_measured", "machine", "measure_cases"]
