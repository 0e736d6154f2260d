"""The bad case of each check of the machine."""

import tempfile
from types import SimpleNamespace

import pytest

from pose_demo.doctor import ERROR, OK, WARNING, Host, machine
from pose_demo.live import cpu, memory


@pytest.mark.parametrize(("count", "level"), [(1, WARNING), (2, OK)])
def test_cores(monkeypatch, count, level):
    monkeypatch.setattr(cpu, "cores", lambda: count)
    assert machine.cores(Host()).level == level


@pytest.mark.parametrize(("limit", "level"), [(268.4, ERROR), (800.0, WARNING), (1073.7, OK)])
def test_memory(monkeypatch, limit, level):
    monkeypatch.setattr(memory, "limit_mb", lambda: limit)
    assert machine.memory(Host()).level == level


def test_unknown_memory_is_no_error(monkeypatch):
    monkeypatch.setattr(memory, "limit_mb", lambda: None)
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
