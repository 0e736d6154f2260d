"""Temporary files: all of a process in one folder, which does not outlive the process.

The folder is deleted when the process ends. A process that is killed cannot do so; the next one does: a folder whose
lock nobody holds is abandoned.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import IO

from pose_demo.io.reasons import reason
from pose_demo.messages import message
from pose_demo.types import InputError

try:
    import fcntl
except ImportError:  # Windows, where an open file cannot be deleted, which serves as the lock
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger(__name__)

_PREFIX = "pose_demo-"
_LOCK = "lock"
_open_locks: list[IO[bytes]] = []  # a lock is held as long as its file is open


def temporary_folder(purpose: str) -> tempfile.TemporaryDirectory[str]:
    """A new folder, which its ``cleanup`` deletes.

    Args:
        purpose: the start of its name.

    Raises:
        InputError: there is no folder for temporary files that can be written, or the disk is full.
    """
    try:
        return tempfile.TemporaryDirectory(prefix=f"{purpose}-", dir=_process_folder(), ignore_cleanup_errors=True)
    except OSError as error:
        raise _no_place(error) from None


def temporary_file(purpose: str) -> IO[bytes]:
    """A new file without a name, which is deleted when it is closed; see `temporary_folder`."""
    try:
        return tempfile.TemporaryFile(prefix=f"{purpose}-", dir=_process_folder())
    except OSError as error:
        raise _no_place(error) from None


def remove_abandoned() -> None:
    """Delete the folders of processes that were killed; those of running ones stay."""
    with contextlib.suppress(OSError):  # there is no folder for temporary files, so nothing is left there
        for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            if (folder / _LOCK).is_file() and not folder.is_symlink():
                _remove_unless_locked(folder)


def is_available() -> bool:
    """Whether there is a place for temporary files."""
    try:
        return _process_folder().is_dir()
    except OSError:
        return False


def _no_place(error: OSError) -> InputError:
    return InputError(
        message(
            "nothing can be stored: expected a folder for temporary files with free space, got {reason}. "
            "Free some space on the server, or start it with TMPDIR naming a folder that can be written",
            reason=reason(error),
        )
    )


def _process_folder() -> Path:
    """The folder of this process; it is created when it is needed, also again after somebody deleted it."""
    folder = _locked_folder_in(tempfile.gettempdir())
    if not folder.is_dir():
        _locked_folder_in.cache_clear()
        folder = _locked_folder_in(tempfile.gettempdir())
    return folder


@cache
def _locked_folder_in(parent: str) -> Path:
    remove_abandoned()
    # Other processes look for the final name only, so that they find no folder that is not locked yet.
    folder = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}" if fcntl else _PREFIX, dir=parent))
    try:
        file = (folder / _LOCK).open("wb")
        _open_locks.append(file)
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            folder = folder.rename(folder.with_name(folder.name[1:]))
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    atexit.register(_delete, folder, file)
    return folder


def _delete(folder: Path, lock: IO[bytes]) -> None:
    lock.close()
    shutil.rmtree(folder, ignore_errors=True)


def _remove_unless_locked(folder: Path) -> None:
    try:
        with (folder / _LOCK).open("r+b") as lock:
            if fcntl:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
        if not fcntl:
            (folder / _LOCK).unlink()
            shutil.rmtree(folder)
    except OSError:  # it is locked, or belongs to another user
        return
    log.info("deleted the files of a process that was killed: %s", folder)
