"""Sweeps with made-up outputs in place of inference: what is computed, kept, and refused."""

import json
from dataclasses import replace

import pytest
from files import names
from made_outputs import walkers

from pose_demo.explore import tasks as tasks_module
from pose_demo.explore.footage.clip import Span, open_clip
from pose_demo.explore.replay.measures import MEASURES
from pose_demo.explore.spec import SweepSpec
from pose_demo.explore.store import Store
from pose_demo.explore.sweep import Sweep
from pose_demo.types import InputError

COUNT = 12
SWEEP = {"model": ["movenet-lightning", "movenet-multipose"], "confidence": [0.2, 0.3, 0.4], "smooth.beta": [0.1, 0.5]}
FIXED = {"match.reference": "warrior"}


class Inference:
    """Takes the place of `run_inference`: counts its runs, and may fail."""

    def __init__(self):
        self.runs, self.error = [], None

    def __call__(self, clip, settings, threads, on_frame):
        if self.error:
            raise self.error
        self.runs.append((clip.name, settings.model, settings.person_confidence, threads))
        for _ in range(COUNT):
            on_frame()
        return replace(walkers(COUNT, seed=len(settings.model)), model=settings.model)


@pytest.fixture
def inference(monkeypatch):
    made_up = Inference()
    monkeypatch.setattr(tasks_module, "run_inference", made_up)
    monkeypatch.setattr(tasks_module, "frame_ms", lambda settings, threads: 50.0)
    return made_up


def sweep(folder, clips=None, sweep=None, fixed=None):
    spec = SweepSpec.from_dict(sweep or SWEEP, FIXED if fixed is None else fixed)
    return Sweep(spec, clips or [open_clip("sample", COUNT)], folder)


def run(*arguments, **options):
    return sweep(*arguments, **options).run()


def without_times(rows):
    measured = [name for name, measure in MEASURES.items() if measure.measured]
    return [{name: value for name, value in row.items() if name not in measured} for row in rows]


# ---- results


def test_the_networks_run_once_for_each_model(tmp_path, inference):
    result = run(tmp_path)
    assert inference.runs == [("sample", "movenet-lightning", 0.2, 1), ("sample", "movenet-multipose", 0.2, 1)]
    assert (result.requested, result.computed, result.inference_runs) == (12, 12, 2)
    assert len(result.rows) == len(result.points) == 12


def test_rows_have_the_clip_the_values_and_the_measures(tmp_path, inference):
    result = run(tmp_path)
    row = result.rows[1]
    assert list(row) == ["clip", *SWEEP, "keypoints", *MEASURES]
    assert {name: row[name] for name in ("clip", *SWEEP, "keypoints", "frames")} == {
        "clip": "sample",
        "model": "movenet-lightning",
        "confidence": 0.2,
        "smooth.beta": 0.5,
        "keypoints": "true",
        "frames": COUNT,
    }
    assert result.points[1].point.settings.smooth.beta == 0.5
    values = result.to_dict()
    assert values["points"] == 12 and values["inference_runs"] == 2 and values["seconds"] >= 0
    assert json.loads(json.dumps(values, allow_nan=False))["results"] == list(result.rows)


def test_what_the_networks_process_decides_how_often_they_run(tmp_path, inference):
    behind = {"person_confidence": [0.1, 0.9], "nms_iou_threshold": [0.2, 0.8], "background.mode": ["none", "blur"]}
    # One without a mask; with one, four: the persons who are left are segmented.
    assert run(tmp_path / "yolo", sweep={"model": ["yolov3-tiny"]} | behind).inference_runs == 5
    assert run(tmp_path / "blazepose", sweep={"model": ["blazepose-lite"]} | behind).inference_runs == 2
    before = {"threads": [1, 2], "input_size": [0.5, 1.0]}
    assert run(tmp_path / "multipose", sweep={"model": ["movenet-multipose"]} | before).inference_runs == 4
    assert run(tmp_path / "lightning", sweep={"model": ["movenet-lightning"]} | before).inference_runs == 2
    detector = {"model": ["movenet-lightning"], "detector": ["none", "movenet-multipose"], "max_people": [1, 2]}
    assert run(tmp_path / "detector", sweep=detector).inference_runs == 3


def test_two_clips(tmp_path, inference):
    clips = [open_clip("sample", COUNT), open_clip("sample:duo", COUNT)]
    result = run(tmp_path, clips)
    assert (result.requested, result.computed, result.inference_runs) == (24, 24, 4)
    assert [row["clip"] for row in result.rows] == ["sample"] * 12 + ["sample:duo"] * 12


def test_a_clip_without_known_keypoints_has_consensus_keypoints(tmp_path, inference, make_clip, monkeypatch):
    monkeypatch.setattr("pose_demo.estimators.is_ready", lambda model: True)
    result = run(tmp_path, [open_clip(make_clip(COUNT))], {"confidence": [0.2, 0.3]})
    assert {row["keypoints"] for row in result.rows} == {"consensus"}
    assert result.inference_runs == 4  # the model, and three heavy ones
    assert all(row["oks"] is not None for row in result.rows)


def test_without_two_ready_heavy_models_the_keypoints_are_unknown(tmp_path, inference, make_clip, monkeypatch):
    monkeypatch.setattr("pose_demo.estimators.is_ready", lambda model: model == "movenet-lightning")
    (row,) = run(tmp_path, [open_clip(make_clip(COUNT))], {"confidence": [0.2]}).rows
    assert row["keypoints"] == "none" and row["oks"] is None and row["frames"] == COUNT


# ---- resuming


def test_a_finished_sweep_computes_nothing(tmp_path, inference):
    first = run(tmp_path)
    again = run(tmp_path)
    assert (again.computed, again.inference_runs, len(inference.runs)) == (0, 0, 2)
    assert again.rows == first.rows


def test_only_what_is_missing_is_computed(tmp_path, inference):
    first = run(tmp_path)
    points = sorted((tmp_path / "points").iterdir())
    points[3].unlink()
    points[5].write_text('{"frames":')
    again = run(tmp_path)
    assert (again.computed, again.inference_runs) == (2, 0) and without_times(again.rows) == without_times(first.rows)
    wider = run(tmp_path, sweep=SWEEP | {"confidence": [0.2, 0.3, 0.4, 0.5]})
    assert (wider.requested, wider.computed, wider.inference_runs) == (16, 4, 0)


def test_outputs_that_were_deleted_are_computed_again(tmp_path, inference):
    run(tmp_path)
    for path in (tmp_path / "outputs").iterdir():
        path.unlink()
    again = run(tmp_path, sweep=SWEEP | {"confidence": [0.6]})
    assert (again.computed, again.inference_runs) == (4, 2)


def test_other_knowledge_about_a_clip_is_another_point(tmp_path, inference, make_clip):
    clip = open_clip("sample", COUNT)
    run(tmp_path, [clip])
    again = run(tmp_path, [clip.with_spans((Span(0, 1, True),))])
    assert (again.computed, again.inference_runs) == (12, 0)
    assert all(row["f1"] is not None for row in again.rows)


# ---- stopping and failing


class Stop(Exception):  # noqa: N818 (it is no error)
    """What the page raises to stop."""


def stop_after(fraction):
    def on_progress(progress):
        if progress.fraction >= fraction:
            raise Stop

    return on_progress


@pytest.mark.parametrize("exception", [Stop, KeyboardInterrupt])
def test_a_stopped_sweep_keeps_what_is_done(tmp_path, inference, exception):
    stopped = sweep(tmp_path)

    def on_progress(progress):
        if progress.message.endswith("points") and len(names(tmp_path / "points")) == 5:
            raise exception

    with pytest.raises(exception):
        stopped.run(on_progress=on_progress)
    result = stopped.collect()
    assert (len(result.rows), result.requested, result.computed, result.inference_runs) == (5, 12, 5, 2)
    assert result.seconds > 0
    rest = run(tmp_path)
    assert (rest.computed, rest.inference_runs, len(rest.rows)) == (7, 0, 12)


def test_a_sweep_stopped_during_inference_keeps_finished_inferences(tmp_path, inference):
    stopped = sweep(tmp_path)
    with pytest.raises(Stop):
        stopped.run(on_progress=stop_after(0.75))
    assert stopped.collect().inference_runs == 1 and stopped.collect().rows == ()
    assert run(tmp_path).inference_runs == 1


def test_a_failed_inference_ends_the_sweep_with_its_message(tmp_path, inference):
    inference.error = InputError("clip.mp4: cannot be read")
    with pytest.raises(InputError, match=r"clip.mp4: cannot be read"):
        run(tmp_path)
    assert names(tmp_path / "outputs") == names(tmp_path / "points") == []


def test_damaged_outputs_end_the_sweep_with_advice(tmp_path, inference):
    run(tmp_path)
    for path in (tmp_path / "outputs").iterdir():
        path.write_bytes(b"damaged")
    for path in (tmp_path / "points").iterdir():
        path.unlink()
    tasks_module._read.cache_clear()
    with pytest.raises(InputError, match=r"parquet: cannot be read .*delete it, and it is computed again"):
        run(tmp_path)


def test_clips_with_the_same_name_and_no_clips_are_refused(tmp_path):
    with pytest.raises(InputError, match="two clips are named sample; rename one of them"):
        sweep(tmp_path, [open_clip("sample", 3), open_clip("sample", 4)])
    with pytest.raises(InputError, match="expected at least one clip"):
        Sweep(SweepSpec.from_dict(SWEEP), [], tmp_path)


def test_a_folder_of_another_version_is_refused(tmp_path):
    (tmp_path / "sweep.json").write_text('{"format": "pose_demo.sweep/0"}')
    with pytest.raises(InputError, match="another version wrote; choose another folder"):
        sweep(tmp_path)
    assert names(tmp_path) == ["sweep.json"]


# ---- estimate and progress


def test_the_estimate_counts_what_is_left(tmp_path, inference):
    before = sweep(tmp_path).estimate()
    assert (before.points, before.inference_runs) == (12, 2) and before.seconds == pytest.approx(2 * 12 * 0.05, rel=0.1)
    run(tmp_path)
    after = sweep(tmp_path).estimate()
    assert (after.points, after.inference_runs) == (12, 0) and after.seconds < 0.1


def test_progress_rises_to_1_with_the_time_left(tmp_path, inference):
    reports = []
    sweep(tmp_path).run(on_progress=reports.append)
    fractions = [progress.fraction for progress in reports]
    assert fractions == sorted(fractions) and fractions[-1] == pytest.approx(1) and len(reports) >= 2 * COUNT + 12
    assert reports[-1].seconds_left == pytest.approx(0, abs=0.01)
    assert all(progress.seconds_left is not None for progress in reports)
    assert [reports[0].message, reports[-1].message] == [
        "movenet-lightning on sample",
        "movenet-multipose on sample: points",
    ]


def test_points_are_stored_under_a_key_of_everything_they_depend_on(tmp_path, inference):
    clip = open_clip("sample", COUNT)
    keys = set()
    for number, (clips, values, reference) in enumerate(
        [
            ([clip], {}, ""),
            ([replace(clip, max_frames=11)], {}, ""),
            ([clip], {"confidence": [0.31]}, ""),
            ([clip], {"threads": [2]}, ""),
        ]
    ):
        spec = SweepSpec.from_dict({"model": ["movenet-lightning"]} | values)
        folder = tmp_path / str(number)
        Sweep(spec, clips, folder, reference).run()
        keys |= set(names(Store(folder).folder / "points"))
    assert len(keys) == 4
