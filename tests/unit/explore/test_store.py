"""The folder of a sweep: atomic, versioned, tolerant of damage."""

import json
import os

import pytest
from files import as_unprivileged_user, names
from made_outputs import walkers

from pose_demo.explore.store import FORMAT, Store
from pose_demo.types import InputError

ROW = {"frames": 20, "accuracy": 0.1 + 0.2, "f1": None, "jitter": 1e-300}


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path / "results" / "sweep")


def test_a_new_folder_is_created_with_its_format(store):
    assert names(store.folder) == ["outputs", "points", "sweep.json"]
    assert json.loads((store.folder / "sweep.json").read_text()) == {"format": FORMAT}


def test_points_are_kept_exactly(store):
    assert store.point("a") is None and not store.has_point("a")
    store.save_point("a", ROW)
    assert Store.open(store.folder).point("a") == ROW and store.has_point("a")
    assert names(store.folder / "points") == ["a.json"]


def test_outputs_are_kept(store):
    assert not store.has_outputs("a")
    store.save_outputs("a", walkers(3))
    assert store.has_outputs("a") and len(Store.open(store.folder).outputs("a").frames) == 3
    assert names(store.folder / "outputs") == ["a.parquet"]


def test_a_relative_folder_does_not_depend_on_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = Store.open(type(tmp_path)("here"))
    store.save_point("a", ROW)
    monkeypatch.chdir("/")
    assert store.point("a") == ROW


@pytest.mark.parametrize("text", ['{"frames": 2', "", "[1]", "null", "\0\0"])
def test_a_damaged_point_counts_as_missing(store, text):
    store.save_point("a", ROW)
    (store.folder / "points" / "a.json").write_text(text)
    assert store.point("a") is None and not store.has_point("a")
    store.save_point("a", ROW)
    assert store.point("a") == ROW


def test_nan_is_never_stored(store):
    with pytest.raises(ValueError, match="not JSON compliant"):
        store.save_point("a", {"accuracy": float("nan")})
    assert names(store.folder / "points") == []


# ---- folders that cannot be used


@pytest.mark.parametrize("text", ['{"format": "pose_demo.sweep/999"}', '{"format": 3}', "{}", "damaged"])
def test_a_folder_of_another_version_is_refused_without_changes(tmp_path, text):
    (tmp_path / "sweep.json").write_text(text)
    with pytest.raises(InputError, match=f"expected results in the format {FORMAT}, got .*Nothing was changed"):
        Store.open(tmp_path)
    assert names(tmp_path) == ["sweep.json"] and (tmp_path / "sweep.json").read_text() == text


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputError, match=r"cannot be created .*choose another folder"):
            Store.open(folder)
    assert names(tmp_path) == ["file"]


def test_a_folder_without_permission_is_refused(tmp_path):
    tmp_path.chmod(0o555)
    with as_unprivileged_user(), pytest.raises(InputError, match=r"cannot be created .*choose another folder"):
        Store.open(tmp_path / "new")
    tmp_path.chmod(0o755)


# ---- a full disk


def test_a_full_disk_loses_nothing_and_leaves_nothing_half_written(full_disk):
    store = Store.open(full_disk)
    store.save_point("kept", ROW)
    with pytest.raises(InputError, match=r"cannot be written .*no partial file is left") as raised:
        for index in range(1000):
            store.save_point(f"{index}", ROW | {"text": "x" * 3000})
    assert f"{index}.json" in str(raised.value) and index > 5
    assert names(store.folder / "points") == sorted(["kept.json", *(f"{i}.json" for i in range(index))])
    assert all(store.point(name.removesuffix(".json")) for name in names(store.folder / "points"))


def test_a_failed_write_keeps_the_earlier_value(store, monkeypatch):
    store.save_point("a", ROW)

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(InputError, match="No space left"):
        store.save_point("a", {"frames": 1})
    assert store.point("a") == ROW and os.listdir(store.folder / "points") == ["a.json"]  # noqa: PTH208
