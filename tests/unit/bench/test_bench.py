"""The bench's figures, by hand where they are computed and for real where they are measured; how fast is not asked."""

import json
from contextlib import ExitStack
from threading import Barrier

import numpy as np
import pytest

from models import needs
from pose_demo import bench, sample
from pose_demo.bench import Case, baselines, grid
from pose_demo.bench.accuracy import error_percent
from pose_demo.bench.measure import Clock, Turn, figures, interleaved
from pose_demo.bench.participants import contenders
from pose_demo.skeletons import COCO_17, COCO_FROM_BLAZEPOSE
from pose_demo.types import Frame, InputError, Pose

# ---- statistics -----------------------------------------------------------------------------------------------------


def turns(**ms):
    return [dict(zip(ms, map(Turn, row, row), strict=True)) for row in zip(*ms.values(), strict=True)]


def test_a_contenders_figures_are_medians_and_a_95th_percentile():
    found = figures(turns(pipeline=[15.0, 60.0, 22.0]))
    assert found["pipeline"] == {"ms": 22.0, "ms_p95": 56.2, "cpu_ms": 22.0, "fps": 45.5}


def test_comparisons_are_medians_of_what_each_turn_says():
    found = figures(
        turns(
            net=[10.0, 20.0, 30.0],
            estimator=[12.0, 21.0, 45.0],  # 2, 1 and 15 more than the net
            pipeline=[15.0, 22.0, 60.0],  # 1.5, 1.1 and 2 times; the ratio of the medians would be 1.1
            package=[24.0, 63.0, 45.0],  # 2, 3 and 1 times
            notebook=[60.0, 33.0, 90.0],  # 4, 1.5 and 1.5 times
        )
    )
    assert (found["overhead_ms"], found["times_net"]) == (2.0, 1.5)
    assert (found["faster_than_package"], found["faster_than_notebook"]) == (2.0, 1.5)


def test_what_did_not_take_part_is_not_compared():
    found = figures(turns(net=[10.0], estimator=[12.0], pipeline=[15.0]))
    assert found["faster_than_package"] is None and found["faster_than_notebook"] is None
    assert figures(turns(estimator=[12.0], pipeline=[15.0]))["overhead_ms"] is None


# ---- turns ----------------------------------------------------------------------------------------------------------


class Script:
    """A clock, and contenders that take as long as they are told."""

    def __init__(self):
        self.now, self.log = 0.0, []
        self.clock = Clock(lambda: self.now, lambda: self.now * 2)

    def takes(self, name, seconds):
        def look(frame):
            self.now += seconds
            self.log.append((name, frame.timestamp))
            return f"{name} {frame.timestamp}"

        return look


def blocks(*timestamps):
    return [[Frame(np.zeros((4, 4, 3), np.uint8), time) for time in block] for block in timestamps]


def test_times_are_for_one_frame_in_milliseconds():
    script = Script()
    looks = {"quick": [script.takes("quick", 0.5)], "slow": [script.takes("slow", 2.0)]}
    (turn,) = interleaved(looks, blocks([1, 2, 3]), script.clock)
    assert turn["quick"] == Turn(500.0, 1000.0, ("quick 1", "quick 2", "quick 3"))
    assert turn["slow"].ms == 2000.0


def test_all_take_every_frame_in_ever_another_order():
    script = Script()
    names = ["a", "b", "c"]
    list(
        interleaved({name: [script.takes(name, 1)] for name in names}, blocks(*([i] for i in range(30))), script.clock)
    )
    rounds = [script.log[i : i + 3] for i in range(0, 90, 3)]
    assert [sorted(turn) for turn in rounds] == [[(name, i) for name in names] for i in range(30)]
    assert len({tuple(name for name, _ in turn) for turn in rounds}) == 6


def test_sessions_run_at_the_same_time_and_cpu_time_is_shared_out():
    together = Barrier(2)

    def look(frame):
        together.wait(timeout=10)  # raises when the other session does not run meanwhile

    cpu = iter([0.0, 3.0])
    (turn,) = interleaved({"both": [look, look]}, blocks([1, 2, 3]), Clock(cpu=lambda: next(cpu)))
    assert turn["both"].cpu_ms == 500.0 and len(turn["both"].found) == 3


# ---- accuracy -------------------------------------------------------------------------------------------------------


@pytest.fixture
def truth():
    """A torso of 100 pixels; the nose cannot be seen."""
    xy = np.zeros((17, 2), np.float32)
    xy[[5, 6]], xy[[11, 12]] = (50, 100), (50, 200)
    scores = np.ones(17, np.float32)
    scores[0] = 0
    return Pose(COCO_17, xy, scores)


def test_the_error_is_the_mean_distance_in_percent_of_the_torso(truth):
    found = truth.xy + np.array((3, 4))
    found[0] += 1000
    assert error_percent([found.tolist()], [truth]) == 5.0


def test_of_33_keypoints_those_of_coco_count(truth):
    found = np.full((33, 2), 1e6)
    found[COCO_FROM_BLAZEPOSE] = truth.xy + np.array((0, 7))
    assert error_percent([found], [truth]) == 7.0


def test_nobody_found_counts_as_far_off(truth):
    near, far = truth.xy + np.array((1, 0)), truth.xy + np.array((9, 0))
    assert error_percent([near, far, None], [truth] * 3) == 9.0
    assert error_percent([near, None, None], [truth] * 3) is None


# ---- cases and contenders -------------------------------------------------------------------------------------------


def test_lists_make_a_grid():
    cases = grid(["movenet-lightning"], [(640, 480), (1280, 720)], [False, True], [1, 2], [1, 2, 4])
    assert len(set(cases)) == 24
    assert Case("movenet-lightning", (1280, 720), True, 2, 4) in cases


@pytest.mark.parametrize(("size", "reason"), [((641, 480), "640"), ((32, 480), "64 to 4096"), ((640, 9000), "4096")])
def test_sizes_that_cannot_be_measured_are_refused(size, reason):
    with pytest.raises(InputError, match=reason):
        Case("movenet-lightning", size)


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
def test_whoever_has_the_model_takes_part(model, mask, names):
    needs(model)
    with contenders(Case(model, mask=mask)) as everybody:
        assert everybody.keys() == names
        for looks in everybody.values():
            looks[0](sample.frame(1))
    with contenders(Case(model, mask=mask), against=()) as ours:
        assert ours.keys() == names - {"package", "notebook"}


@pytest.mark.parametrize("model", ["movenet-lightning", "blazepose-lite"])
@pytest.mark.parametrize("size", [(640, 480), (480, 640)])
def test_the_notebooks_loop_puts_keypoints_where_they_belong(model, size):
    needs(model)
    with ExitStack() as stack:
        look = baselines.loop(Case(model, size), stack)
        found = [look(sample.frame(i, size=size)) for i in range(10)]
    assert error_percent(found, [sample.truth(i, size=size)[0] for i in range(10)]) < 10


def test_the_notebooks_loops_leave_the_frame_to_the_others():
    for model in ("movenet-lightning", "yolov3-tiny", "blazepose-lite"):
        needs(model)
        frame = sample.frame(0)
        before = frame.image.copy()
        with ExitStack() as stack:
            baselines.loop(Case(model), stack)(frame)
        assert np.array_equal(frame.image, before)


# ---- rows -----------------------------------------------------------------------------------------------------------

SPEED = {"ms", "ms_p95", "cpu_ms", "fps"}


@pytest.mark.parametrize("case", [Case("blazepose-lite", mask=True, sessions=2), Case("movenet-lightning", threads=2)])
def test_a_row_has_every_figure(case):
    needs(case.model)
    (row,) = bench.rows([case], frames=7)
    assert row.items() >= case.to_dict().items() and row["frames"] == 7
    assert row["estimator"].keys() == row["pipeline"].keys() == row["notebook"].keys() == SPEED
    assert min(row["net"].values()) > 0 and row["rss_mb"] > 50
    assert (row["package"] is None) == (row["faster_than_package"] is None) == (case.model == "movenet-lightning")
    assert 0 < row["error_percent"]["pipeline"] < 10 and 0 < row["error_percent"]["notebook"] < 10
    assert json.loads(json.dumps(row, allow_nan=False)) == row


def test_a_model_that_is_not_there_is_a_row_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    found = list(bench.rows(grid(["movenet-thunder", "mediapipe-full"]), frames=1))
    assert [row["model"] for row in found] == ["movenet-thunder", "mediapipe-full"]
    assert all("models fetch" in row["missing"] for row in found)


def test_memory_that_the_system_does_not_tell_is_null(monkeypatch):
    monkeypatch.setattr(bench.Path, "read_text", lambda self: "nonsense")
    assert bench._rss_mb() is None
