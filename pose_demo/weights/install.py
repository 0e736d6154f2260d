"""Atomic installation of files into a folder that several processes may share."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK_POLL_S = 0.1
TEMPORARY_PREFIX = ".part-"


@contextmanager
def exclusive_temporary_folder(folder: Path, on_wait: Callable[[], None]) -> Iterator[Path]:
    """Create a temporary folder inside ``folder`` and hold the lock of ``folder`` until it is removed again.

    Temporary folders left by killed processes are removed.

    Args:
        folder: created if missing.
        on_wait: called repeatedly while another process or thread holds the lock.

    Raises:
        OSError: ``folder`` is not writable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    release = _acquire_lock(folder / ".lock", on_wait)
    try:
        for leftover in folder.glob(TEMPORARY_PREFIX + "*"):
            shutil.rmtree(leftover, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=folder) as temporary:
            yield Path(temporary)
    finally:
        release()


def _acquire_lock(file: Path, on_wait: Callable[[], None]) -> Callable[[], None]:
    """Wait for the lock; returns the function that releases it."""
    from filelock import FileLock, Timeout  # takes 10 ms to import, so only when files are fetched

    lock = FileLock(file)
    while True:
        try:
            lock.acquire(blocking=False)
            return lock.release
        except Timeout:
            on_wait()
            time.sleep(LOCK_POLL_S)


def install(data: bytes, file: Path, temporary: Path) -> None:
    """Write a file atomically: readers find either the complete new file or the previous one.

    Args:
        data: the content.
        file: the destination.
        temporary: a folder on the same file system.

    Raises:
        OSError: the disk is full, or the folder is not writable.
    """
    finished = temporary / file.name
    with finished.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    finished.replace(file)


def describe_os_error(error: OSError, folder: Path) -> str:
    """Describe a file system error of the models folder, and what to do about it."""
    if error.errno == errno.ENOSPC:
        return f"the disk of {folder} is full; free some space and try again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"the folder {folder} is not writable; set POSE_DEMO_MODELS to another one"
    return f"the folder {folder} cannot be used: {error}"
