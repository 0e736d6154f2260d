"""The folder for results."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from pose_demo.io.temporary import temporary_folder


@contextlib.contextmanager
def result_folder(out: Path | str | None) -> Iterator[Path]:
    """The folder ``out``, or a temporary one that is deleted at the end.

    Raises:
        InputError: see `temporary_folder`.
    """
    if out is not None:
        yield Path(out)
        return
    with temporary_folder("explore") as folder:
        yield Path(folder)
