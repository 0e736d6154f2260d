"""The limits that a container or a service puts on this process (Linux control groups).

Source: Linux kernel, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_MOUNT = Path("/sys/fs/cgroup")
_MEMBERSHIP = Path("/proc/self/cgroup")


def read_limits(controller: str, v2: str, v1: str) -> Iterator[tuple[str, ...]]:
    """The words of a limit's file, in every group that this process belongs to: each of them applies.

    Args:
        controller: "cpu" or "memory".
        v2: name of the file in version 2.
        v1: names of the files in version 1, separated by spaces; their words are joined.

    Yields:
        nothing for a group without a limit of this kind.
    """
    for folder in _folders(_MOUNT, ""):
        yield from _read(folder, v2)
    for folder in _folders(_MOUNT / controller, controller):
        yield from _read(folder, v1)


def _read(folder: Path, names: str) -> Iterator[tuple[str, ...]]:
    try:
        yield tuple(word for name in names.split() for word in (folder / name).read_text().split())
    except OSError:
        return


def _folders(mount: Path, controller: str) -> Iterator[Path]:
    """The folder of this process's group and of all groups above it.

    In a container the path may be that of the host, which does not exist here; its own group is at the mount then.
    """
    path = Path(_group(controller).lstrip("/"))
    for relative in (path, *path.parents):
        if ".." not in relative.parts:
            yield mount / relative


def _group(controller: str) -> str:
    """The path of this process's group; an empty controller means version 2."""
    try:
        lines = _MEMBERSHIP.read_text().splitlines()
    except OSError:
        return ""
    entries = [line.split(":", 2) for line in lines if line.count(":") >= 2]
    return next((path for _, names, path in entries if controller in names.split(",")), "")
