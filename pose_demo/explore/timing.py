"""How long the parts of a sweep take, to tell before it starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pose_demo import sample
from pose_demo.explore.replay.inference import Inference, inference_for
from pose_demo.io.sources import FrameSource
from pose_demo.offline.run import results
from pose_demo.settings import Settings

_TIMED_FRAMES, _WARM_UP = 6, 2
# Measured on 2 cores; replaying a frame takes this long where no stage can be reused.
_REPLAY_MS_PER_FRAME, _POINT_MS = 0.03, 1.0

_known_ms: dict[Inference, float] = {}


def frame_ms(settings: Settings, threads: int) -> float:
    """Milliseconds in which this machine processes a frame of 640x480 with these settings.

    Raises:
        pose_demo.weights.MissingWeights: a model's files are missing; the message says what to do.
    """
    inference = inference_for(settings, threads)
    if inference not in _known_ms:
        _known_ms[inference] = _time_frames(inference)
    return _known_ms[inference]


def known_times() -> list[dict[str, Any]]:
    """The times measured so far as JSON values, for `use_times` of another process on this machine."""
    return [
        {"settings": inference.settings.changes(), "threads": inference.threads, "ms": ms}
        for inference, ms in _known_ms.items()
    ]


def use_times(times: Sequence[Mapping[str, Any]]) -> None:
    """Use the `known_times` of another process."""
    for each in times:
        _known_ms[Inference(Settings.from_dict(each["settings"]), each["threads"])] = each["ms"]


def _time_frames(inference: Inference) -> float:
    frames = (sample.frame(index) for index in range(_TIMED_FRAMES))
    source = FrameSource(frames, sample.FPS, _TIMED_FRAMES)
    times = [result.milliseconds for result in results(source, inference.settings, inference.threads)]
    return float(np.median(times[_WARM_UP:]))


def point_ms(frames: int) -> float:
    """Milliseconds in which a point on a clip of so many frames is replayed."""
    return _POINT_MS + _REPLAY_MS_PER_FRAME * frames
