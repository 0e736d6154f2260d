"""A take through the whole pipeline with a real model: the drawn dancer, late by a known time, behind a teacher."""

from __future__ import annotations

import numpy as np
from dance_streams import DISCO, END, teacher

from models import needs
from pose_demo import sample
from pose_demo.pipeline import Pipeline
from pose_demo.plan import Uploads, prepare
from pose_demo.sample import BODIES, LoweredArm, Performance, Style
from pose_demo.settings import Settings

_FPS, _COUNT_IN = 12, 1


def test_timing_within_40_ms_and_a_lowered_arm_is_measured():
    needs("movenet-lightning")
    dancer = Performance(
        choreography=DISCO, delay=0.15, style=Style(1), body=BODIES["b"], lowered=LoweredArm("left", 30, 4, 8)
    )
    settings = Settings.from_dict({"dance.reference": "own", "dance.count_in": _COUNT_IN, "dance.end": END})
    pipeline, evaluations = Pipeline(), []
    with prepare(settings, uploads=Uploads(teacher=teacher(), take=1), live=True) as plan:
        for index in range(int((END + _COUNT_IN) * _FPS)):
            frame = sample.performance_frame([dancer], index / _FPS - _COUNT_IN)
            evaluations.append(pipeline.process(frame, plan).dance.evaluation)
    timed = np.array([it.timing_ms for it in evaluations if it.timing_ms is not None])
    assert len(timed) > 4 * _FPS and np.abs(timed - 150).max() < 40
    assert min(it.form for it in evaluations if it.form is not None) > 0.85
    limbs = evaluations[6 * _FPS].limbs  # 5 s after the count-in
    assert 20 < limbs["left upper arm"] < 45 and np.mean(list(limbs.values())) < 12
