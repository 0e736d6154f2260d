"""File names and file permissions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NOBODY_UID = 65534


def names(folder: Path) -> list[str]:
    """The names of all files in a folder, also of hidden ones."""
    return sorted(path.name for path in folder.iterdir())


def temporary_names(folder: Path) -> list[str]:
    """The names of all temporary files of this process in a folder for such files, apart from its lock."""
    return sorted(path.name for path in folder.glob("pose_demo-*/*") if path.name != "lock")


@contextmanager
def as_unprivileged_user() -> Iterator[None]:
    """Drop root's privileges, so that file permissions apply."""
    if os.geteuid():
        yield
        return
    os.seteuid(_NOBODY_UID)
    try:
        yield
    finally:
        os.seteuid(0)
