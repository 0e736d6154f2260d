"""The benchmark: statistics on computed examples, participants and rows on real models. Speed itself is not tested."""

import dataclasses
import json
from contextlib import ExitStack
from threading import Barrier

import numpy as np
import pytest

from models import needs_baselines
from pose_demo import bench, sample, weights
from pose_demo.bench import Case, baselines, grid, participants
from pose_demo.bench.accuracy import error_percent
from pose_demo.bench.measure import Clock, Measurement, measure_rounds, summarize
from pose_demo.bench.participants import load_participants
from pose_demo.estimators import MODELS
from pose_demo.skeletons import COCO_17, COCO_FROM_BLAZEPOSE
from pose_demo.types import Frame, InputError, Pose

# ---- statistics -----------------------------------------------------------------------------------------------------


def rounds(**ms):
    return [dict(zip(ms, map(Measurement, row, row), strict=True)) for row in zip(*ms.values(), strict=True)]


def test_speed_is_given_as_medians_and_a_95th_percentile():
    found = summarize(rounds(pipeline=[15.0, 60.0, 22.0]))
    assert found["pipeline"] == {"ms": 22.0, "ms_p95": 56.2, "cpu_ms": 22.0, "fps": 45.5}


def test_comparisons_are_medians_of_the_ratios_within_each_round():
    found = summarize(
        rounds(
            net=[10.0, 20.0, 30.0],
            estimator=[12.0, 21.0, 45.0],  # 2, 1 and 15 more than the net
            pipeline=[15.0, 22.0, 60.0],  # 1.5, 1.1 and 2 times; the ratio of the medians would be 1.1
            package=[24.0, 63.0, 45.0],  # 2, 3 and 1 times
            notebook=[60.0, 33.0, 90.0],  # 4, 1.5 and 1.5 times
        )
    )
    assert (found["overhead_ms"], found["times_net"]) == (2.0, 1.5)
    assert (found["faster_than_package"], found["faster_than_notebook"]) == (2.0, 1.5)


def test_comparisons_with_an_absent_participant_are_none():
    found = summarize(rounds(net=[10.0], estimator=[12.0], pipeline=[15.0]))
    assert found["faster_than_package"] is None and found["faster_than_notebook"] is None
    assert summarize(rounds(estimator=[12.0], pipeline=[15.0]))["overhead_ms"] is None


# ---- rounds ---------------------------------------------------------------------------------------------------------


class FakeTime:
    """A clock, and participants with a fixed processing time."""

    def __init__(self):
        self.now, self.log = 0.0, []
        self.clock = Clock(lambda: self.now, lambda: self.now * 2)

    def participant(self, name, seconds):
        def process(frame):
            self.now += seconds
            self.log.append((name, frame.timestamp))
            return f"{name} {frame.timestamp}"

        return process


def blocks(*timestamps):
    return [[Frame(np.zeros((4, 4, 3), np.uint8), time) for time in block] for block in timestamps]


def test_times_are_milliseconds_per_frame():
    time = FakeTime()
    sessions = {"fast": [time.participant("fast", 0.5)], "slow": [time.participant("slow", 2.0)]}
    (measured,) = measure_rounds(sessions, blocks([1, 2, 3]), time.clock)
    assert measured["fast"] == Measurement(500.0, 1000.0, ("fast 1", "fast 2", "fast 3"))
    assert measured["slow"].ms == 2000.0


def test_every_participant_processes_every_frame_in_a_varying_order():
    time = FakeTime()
    names = ["a", "b", "c"]
    frames = blocks(*([i] for i in range(30)))
    list(measure_rounds({name: [time.participant(name, 1)] for name in names}, frames, time.clock))
    logged = [time.log[i : i + 3] for i in range(0, 90, 3)]
    assert [sorted(calls) for calls in logged] == [[(name, i) for name in names] for i in range(30)]
    assert len({tuple(name for name, _ in calls) for calls in logged}) == 6


def test_sessions_run_concurrently_and_cpu_time_is_divided_among_them():
    both_started = Barrier(2)

    def process(frame):
        both_started.wait(timeout=10)  # raises unless the other session runs at the same time

    cpu = iter([0.0, 3.0])
    (measured,) = measure_rounds({"both": [process, process]}, blocks([1, 2, 3]), Clock(cpu=lambda: next(cpu)))
    assert measured["both"].cpu_ms == 500.0 and len(measured["both"].keypoints) == 3


# ---- accuracy -------------------------------------------------------------------------------------------------------


@pytest.fixture
def truth():
    """A torso of 100 pixels; the nose is not visible."""
    xy = np.zeros((17, 2), np.float32)
    xy[[5, 6]], xy[[11, 12]] = (50, 100), (50, 200)
    scores = np.ones(17, np.float32)
    scores[0] = 0
    return Pose(COCO_17, xy, scores)


def test_the_error_is_the_mean_distance_in_percent_of_the_torso(truth):
    found = truth.xy + np.array((3, 4))
    found[0] += 1000
    assert error_percent([found.tolist()], [truth]) == 5.0


def test_blazepose_keypoints_are_reduced_to_those_of_coco(truth):
    found = np.full((33, 2), 1e6)
    found[COCO_FROM_BLAZEPOSE] = truth.xy + np.array((0, 7))
    assert error_percent([found], [truth]) == 7.0


def test_no_detection_counts_as_an_infinite_error(truth):
    near, far = truth.xy + np.array((1, 0)), truth.xy + np.array((9, 0))
    assert error_percent([near, far, None], [truth] * 3) == 9.0
    assert error_percent([near, None, None], [truth] * 3) is None


# ---- cases and participants -----------------------------------------------------------------------------------------


def test_grid_has_every_combination():
    cases = grid(["movenet-lightning"], [(640, 480), (1280, 720)], [False, True], [1, 2], [1, 2, 4])
    assert len(set(cases)) == 24
    assert Case("movenet-lightning", (1280, 720), True, 2, 4) in cases


@pytest.mark.parametrize(("size", "reason"), [((641, 480), "640"), ((32, 480), "64 to 4096"), ((640, 9000), "4096")])
def test_unusable_sizes_are_refused(size, reason):
    with pytest.raises(InputError, match=reason):
        Case("movenet-lightning", size)


def test_hands_and_face_are_part_of_the_grid_and_of_the_pipeline():
    cases = grid(["blazepose-lite"], hands=(False, True), face=(True,))
    assert [(case.settings.hands, case.settings.face) for case in cases] == [(False, True), (True, True)]
    assert [(case.to_dict()["hands"], case.to_dict()["face"]) for case in cases] == [(False, True), (True, True)]
    assert "hands on, face on" in str(cases[1])


@pytest.mark.parametrize(
    ("model", "mask", "names"),
    [
        ("movenet-lightning", False, {"net", "estimator", "pipeline", "notebook"}),
        ("movenet-lightning", True, {"net", "estimator", "pipeline"}),
        ("movenet-multipose", False, {"net", "estimator", "pipeline"}),
        ("blazepose-lite", True, {"net", "estimator", "pipeline", "package", "notebook"}),
        ("mediapipe-lite", False, {"estimator", "pipeline", "package", "notebook"}),
        ("yolov3-tiny", False, {"net", "estimator", "pipeline", "notebook"}),
    ],
)
def test_participants_follow_from_the_model(model, mask, names):
    needs_baselines(model)
    with load_participants(Case(model, mask=mask)) as loaded:
        assert loaded.sessions.keys() == names and not loaded.failed
        for sessions in loaded.sessions.values():
            sessions[0](sample.frame(1))
    with load_participants(Case(model, mask=mask), against=()) as without_baselines:
        assert without_baselines.sessions.keys() == names - {"package", "notebook"}


OTHER = "movenet-thunder"  # settings accept registered names only


def register(monkeypatch, model, **changes):
    """Register a copy of a model under another name, so that its weights are not named like the model."""
    monkeypatch.setitem(MODELS, OTHER, dataclasses.replace(MODELS[model], name=OTHER, **changes))


@pytest.mark.parametrize("model", ["movenet-lightning", "blazepose-lite", "yolov3-tiny"])
def test_new_models_are_compared_without_changes_in_the_benchmark(monkeypatch, model):
    needs_baselines(model)
    register(monkeypatch, model)
    with load_participants(Case(model)) as known, load_participants(Case(OTHER)) as new:
        assert new.sessions.keys() == known.sessions.keys() and not new.failed


def test_models_with_another_output_than_movenet_have_no_notebook_loop(monkeypatch):
    needs_baselines("movenet-multipose")
    register(monkeypatch, "movenet-lightning", weights=("movenet-multipose",))
    with ExitStack() as stack:
        assert baselines.load_notebook_loop(Case(OTHER), stack) is None


@pytest.mark.parametrize("model", ["movenet-lightning", "blazepose-lite"])
@pytest.mark.parametrize("size", [(640, 480), (480, 640)])
def test_keypoints_of_the_notebook_loop_are_accurate(model, size):
    needs_baselines(model)
    with ExitStack() as stack:
        process = baselines.load_notebook_loop(Case(model, size), stack)
        keypoints = [process(sample.frame(i, size=size)) for i in range(10)]
    assert error_percent(keypoints, [sample.ground_truth(i, size=size)[0] for i in range(10)]) < 10


def test_notebook_loops_do_not_change_the_frame():
    for model in ("movenet-lightning", "yolov3-tiny", "blazepose-lite"):
        needs_baselines(model)
        frame = sample.frame(0)
        before = frame.image.copy()
        with ExitStack() as stack:
            baselines.load_notebook_loop(Case(model), stack)(frame)
        assert np.array_equal(frame.image, before)


def test_the_pool_size_respects_the_limits_of_a_container(monkeypatch):
    needs_baselines("movenet-lightning")
    sizes = []
    monkeypatch.setattr(participants, "set_pool_size", sizes.append)
    monkeypatch.setattr(participants, "cores", lambda: 3)
    with load_participants(Case("movenet-lightning", sessions=8), against=()):
        pass
    assert sizes == [3, 1]


# ---- rows -----------------------------------------------------------------------------------------------------------

SPEED = {"ms", "ms_p95", "cpu_ms", "fps"}


@pytest.mark.parametrize("case", [Case("blazepose-lite", mask=True, sessions=2), Case("movenet-lightning", threads=2)])
def test_a_row_has_every_metric(case):
    needs_baselines(case.model)
    (row,) = bench.measure_cases([case], frames=7)
    assert row.items() >= case.to_dict().items() and row["frames"] == 7
    assert row["estimator"].keys() == row["pipeline"].keys() == row["notebook"].keys() == SPEED
    assert min(row["net"].values()) > 0 and row["rss_mb"] > 50 and row["failed"] == {}
    assert (row["package"] is None) == (row["faster_than_package"] is None) == (case.model == "movenet-lightning")
    assert 0 < row["error_percent"]["pipeline"] < 10 and 0 < row["error_percent"]["notebook"] < 10
    assert json.loads(json.dumps(row, allow_nan=False)) == row


def test_missing_weights_are_named_in_the_row(tmp_path, monkeypatch):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    rows = list(bench.measure_cases(grid(["movenet-thunder", "blazepose-full"]), frames=1))
    assert [row["model"] for row in rows] == ["movenet-thunder", "blazepose-full"]
    assert all("models fetch" in row["missing"] for row in rows)


def refuse(options):
    raise RuntimeError("unsupported operator")


def load_unknown_weights(options):
    return weights.path("no-such-weights")


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (load_unknown_weights, "no weights are named 'no-such-weights'"),
        (refuse, "RuntimeError: unsupported operator"),
    ],
)
def test_a_model_that_cannot_be_loaded_does_not_stop_the_others(monkeypatch, build, reason):
    needs_baselines("movenet-lightning")
    register(monkeypatch, "movenet-lightning", build=build)
    broken, row = bench.measure_cases(grid([OTHER, "movenet-lightning"]), frames=1)
    assert reason in broken["error"] and not bench.is_measured(broken)
    assert row["pipeline"] and bench.is_measured(row)


def test_weights_may_have_another_name_than_the_model(monkeypatch):
    needs_baselines("movenet-lightning")
    register(monkeypatch, "movenet-lightning")
    (row,) = bench.measure_cases([Case(OTHER)], frames=1)
    assert row["notebook"] and row["failed"] == {}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (InputError("the bundle is missing"), "the bundle is missing"),
        (ImportError("no mediapipe"), "ImportError: no m"),
    ],
)
def test_a_baseline_that_cannot_be_loaded_is_left_out_with_the_reason(monkeypatch, error, reason):
    needs_baselines("blazepose-lite")

    def fail(case, stack):
        raise error

    monkeypatch.setitem(participants.BASELINES, "package", fail)
    (row,) = bench.measure_cases([Case("blazepose-lite", sessions=2)], frames=5)
    assert row["package"] is None and row["pipeline"] and row["notebook"]
    assert row["failed"].keys() == {"package"} and reason in row["failed"]["package"]
