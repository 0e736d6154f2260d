"""Two and four drawn dancers with known lags, through a detector and a real model: pairwise lags, live and afterwards.

BASELINE
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from dance_streams import DISCO, teacher

from models import needs
from pose_demo import sample
from pose_demo.dance.group import compare_group
from pose_demo.dance.options import DanceOptions
from pose_demo.live import cpu
from pose_demo.pipeline import Pipeline
from pose_demo.plan import Uploads, prepare
from pose_demo.sample import BODIES, Performance, Style
from pose_demo.settings import Settings

DELAYS = {2: (0.0, 0.15), 4: (0.0, 0.15, 0.3, -0.12)}
SIZES = {2: (640, 480), 4: (960, 480)}
_SECONDS, _COUNT_IN = 5, 1


@dataclass(frozen=True)
class Found:
    """Milliseconds of the errors of all pairwise lags, in the last second and of the whole take, and the track ids."""

    live: tuple[float, ...]
    afterwards: tuple[float, ...]
    timing: tuple[float, ...]
    ids: tuple[int, ...]


@cache
def take(model: str, fps: int, count: int) -> Found:
    """What is found of a take of some dancers, the first one on the right of the image."""
    for name in ("movenet-multipose", model):
        needs(name)
    bodies, delays = list(BODIES.values()), DELAYS[count]
    dancers = [
        Performance(choreography=DISCO, delay=delay, style=Style(k + 1), body=bodies[k])
        for k, delay in enumerate(delays)
    ]
    chosen = {"model": model, "detector": "movenet-multipose"}
    settings = Settings.from_dict(
        {
            **chosen,
            "dance.reference": "own",
            "dance.count_in": _COUNT_IN,
            "dance.end": _SECONDS,
            "dance.layout": "inset",
        }
    )
    pipeline, live, timing = Pipeline(), [], []
    with prepare(settings, uploads=Uploads(teacher=teacher(), take=1), threads=cpu.cores()) as plan:
        for index in range(int((_SECONDS + _COUNT_IN + 0.7) * fps)):
            frame = sample.performance_frame(dancers, index / fps - _COUNT_IN, size=SIZES[count])
            result = pipeline.process(frame, plan)
            state = result.dance
            if _SECONDS - 1 < state.moment.danced < _SECONDS and state.group:
                expected = _delays(result, delays)
                live += [
                    pair.lag_ms - 1000 * (expected[pair.second] - expected[pair.first])
                    for pair in state.group.pairs
                    if pair.lag_ms is not None
                ]
                timing += [
                    it.evaluation.timing_ms - 1000 * delay
                    for it, delay in zip(state.dancers, expected, strict=True)
                    if it.evaluation.timing_ms is not None
                ]
    assert len(state.dancers) == count
    expected = _delays(result, delays)
    group = compare_group([it.performance for it in state.dancers], DanceOptions(mirror="off"))
    afterwards = [pair.lag_ms - 1000 * (expected[pair.second] - expected[pair.first]) for pair in group.pairs]
    return Found(tuple(live), tuple(afterwards), tuple(timing), tuple(it.track_id for it in state.dancers))


def _delays(result, delays):
    """The delays of the dancers of a state, by where they are."""
    poses, state = result.estimate.poses, result.dance
    places = [it.xy[[11, 12], 0].mean() for it in (poses[dancer.person] for dancer in state.dancers)]
    order = np.argsort(places)[::-1].tolist()  # from right to left, as the performances
    return [delays[order.index(k)] for k in range(len(places))]
