"""Reports as files, of sweeps and tunings with made-up outputs."""

import csv
import json
from dataclasses import replace

import pytest
from made_outputs import walkers

from pose_demo.explore import tasks as tasks_module
from pose_demo.explore.footage.clip import Clip, Span, open_clip
from pose_demo.explore.footage.ground_truth import CONSENSUS, TRUE, UNKNOWN
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.explore.report.data import clip_facts, sweep_data, tune_data
from pose_demo.explore.report.files import write_results, write_tuning
from pose_demo.explore.spec import SweepSpec
from pose_demo.explore.sweep import Sweep
from pose_demo.explore.tasks import ClipContext, Known
from pose_demo.explore.tuning.result import Candidate, TuneResult
from pose_demo.settings import Settings

COUNT = 8
SWEEP = {"model": ["movenet-lightning", "movenet-thunder"], "confidence": [0.2, 0.4]}


@pytest.fixture(autouse=True)
def inference(monkeypatch):
    def made_up(clip, settings, threads, on_frame):
        return replace(walkers(COUNT, seed=len(settings.model)), model=settings.model)

    monkeypatch.setattr(tasks_module, "run_inference", made_up)
    monkeypatch.setattr(tasks_module, "frame_ms", lambda settings, threads: 50.0)


def run(folder, sweep=None, fixed=None, scenes=("sample",)):
    clips = [open_clip(scene, COUNT) for scene in scenes]
    return Sweep(SweepSpec.from_dict(SWEEP if sweep is None else sweep, fixed), clips, folder).run()


def test_results_are_written_in_all_formats(tmp_path):
    result = run(tmp_path)
    write_results(result, tmp_path)
    assert {"results.csv", "results.json", "results.parquet", "report.html"} <= {
        path.name for path in tmp_path.iterdir()
    }
    assert len(json.loads((tmp_path / "results.json").read_text())["results"]) == 4
    assert len(list(csv.DictReader((tmp_path / "results.csv").open()))) == 4


def test_report_has_the_errors_of_each_joint(tmp_path):
    write_results(run(tmp_path), tmp_path)
    assert "Errors of each joint" in (tmp_path / "report.html").read_text("utf-8")


def test_report_without_stored_outputs_has_no_errors_of_joints(tmp_path):
    result = run(tmp_path)
    for path in (tmp_path / "outputs").iterdir():
        path.unlink()
    tasks_module._read.cache_clear()
    write_results(result, tmp_path)
    assert "Errors of each joint" not in (tmp_path / "report.html").read_text("utf-8")


def test_report_of_a_sweep_stopped_before_its_first_point(tmp_path):
    result = Sweep(SweepSpec.from_dict(SWEEP), [open_clip("sample", COUNT)], tmp_path).collect()
    write_results(result, tmp_path)
    assert "There is no result yet." in (tmp_path / "report.html").read_text("utf-8")


def test_points_are_means_over_the_clips(tmp_path):
    result = run(tmp_path, scenes=("sample", "sample:crossing"))
    content = sweep_data(result)
    assert (len(result.rows), len(content.points)) == (8, 4)
    accuracies = [
        row["accuracy"] for row in result.rows if row["model"] == "movenet-thunder" and row["confidence"] == 0.4
    ]
    assert content.points[3].measures["accuracy"] == pytest.approx(sum(accuracies) / 2)
    assert [name for name, _, _ in content.clips] == ["sample", "sample:crossing"]


def test_summary_of_a_stopped_sweep_has_both_counts(tmp_path):
    result = run(tmp_path)
    assert sweep_data(replace(result, requested=9)).summary.startswith("4 of 9 points on 1 clip; 2 inference runs")
    assert sweep_data(result).summary.startswith("4 points on 1 clip")


def test_fixed_settings_are_those_that_differ_from_their_defaults(tmp_path):
    content = sweep_data(run(tmp_path, {"confidence": [0.2, 0.4]}, {"smooth.beta": 2.0, "threads": 2}))
    assert content.fixed == {"smooth.beta": "2", "threads": "2"}
    assert content.parameters == {"confidence": [0.2, 0.4]}


def test_present_settings_of_a_sweep(tmp_path):
    result, present = run(tmp_path), run(tmp_path, {}, {"confidence": 0.6})
    assert sweep_data(result).present is None
    assert sweep_data(result, present).present.settings == Settings(confidence=0.6)


@pytest.mark.parametrize(
    ("known", "text"),
    [
        (TRUE, "true keypoints"),
        (CONSENSUS, "consensus keypoints of the heaviest ready models"),
        (UNKNOWN, "no keypoints"),
    ],
)
def test_what_is_known_of_a_clip(known, text):
    name, part, facts = clip_facts(ClipContext(Clip("a", "sample"), Known(known)))
    assert (name, part) == ("a", "whole clip")
    assert facts.startswith(text)


@pytest.mark.parametrize(
    ("clip", "text"),
    [
        (Clip("a", "sample", max_frames=1), "first 1 frame"),
        (Clip("a", "sample", start=1.5), "1.5 s to the end"),
        (Clip("a", "sample", start=1.5, end=3), "1.5 s to 3 s"),
    ],
)
def test_part_of_a_clip(clip, text):
    assert clip_facts(ClipContext(clip, Known()))[1] == text


def test_marked_spans_of_a_clip():
    clip = Clip("a", "sample", spans=(Span(0, 1, True), Span(1, 2.5, False)))
    assert clip_facts(ClipContext(clip, Known()))[2].endswith("; marked: match 0 to 1 s, no match 1 to 2.5 s")


# ---- tuning


def trial(confidence, accuracy):
    return {"confidence": confidence, **dict.fromkeys(MEASURES), "accuracy": accuracy, "ms_p50": 10.0, "fps": 100.0}


def tuned(trials):
    best = Candidate(Settings(confidence=0.4), 2, {**dict.fromkeys(MEASURES), "accuracy": 0.9, "ms_p50": 10.0}, "best")
    present = replace(best, settings=Settings(), why="the present settings")
    return TuneResult((best,), present, tuple(trials), "accuracy", 10.0, True, 1, 3.0)


def test_data_of_a_tuning():
    content = tune_data(tuned([trial(0.4, 0.9), trial(0.2, 0.8)]), ())
    assert content.parameters == {"confidence": [0.2, 0.4]}, "in ascending order"
    assert [each.measures["accuracy"] for each in content.points] == [0.9, 0.8]
    assert [each.threads for each in content.points] == [2, 2]
    assert content.fixed == {"threads": "2"}
    assert (content.candidates[0].why, content.present.settings, content.fps) == ("best", Settings(), 10)


def test_rows_of_a_tuning_have_the_values_of_all_parameters():
    default = trial(0.4, 0.8)
    del default["confidence"]
    rows = tune_data(tuned([trial(0.4, 0.9), default]), ()).rows
    assert [row["confidence"] for row in rows] == [0.4, Settings().confidence]


def test_tuning_is_written_with_its_report(tmp_path):
    write_tuning(tuned([trial(0.4, 0.9), trial(0.2, 0.8)]), tmp_path, [open_clip("sample", COUNT)])
    assert json.loads((tmp_path / "tuning.json").read_text())["objective"] == "accuracy"
    assert "<h1>Tuning: sample</h1>" in (tmp_path / "report.html").read_text("utf-8")
