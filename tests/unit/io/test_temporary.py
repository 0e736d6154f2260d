"""Temporary folders, and what happens where there is no place for them."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path

import pytest

from pose_demo.io import temporary
from pose_demo.io.recorder import Recorder
from pose_demo.io.temporary import remove_abandoned, temporary_file, temporary_folder
from pose_demo.offline.job import VideoJob
from pose_demo.settings import Settings
from pose_demo.types import InputError


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_all_folders_are_in_one_folder_of_the_process(place):
    with temporary_folder("a") as first, temporary_folder("b") as second:
        assert Path(first).parent == Path(second).parent and Path(first).parent.parent == place
        assert Path(first).name.startswith("a-")
    assert not Path(first).exists()
    temporary_file("c").close()
    assert len(list(place.iterdir())) == 1


def test_the_folder_of_a_running_process_stays(place):
    with temporary_folder("a") as folder:
        remove_abandoned()
        assert Path(folder).is_dir()


def test_the_folder_of_a_process_that_is_gone_is_removed(place):
    abandoned = place / "pose_demo-abandoned"
    (abandoned / "recording-1").mkdir(parents=True)
    (abandoned / "lock").touch()
    remove_abandoned()
    assert not abandoned.exists()


def test_folders_of_others_and_links_stay(place):
    other = place / "pose_demo-results"
    other.mkdir()
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "lock").touch()
    (place / "pose_demo-link").symlink_to(elsewhere)
    remove_abandoned()
    assert other.is_dir() and (elsewhere / "lock").exists()


def test_a_folder_that_somebody_deleted_is_made_again(place):
    with temporary_folder("a") as first:
        process_folder = Path(first).parent
    (process_folder / "lock").unlink()
    process_folder.rmdir()
    with temporary_folder("a") as second:
        assert Path(second).is_dir()


def _no_folder(*_: object, **__: object) -> None:
    raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp', '/']")


def _full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("error", [_no_folder, _full], ids=["no folder", "full disk"])
@pytest.mark.parametrize(
    "start",
    [lambda: Recorder(10.0), lambda: VideoJob("sample", "sample", Settings()), lambda: temporary_file("a")],
    ids=["recorder", "video job", "file"],
)
def test_where_nothing_can_be_stored_the_message_says_what_to_do(start, error, monkeypatch):
    temporary._locked_folder_in.cache_clear()
    monkeypatch.setattr(tempfile, "gettempdir" if error is _no_folder else "mkdtemp", error)
    with pytest.raises(InputError, match=r"nothing can be stored: expected a folder .* got No .* TMPDIR") as caught:
        start()
    assert "/tmp" not in str(caught.value)
