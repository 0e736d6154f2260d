"""The command ``tune``: its text and JSON output, its files, and its exit codes."""

import json
import shlex

import pytest
from files import names, temporary_names
from noisy_scenes import use_noisy_networks

FAST, ACCURATE = "movenet-lightning", "movenet-thunder"
ARGUMENTS = ("--max-frames", 12, "--models", FAST, ACCURATE, "--trials", 20)


@pytest.fixture
def networks(monkeypatch):
    return use_noisy_networks(monkeypatch)


def test_the_text_lists_the_candidates_and_the_present_settings(pose_demo, networks):
    code, out, _ = pose_demo("tune", "sample", *ARGUMENTS, "--set", "thickness=2")
    lines = out.splitlines()
    assert code == 0 and len(lines) == 6
    assert lines[0].startswith("accuracy 0.") and "   25.0 fps  the highest accuracy (0." in lines[0]
    assert "  100.0 fps  " in lines[2] and "than MoveNet Thunder at 0.25 of the time" in lines[2]
    assert lines[4].endswith("the present settings")
    assert [shlex.split(line)[:2] for line in lines[1::2]] == [["--model", ACCURATE], *[["--model", FAST]] * 2]
    assert lines[5].split() == ["--model", FAST, "--set", "thickness=2"]


def test_the_printed_arguments_are_those_of_other_commands(pose_demo, networks):
    """Tuning again from the printed settings starts with the accuracy that was printed."""
    first = pose_demo("tune", "sample", *ARGUMENTS)[1].splitlines()
    again = pose_demo("tune", "sample", *ARGUMENTS, *shlex.split(first[1]))[1].splitlines()
    assert again[-2].split()[1] == first[0].split()[1] and again[-1] == first[1]


def test_the_result_is_json(pose_demo, networks):
    code, out, _ = pose_demo("tune", "sample", *ARGUMENTS, "--fps", 30, "--seed", 3, "--threads", 2, "--json")
    result = json.loads(out)
    assert code == 0 and (result["objective"], result["fps"], result["inference_runs"]) == ("accuracy", 30, 2)
    assert [candidate["settings"].get("model", FAST) for candidate in result["candidates"]] == [FAST]
    assert result["candidates"][0]["threads"] == result["present"]["threads"] == 2
    assert result["points"] == len(result["results"]) <= 20


def test_a_folder_has_the_results_which_are_not_computed_again(pose_demo, networks, tmp_path):
    out = tmp_path / "out"
    first, again = (json.loads(pose_demo("tune", "sample", *ARGUMENTS, "--out", out, "--json")[1]) for _ in range(2))
    assert (first["inference_runs"], again["inference_runs"]) == (2, 0) and again["candidates"] == first["candidates"]
    assert {"tuning.json", "report.html"} <= set(names(out))
    assert json.loads((out / "tuning.json").read_text()) == again


def test_without_a_folder_nothing_is_left(pose_demo, networks, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert pose_demo("tune", "sample", *ARGUMENTS)[0] == 0
    assert temporary_names(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sample", "--models", "thunder"], "there is no model 'thunder'; the models are movenet-lightning"),
        (["sample", "--models", "yolov3-tiny"], "yolov3-tiny: detects boxes only; choose models with keypoints"),
        (["sample:empty", "--models", FAST], "no person was found in this footage"),
        (["missing.mp4"], "missing.mp4"),
        (["sample", "--trials", "0"], "expected an integer of at least 1, got '0'"),
        (["sample", "--fps", "many"], "argument --fps: invalid float value"),
        (["sample", "--set", "confidence=3"], "confidence: expected a number from 0 to 1, got 3"),
        (["sample", "sample"], "two clips are named sample"),
        ([], "the following arguments are required: CLIP"),
    ],
)
def test_wrong_input_ends_with_exit_code_2_and_a_message(pose_demo, networks, arguments, message):
    code, out, err = pose_demo("tune", *arguments, "--json")
    assert code == 2 and not out and message in err
