"""The command ``sweep``, in this process and as a process of its own: results, resuming, Ctrl-C, deaths."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from files import names, temporary_names

from models import needs

PROJECT = Path(__file__).resolve().parents[2]
MODEL = "movenet-lightning"
SMALL = f'[sweep]\nmodel = ["{MODEL}"]\nconfidence = [0.2, 0.3]\n'
LARGE = f"""
[sweep]
confidence = [{", ".join(str(index / 100) for index in range(20))}]
match.similarity = [{", ".join(str(index / 100) for index in range(30, 70))}]
[fixed]
model = "{MODEL}"
match.reference = "disco"
"""
LARGE_POINTS = 800


@pytest.fixture
def spec(tmp_path):
    """Writes a spec, and returns its path."""

    def write(text):
        path = tmp_path / "spec.toml"
        path.write_text(text)
        return path

    return write


def start(*arguments, **options):
    command = [sys.executable, "-m", "pose_demo", "sweep", *map(str, arguments), "--json"]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def wait_for(condition, seconds=90.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def points_in(folder):
    return names(folder / "points") if (folder / "points").is_dir() else []


def has_points(folder, count=50):
    return lambda: sum(not name.startswith(".") for name in points_in(folder)) >= count


def children(pid):
    """The direct children of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid):
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="reads the children of a process in /proc")


# ---- results


def test_results_are_json_and_files_and_are_not_computed_again(pose_demo, spec, tmp_path):
    needs(MODEL)
    out = tmp_path / "out"
    arguments = ("sample", "--max-frames", 4, "--out", out, "--json")
    code, stdout, err = pose_demo("sweep", spec(SMALL), *arguments)
    figures = json.loads(stdout)
    assert code == 0 and "2 points, 1 inference runs, about" in err
    assert {name: figures[name] for name in ("points", "computed", "inference_runs")} == {
        "points": 2,
        "computed": 2,
        "inference_runs": 1,
    }
    assert figures["seconds"] > 0 and [row["confidence"] for row in figures["results"]] == [0.2, 0.3]
    assert {"results.csv", "results.json", "results.parquet"} <= set(names(out))
    with (out / "results.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["pck"] for row in rows] == [str(row["pck"]) for row in figures["results"]]

    again = json.loads(pose_demo("sweep", spec(SMALL), *arguments)[1])
    assert (again["computed"], again["inference_runs"], again["results"]) == (0, 0, figures["results"])
    wider = json.loads(pose_demo("sweep", spec(SMALL.replace("0.3]", "0.3, 0.4]")), *arguments)[1])
    assert (wider["points"], wider["computed"], wider["inference_runs"]) == (3, 1, 0)
    assert wider["results"][:2] == figures["results"]


def test_without_a_folder_nothing_is_left(pose_demo, spec, tmp_path, monkeypatch):
    needs(MODEL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code, stdout, err = pose_demo("sweep", spec(SMALL), "sample", "sample:duo", "--max-frames", 3)
    assert code == 0 and stdout == "" and "4 of 4 points" in err
    assert temporary_names(tmp_path) == []


# ---- wrong input


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("[sweep]\nconfidense = [1]", ["sample"], "unknown parameter 'confidense'; did you mean confidence"),
        ("[sweep]\nconfidence = [3]", ["sample"], "confidence: expected a number from 0 to 1, got 3"),
        ("[sweep", ["sample"], "sweep spec: not TOML"),
        (SMALL, ["missing.mp4"], "missing.mp4"),
        (SMALL, ["sample:nowhere"], "the scenes are"),
        (SMALL, ["sample", "sample"], "two clips are named sample"),
        (SMALL, ["sample", "--start", "1", "--end", "1"], "no frame from 1 s on; choose an earlier start"),
        (SMALL, ["sample", "--annotations", "missing.json"], "missing.json"),
        (SMALL, ["sample", "--reference", "spec.toml"], "reference pose: not JSON"),
        (SMALL, ["sample", "--max-frames", "0"], "expected an integer of at least 1"),
        (SMALL, ["sample", "--out", "spec.toml"], "spec.toml: cannot be created"),
    ],
)
def test_wrong_input_ends_with_exit_code_2_and_a_message(
    pose_demo, spec, tmp_path, monkeypatch, text, arguments, message
):
    monkeypatch.chdir(tmp_path)
    code, stdout, err = pose_demo("sweep", spec(text), *arguments, "--json")
    assert code == 2 and not stdout and message in err


def test_a_spec_that_is_no_text_is_refused(pose_demo, tmp_path):
    (tmp_path / "spec.toml").write_bytes(b"\xff\xfe\x00 = 3")
    for path in (tmp_path / "spec.toml", tmp_path / "missing.toml", tmp_path):
        code, _, err = pose_demo("sweep", path, "sample")
        assert code == 2 and ("not TOML" in err or path.name in err)


# ---- interrupted and killed


@NEEDS_PROC
@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_keeps_what_is_done(spec, tmp_path, jobs):
    """The terminal sends it to all processes of the group."""
    needs(MODEL)
    out = tmp_path / "out"
    arguments = (spec(LARGE), "sample", "--max-frames", 8, "--out", out, "--jobs", jobs)
    process = start(*arguments, start_new_session=True)
    wait_for(has_points(out))
    workers = children(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    stdout, err = process.communicate(timeout=60)
    figures = json.loads(stdout)
    assert process.returncode == 130 and "Traceback" not in err
    assert 50 <= len(figures["results"]) == figures["computed"] < figures["points"] == LARGE_POINTS
    assert figures["inference_runs"] == 1 and figures["seconds"] > 0
    assert jobs == 1 or workers
    wait_for(lambda: not any(map(is_running, workers)), 10)
    assert len([name for name in points_in(out) if not name.startswith(".")]) == figures["computed"]


@NEEDS_PROC
def test_a_worker_that_is_killed_costs_nothing_and_a_killed_command_is_resumed(spec, tmp_path):
    needs(MODEL)
    out = tmp_path / "out"
    arguments = (spec(LARGE), "sample", "--max-frames", 8, "--out", out, "--jobs", 2)
    process = start(*arguments)
    wait_for(has_points(out))
    workers = children(process.pid)
    process.kill()
    process.communicate(timeout=60)
    wait_for(lambda: not any(map(is_running, workers)), 30)  # they end with the command
    kept = len([name for name in points_in(out) if not name.startswith(".")])

    process = start(*arguments)
    wait_for(has_points(out, kept + 100))
    os.kill(max(children(process.pid)), signal.SIGKILL)
    stdout, err = process.communicate(timeout=120)
    figures = json.loads(stdout)
    assert process.returncode == 0 and "Traceback" not in err
    assert len(figures["results"]) == figures["points"] == LARGE_POINTS
    assert (figures["computed"], figures["inference_runs"]) == (LARGE_POINTS - kept, 0)
