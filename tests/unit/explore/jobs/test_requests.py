"""Requests survive the way through a file, and stop where they are told to."""

from __future__ import annotations

import json

import pytest
from noisy_scenes import use_noisy_networks

from pose_demo.explore.footage.clip import Clip, Span
from pose_demo.explore.jobs.requests import InspectRequest, JobFile, Stopped, SweepRequest, TuneRequest, _part, read_job
from pose_demo.explore.progress import Progress
from pose_demo.explore.spec import SweepSpec
from pose_demo.explore.tuning.options import TuneOptions
from pose_demo.settings import Settings

CLIP = Clip("a", "sample:duo", start=0.5, end=2.0, annotations="a.json", spans=(Span(0.5, 1.0, True),))
SETTINGS = Settings.from_dict({"effects": [{"name": "canny", "low": 60}], "smooth.on": False})
SPEC = SweepSpec.from_dict({"confidence": [0.2, 0.3]}, {"effects": [{"name": "trails"}], "threads": 2})
REQUESTS = [
    SweepRequest((CLIP, Clip("b", "sample")), SPEC, SETTINGS, 2, "{}"),
    TuneRequest((CLIP,), TuneOptions(fps=12.0, present=SETTINGS, models=("movenet-thunder",), threads=2)),
    InspectRequest(CLIP, SETTINGS, 2, "{}"),
]
TUNING = TuneRequest(
    (Clip("sample", "sample", max_frames=12),), TuneOptions(models=("movenet-lightning", "movenet-thunder"), trials=20)
)


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.kind)
def test_a_request_is_read_as_it_was_written(tmp_path, request_):
    path = tmp_path / "job.json"
    times = ({"settings": {}, "threads": 1, "ms": 5.0},)
    job = JobFile(request_, tmp_path, True, times)
    job.write(path)
    assert read_job(path) == job
    json.loads(path.read_text())


def test_the_progress_of_a_part_continues_that_of_the_previous_one():
    seen: list[Progress] = []
    first, second = (_part(seen.append, *limits) for limits in ((0.0, 0.75), (0.75, 1.0)))
    first(Progress(0.5, 3.0, "a"))
    first(Progress(1.0, 0.0, "a"))
    second(Progress(0.5, 1.0, "b"))
    assert [progress.fraction for progress in seen] == pytest.approx([0.375, 0.75, 0.875])
    assert seen[0].seconds_left == pytest.approx(5.0)  # 3 s took 37.5 %, so 62.5 % take 5 s
    assert seen[2].seconds_left == pytest.approx(1.0)


def test_time_left_is_unknown_at_the_start():
    seen: list[Progress] = []
    _part(seen.append, 0.0, 0.5)(Progress(0.0, None, "a"))
    assert seen[0].seconds_left is None


def test_a_tuning_that_is_stopped_before_its_first_trial_has_no_outcome(monkeypatch, tmp_path):
    def stop(progress):
        raise Stopped

    use_noisy_networks(monkeypatch)
    values = TUNING.run(tmp_path, stop)
    assert values == {} and TUNING.outcome(tmp_path, values) is None


def test_a_stopped_tuning_has_the_short_list_of_its_trials(monkeypatch, tmp_path):
    def stop(progress):
        if progress.message == "tuning movenet-thunder":
            raise Stopped

    use_noisy_networks(monkeypatch)
    result = TUNING.outcome(tmp_path, TUNING.run(tmp_path, stop)).result
    models = [row.get("model", "movenet-lightning") for row in result.trials]
    assert not result.complete and len(models) > 5 and models.count("movenet-thunder") == 1
    assert result.candidates and result.inference_runs == 2
    assert TUNING.outcome(tmp_path, TUNING.run(tmp_path, lambda progress: None)).result.complete
