"""Example frames from stored outputs equal those of the pipeline."""

from __future__ import annotations

import numpy as np
import pytest

from models import needs
from pose_demo import sample
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.replay.examples import draw_examples, example_indices, stored_frames
from pose_demo.explore.replay.inference import inference_for, run_inference
from pose_demo.explore.store import Store
from pose_demo.pipeline import Pipeline
from pose_demo.plan import Uploads, prepare
from pose_demo.settings import Settings
from pose_demo.types import InputError

CLIP = Clip("sample", "sample", max_frames=20)


def test_examples_are_the_worst_and_evenly_spaced_frames_in_order():
    assert example_indices(100, (), 4) == (12, 38, 62, 88)
    chosen = example_indices(100, (90, 10), 4)
    assert {90, 10} <= set(chosen) and len(chosen) == 4 and list(chosen) == sorted(chosen)
    assert min(abs(a - b) for a in chosen for b in chosen if a != b) >= 20


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_short_clip_has_fewer_examples(count):
    chosen = example_indices(count, (0,), 4)
    assert 0 in chosen and len(set(chosen)) == len(chosen) and max(chosen) < count


@pytest.mark.parametrize("changes", [{}, {"smooth.on": False}, {"effects": [{"name": "trails"}]}], ids=str)
def test_an_example_is_what_the_pipeline_shows(tmp_path, changes):
    needs("movenet-lightning")
    settings = Settings.from_dict(changes)
    key = inference_for(settings).key(CLIP)
    Store.open(tmp_path).save_outputs(key, run_inference(CLIP, settings))
    assert stored_frames(tmp_path, CLIP, settings, 1) == 20
    (example,) = draw_examples(tmp_path, CLIP, settings, 1, [11], Uploads())
    pipeline = Pipeline()
    with prepare(settings) as plan:
        results = [pipeline.process(sample.frame(index), plan) for index in range(12)]
    assert example.seconds == pytest.approx(results[-1].timestamp)
    assert np.array_equal(example.image, results[-1].image)


def test_missing_outputs_are_reported(tmp_path):
    needs("movenet-lightning")
    Store.open(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        stored_frames(tmp_path, CLIP, Settings(), 1)
