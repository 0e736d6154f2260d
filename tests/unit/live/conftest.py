"""Made-up control groups."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pose_demo.live import cgroup, cpu


class Groups:
    """The files of control groups in a temporary folder."""

    def __init__(self, mount: Path, membership: Path) -> None:
        self._mount, self._membership = mount, membership

    def write(self, name: str, text: str) -> None:
        """Write a limit; ``name`` is its path below the mount."""
        (self._mount / name).parent.mkdir(parents=True, exist_ok=True)
        (self._mount / name).write_text(text)

    def belong_to(self, *lines: str) -> None:
        """Set the groups of this process, as in ``/proc/self/cgroup``."""
        self._membership.write_text("\n".join(lines))


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Groups]:
    (tmp_path / "mount").mkdir()
    monkeypatch.setattr(cgroup, "_MOUNT", tmp_path / "mount")
    monkeypatch.setattr(cgroup, "_MEMBERSHIP", tmp_path / "membership")
    yield Groups(tmp_path / "mount", tmp_path / "membership")
    cpu._quotas.cache_clear()
