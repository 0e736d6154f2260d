"""Sweeps and tunings from Python: clips by name, folders, and resuming."""

import tempfile
from pathlib import Path

import pytest
from files import temporary_names
from known_poses import standing
from made_outputs import SIZE
from noisy_scenes import use_noisy_networks

from pose_demo.explore.api import run_sweep, run_tuning
from pose_demo.explore.footage.clip import open_clip
from pose_demo.explore.tuning.options import TuneOptions
from pose_demo.matching.reference import Reference
from pose_demo.types import InputError

MODEL = "movenet-lightning"
SWEEP = {"model": [MODEL], "confidence": [0.2, 0.3]}
OPTIONS = TuneOptions(models=(MODEL,), trials=6)


@pytest.fixture
def networks(monkeypatch):
    return use_noisy_networks(monkeypatch)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def clip():
    return open_clip("sample", 12)


def test_a_sweep_without_a_folder_leaves_nothing(networks, temporary, clip):
    seen = []
    result = run_sweep(clip, SWEEP, on_progress=lambda progress: seen.append(temporary_names(temporary)))
    assert (result.requested, result.computed, result.inference_runs) == (2, 2, 1)
    assert len(seen[0]) == 1 and seen[0][0].startswith("explore-") and temporary_names(temporary) == []


def test_a_tuning_without_a_folder_leaves_nothing(networks, temporary, clip):
    result = run_tuning(clip, OPTIONS)
    assert [candidate.settings.model for candidate in result.candidates] == [MODEL]
    assert temporary_names(temporary) == []


def test_a_failure_leaves_nothing(networks, temporary, clip):
    def stop(progress):
        raise KeyboardInterrupt

    for start in (lambda: run_sweep(clip, SWEEP, on_progress=stop), lambda: run_tuning(clip, on_progress=stop)):
        with pytest.raises(KeyboardInterrupt):
            start()
    assert temporary_names(temporary) == []


def test_a_sweep_with_a_folder_is_resumed(networks, tmp_path, temporary, clip):
    out = tmp_path / "out"
    first = run_sweep(clip, SWEEP, out=out)
    more = run_sweep(clip, SWEEP | {"confidence": [0.2, 0.3, 0.4]}, out=str(out))
    assert (more.requested, more.computed, more.inference_runs) == (3, 1, 0)
    assert more.rows[:2] == first.rows and len(networks.runs) == 1 and temporary_names(temporary) == []


def test_a_tuning_with_a_folder_is_resumed(networks, tmp_path, clip):
    first = run_tuning(clip, OPTIONS, out=tmp_path)
    again = run_tuning(clip, OPTIONS, out=str(tmp_path))
    assert (first.inference_runs, again.inference_runs) == (1, 0) and again.candidates == first.candidates
    assert run_sweep(clip, SWEEP, out=tmp_path).inference_runs == 0  # they share the outputs of the networks


@pytest.mark.parametrize("clips", ["sample", Path("sample"), ["sample"], [open_clip("sample")]])
def test_clips_are_clips_or_names(networks, clips):
    assert [row["clip"] for row in run_sweep(clips, SWEEP).rows] == ["sample", "sample"]


def test_several_clips_and_fixed_values(networks, make_clip):
    result = run_sweep(["sample", "sample:duo"], {"confidence": [0.2]}, {"model": MODEL, "thickness": 2.0})
    assert [row["clip"] for row in result.rows] == ["sample", "sample:duo"]
    assert {item.point.settings.thickness for item in result.points} == {2.0}


def test_the_own_reference_is_used(networks, clip):
    fixed = {"model": MODEL, "match.reference": "own"}
    reference = Reference.from_pose(standing(), SIZE, "mine")
    (row,) = run_sweep(clip, {"confidence": [0.2]}, fixed, reference=reference).rows
    (without,) = run_sweep(clip, {"confidence": [0.2]}, fixed).rows
    assert row["match_rate"] is not None and without["match_rate"] is None


def test_wrong_input_is_refused(networks, tmp_path, clip):
    with pytest.raises(InputError, match="unknown parameter 'confidense'; did you mean confidence"):
        run_sweep(clip, {"confidense": [0.2]})
    with pytest.raises(InputError, match=r"missing\.mp4"):
        run_tuning("missing.mp4", OPTIONS, out=tmp_path)
    with pytest.raises(InputError, match="expected at least one clip"):
        run_tuning([], OPTIONS)
