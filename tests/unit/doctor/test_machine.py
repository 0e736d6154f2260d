"""The bad case of each check of the machine."""

import tempfile
from types import SimpleNamespace

import pytest

from pose_demo.doctor import ERROR, OK, WARNING, Host, machine
from pose_demo.live import cpu


@pytest.mark.parametrize(("count", "level"), [(1, WARNING), (2, OK)])
def test_cores(monkeypatch, count, level):
    monkeypatch.setattr(cpu, "cores", lambda: count)
    assert machine.cores(Host()).level == level


@pytest.mark.parametrize(
    ("text", "level"), [("268435456", ERROR), ("800000000", WARNING), ("1073741824", OK), ("max", OK)]
)
def test_memory_of_a_container(monkeypatch, tmp_path, text, level):
    (tmp_path / "memory.max").write_text(text)
    monkeypatch.setattr(machine, "_LIMITS", (tmp_path / "memory.max", tmp_path / "missing"))
    monkeypatch.setattr(machine.os, "sysconf", lambda name: 2_000_000 if "PHYS" in name else 4096, raising=False)
    assert machine.memory(Host()).level == level


def test_unknown_memory_is_no_error(monkeypatch):
    monkeypatch.setattr(machine, "_LIMITS", ())
    monkeypatch.delattr(machine.os, "sysconf", raising=False)
    assert machine.memory(Host()).found == "the system does not tell"


@pytest.mark.parametrize(("free", "level"), [(10e6, ERROR), (300e6, WARNING), (5e9, OK)])
def test_space_for_temporary_files(monkeypatch, free, level):
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda folder: SimpleNamespace(free=free))
    found = machine.temporary_files(Host())
    assert found.level == level and (level == OK or "TMPDIR" in found.advice)


def test_no_folder_for_temporary_files(monkeypatch):
    def fail():
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", fail)
    found = machine.temporary_files(Host())
    assert found.level == ERROR and "TMPDIR" in found.advice
