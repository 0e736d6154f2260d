"""Write into the models folder so that nothing half-written is ever seen, whoever else writes there."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: two processes may fetch the same file at once; the last one's stays, and it is whole
    fcntl = None  # type: ignore[assignment]

LOCK_POLL_SECONDS = 0.1
TEMPORARY = ".part-"


@contextlib.contextmanager
def workplace(folder: Path, waiting: Callable[[], None]) -> Iterator[Path]:
    """A temporary folder inside ``folder``, for one process (or thread) at a time.

    What a killed process left behind is removed.

    Args:
        folder: made if need be.
        waiting: called again and again while another process has its turn.

    Raises:
        OSError: ``folder`` cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _lock(folder, waiting), tempfile.TemporaryDirectory(prefix=TEMPORARY, dir=folder) as temporary:
        yield Path(temporary)


def install(data: bytes, file: Path, temporary: Path) -> None:
    """Put ``file`` in its place in one step: whoever looks sees the whole new file, or what was there before.

    Args:
        data: the content.
        file: its place.
        temporary: a folder on the same disk.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    finished = temporary / file.name
    with finished.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    finished.replace(file)


def in_english(error: OSError, folder: Path) -> str:
    """What an error of the disk means, and what to do."""
    if error.errno == errno.ENOSPC:
        return f"the disk of {folder} is full; make room and try again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"the folder {folder} cannot be written; name another one in POSE_DEMO_MODELS"
    return f"the folder {folder} cannot be used: {error}"


@contextlib.contextmanager
def _lock(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    with (folder / ".lock").open("a") as stream:
        if fcntl is not None:
            while not _try_lock(stream.fileno()):
                waiting()
                time.sleep(LOCK_POLL_SECONDS)
            for leftover in folder.glob(TEMPORARY + "*"):
                shutil.rmtree(leftover, ignore_errors=True)
        yield  # closing the file gives the lock back, and so does the end of the process


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
