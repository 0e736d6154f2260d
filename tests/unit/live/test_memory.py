"""Memory of the process."""

from __future__ import annotations

from pathlib import Path

import pytest

from pose_demo.live import memory
from pose_demo.live.memory import limit_mb, resident_mb


def test_resident_memory_is_that_of_a_process():
    assert 10 < resident_mb() < 100_000


def test_unknown_memory_is_zero(monkeypatch):
    monkeypatch.setattr(Path, "read_text", lambda self: "nonsense")
    assert resident_mb() == 0.0


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("memory.max", "1000000000", 1000),
        ("memory.max", "max", 8000),
        ("memory/memory.limit_in_bytes", "512000000", 512),
        ("memory/memory.limit_in_bytes", "9223372036854771712", 8000),  # how version 1 says "no limit"
        ("memory.max", "nonsense", 8000),
    ],
)
def test_the_memory_limit_is_that_of_the_container_within_the_machine(groups, monkeypatch, file, text, expected):
    monkeypatch.setattr(memory, "_physical_memory", lambda: (8_000_000_000,))
    groups.write(file, text)
    assert limit_mb() == expected


def test_the_physical_memory_is_known_here():
    assert memory._physical_memory()[0] > 100_000_000


def test_without_any_information_the_limit_is_unknown(groups, monkeypatch):
    monkeypatch.setattr(memory, "_physical_memory", lambda: ())
    assert limit_mb() is None
