"""Memory of the process."""

from __future__ import annotations

from pathlib import Path

from pose_demo.live.memory import resident_mb


def test_resident_memory_is_that_of_a_process():
    assert 10 < resident_mb() < 100_000


def test_unknown_memory_is_zero(monkeypatch):
    monkeypatch.setattr(Path, "read_text", lambda self: "nonsense")
    assert resident_mb() == 0.0
