"""The pose game through the whole pipeline with a real model: a drawn visitor plays it from raised hands to its end."""

from __future__ import annotations

import pytest

from models import needs
from pose_demo import sample
from pose_demo.game.rows import ROWS
from pose_demo.pipeline import Pipeline
from pose_demo.plan import prepare
from pose_demo.sample.rendering import camera_for, render
from pose_demo.sample.rig import build_rig
from pose_demo.settings import Settings
from pose_demo.types import Frame

_FPS = 5  # the slowest stream that a dance is measured in


@pytest.mark.parametrize(("model", "row"), [("movenet-lightning", "easy"), ("blazepose-lite", "party")])
def test_a_visitor_of_another_body_holds_every_pose(model, row):
    needs(model)
    images = {name: _image(name) for name in (*ROWS[row], "stand", "arms-up")}
    script = [("stand", 0.6), ("arms-up", 1.6), ("stand", 3.2)]
    for name in ROWS[row]:
        script += [(name, 1.8), ("stand", 0.6)]
    pipeline, now = Pipeline(), 0.0
    with prepare(Settings.from_dict({"model": model, "game.row": row}), live=True) as plan:
        for name, seconds in script:
            for _ in range(round(seconds * _FPS)):
                state = pipeline.process(Frame(images[name], now), plan).game
                now += 1 / _FPS
    assert state.phase == "finished" and len(state.results) == len(ROWS[row])
    assert all(it.similarity > 0.85 and it.seconds < 1.5 and it.picture is not None for it in state.results)
    assert state.points > 0.85 * 100 * len(state.results)


def _image(name):
    return render([build_rig(sample.POSES[name], sample.BODIES["d"])], camera_for((640, 480), 1.1))
