"""Tuning is no worse than a grid: 60 trials against about 400 points, on 90 frames of the sample."""

from __future__ import annotations

from models import needs
from pose_demo.explore.footage.clip import open_clip
from pose_demo.explore.spec import SweepSpec
from pose_demo.explore.sweep import Sweep
from pose_demo.explore.tuning.options import TuneOptions
from pose_demo.explore.tuning.tune import tune

MODELS = ("movenet-lightning", "blazepose-lite")
GRID = {
    "model": list(MODELS),
    "confidence": [0.05, 0.1, 0.2, 0.3, 0.5, 0.7],
    "person_confidence": [0.1, 0.2, 0.5],
    "smooth.min_cutoff": [0.05, 0.2, 1.0, 3.0],
    "smooth.beta": [0.0, 20.0, 80.0],
}
TOLERANCE = 0.01


def test_tuning_is_no_worse_than_a_grid(tmp_path):
    for model in MODELS:
        needs(model)
    clip = open_clip("sample", 90)
    grid = Sweep(SweepSpec.from_dict(GRID), [clip], tmp_path).run()
    tuned = tune([clip], tmp_path, TuneOptions(models=MODELS, trials=60, fps=1.0))
    assert len(grid.rows) == 432 and len(tuned.trials) <= 60 and tuned.inference_runs == 0
    best = {model: max(row["accuracy"] for row in grid.rows if row["model"] == model) for model in MODELS}
    assert tuned.candidates[0].measures["accuracy"] >= max(best.values()) - TOLERANCE
    for model in MODELS:
        trials = [row["accuracy"] for row in tuned.trials if row.get("model", MODELS[0]) == model]
        assert max(trials) >= best[model] - TOLERANCE
    assert tuned.candidates[0].measures["accuracy"] >= tuned.present.measures["accuracy"]
