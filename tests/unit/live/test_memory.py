"""Memory of the process."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pose_demo.live import memory
from pose_demo.live.memory import anonymous_mb, limit_mb, resident_mb


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


def test_cyclic_garbage_is_deleted_and_a_large_block_returns_to_the_system():
    memory.limit_heaps()
    memory.prepare()
    holder, before = [np.ones(40_000_000, np.uint8)], anonymous_mb()
    holder.append(holder)
    with_block = anonymous_mb()
    gc.disable()
    try:
        del holder
        assert anonymous_mb() > before - 1 and with_block > 40
        memory.release()
    finally:
        gc.enable()
    assert anonymous_mb() < with_block - 30


_COUNT_HEAPS = """
import ctypes, sys, threading
from pose_demo.live import memory
if sys.argv[1:] == ["limited"]:
    memory.limit_heaps()
enough, blocks = threading.Barrier(21), []
def work():
    blocks.append(ctypes.create_string_buffer(100_000))  # taken from the heap of this thread
    enough.wait()
for _ in range(20):
    threading.Thread(target=work).start()
enough.wait()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
stdout = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, stdout)
libc.fflush(stdout)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc only")
@pytest.mark.parametrize(("argument", "few"), [("limited", True), ("", False)])
def test_threads_share_two_heaps_when_they_are_limited_before(argument, few):
    command = [sys.executable, "-c", _COUNT_HEAPS, argument]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.count("<heap nr")
    assert (0 < found <= 2) == few and found > 0


def test_the_objects_of_modules_are_left_out_of_collections():
    memory.prepare()
    assert gc.get_freeze_count() > 10_000 and len(gc.get_objects()) < gc.get_freeze_count()


def test_nothing_is_called_where_the_c_library_has_no_such_function():
    memory._glibc("no_such_function", 1)
