"""Temporary folders, and what is said where none can be made: a read-only or full file system."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pose_demo.types import InputError


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """A new folder that is deleted when it is cleaned up.

    Raises:
        InputError: no folder for temporary files is writable, or there is no space.
    """
    try:
        return tempfile.TemporaryDirectory(prefix="pose_demo-explore-")
    except OSError as error:
        raise InputError(
            f"results are kept in a temporary folder, and none can be made ({error.strerror}); free some space, or "
            "let the host name a writable folder (TMPDIR)"
        ) from None


@contextlib.contextmanager
def result_folder(out: Path | str | None) -> Iterator[Path]:
    """The folder ``out``, or a temporary one that is deleted at the end.

    Raises:
        InputError: see `temporary_folder`.
    """
    if out is not None:
        yield Path(out)
        return
    with temporary_folder() as folder:
        yield Path(folder)
