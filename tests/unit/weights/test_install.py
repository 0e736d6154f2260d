"""Installation is atomic and exclusive: with a full disk, several processes at once, or a process that is killed."""

import errno
import hashlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from weight_fakes import DATA, AddWeight, Server

from pose_demo import weights
from pose_demo.weights import Source, fetching, install

OLD = b"an older version"
REPOSITORY = Path(weights.__file__).resolve().parents[2]
WAITING = "waiting for another process that is fetching weights"


def files_in(models: Path) -> list[str]:
    return sorted(file.name for file in models.iterdir() if file.name != ".lock")


# --- the disk ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "reason"), [(errno.ENOSPC, "is full; free some space"), (errno.EROFS, "is not writable; set")]
)
def test_failed_write_keeps_the_old_file(
    models: Path, server: Server, add_weight: AddWeight, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    add_weight("net", Source("https", server.url + "net"))
    server.files["net"] = DATA
    (models / "net.tflite").write_bytes(OLD)
    monkeypatch.setattr(install.os, "fsync", fail)
    with pytest.raises(weights.MissingWeights, match=reason):
        fetching.fetch("net")
    assert (models / "net.tflite").read_bytes() == OLD
    assert files_in(models) == ["net.tflite"]


def test_full_disk_keeps_the_weights_installed_before(
    server: Server, add_weight: AddWeight, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.fsync, []

    def fill_up(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "full")
        real(descriptor)

    add_weight("one", Source("https", server.url + "net"))
    add_weight("two", Source("https", server.url + "net"))
    server.files["net"] = DATA
    monkeypatch.setattr(install.os, "fsync", fill_up)
    results = fetching.fetch_all(["one", "two"])
    assert results["one"] == weights.path("one")
    assert "is full" in str(results["two"])


def test_models_folder_that_cannot_be_created_is_reported(
    models: Path, add_weight: AddWeight, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_weight("net")
    (models / "file").write_bytes(b"")
    monkeypatch.setenv("POSE_DEMO_MODELS", str(models / "file"))
    with pytest.raises(weights.MissingWeights, match="cannot be used"):
        fetching.fetch("net")


# --- several at once --------------------------------------------------------------------------------------------

FETCH = """
import sys
sys.path.insert(0, {repository!r})
from pose_demo import weights
from pose_demo.weights import fetching
from pose_demo.weights import Source, WeightFile
weights.WEIGHTS["net"] = WeightFile("net", "net.tflite", "", "", "", {size}, ("{sha256}",), (Source("https", {url!r}),))
fetching.fetch("net", lambda step: print(step.done_bytes, step.message, flush=True))
"""


def start_fetching(server: Server, data: bytes) -> subprocess.Popen[str]:
    """Start a process that fetches the weight ``net`` and prints a line for each progress step."""
    values = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "url": server.url + "net"}
    code = FETCH.format(repository=str(REPOSITORY), **values)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def wait_for_data(process: subprocess.Popen[str]) -> None:
    """Wait until the process has received part of the file."""
    assert process.stdout is not None
    assert any(not line.startswith("0 ") for line in process.stdout)


def test_two_threads_download_a_weight_once(models: Path, server: Server, add_weight: AddWeight) -> None:
    add_weight("net", Source("https", server.url + "net"))
    server.files["net"] = DATA
    server.gate.clear()  # blocks the first download until the second thread waits
    results: list[Path] = []

    def on_progress(step: fetching.Progress) -> None:
        if step.message == WAITING:
            server.gate.set()

    threads = [threading.Thread(target=lambda: results.append(fetching.fetch("net", on_progress))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert results == [models / "net.tflite"] * 2
    assert server.requests == ["/net"]


def test_two_processes_download_a_weight_once(models: Path, server: Server, add_weight: AddWeight) -> None:
    add_weight("net", Source("https", server.url + "net"))
    server.files["net"] = DATA
    server.gate.clear()
    steps: list[str] = []

    def on_progress(step: fetching.Progress) -> None:
        steps.append(step.message)
        server.gate.set()

    with start_fetching(server, DATA) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it holds the lock before its first progress step
        assert fetching.fetch("net", on_progress) == models / "net.tflite"
        assert process.wait(20) == 0
    assert set(steps) == {WAITING}
    assert server.requests == ["/net"]
    assert files_in(models) == ["net.tflite"]


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_killed_process_leaves_no_partial_file(models: Path, server: Server, add_weight: AddWeight) -> None:
    data = os.urandom(1_000_000)
    add_weight("net", Source("https", server.url + "net"), data=data)
    server.files["net"], server.stall_after = data, 600_000
    with start_fetching(server, data) as process:
        wait_for_data(process)
        process.send_signal(signal.SIGKILL)
    leftovers = files_in(models)
    assert len(leftovers) == 1 and leftovers[0].startswith(install.TEMPORARY_PREFIX)
    server.stall_after = None
    server.gate.set()
    assert fetching.fetch("net").read_bytes() == data
    assert files_in(models) == ["net.tflite"]


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_waiting_process_continues_when_the_other_is_killed(
    models: Path, server: Server, add_weight: AddWeight
) -> None:
    data = os.urandom(1_000_000)
    add_weight("net", Source("https", server.url + "net"), data=data)
    server.files["net"], server.stall_after = data, 600_000
    steps: list[str] = []

    def on_progress(step: fetching.Progress) -> None:
        steps.append(step.message)
        if step.message == WAITING and process.poll() is None:
            process.kill()
            process.wait()
            server.stall_after = None
            server.gate.set()

    with start_fetching(server, data) as process:
        wait_for_data(process)
        assert fetching.fetch("net", on_progress).read_bytes() == data
    assert process.returncode == -signal.SIGKILL
    assert (steps[0], steps[-1]) == (WAITING, "ready")
    assert files_in(models) == ["net.tflite"]


def test_exception_in_the_progress_callback_releases_the_lock(
    models: Path, server: Server, add_weight: AddWeight
) -> None:
    add_weight("net", Source("https", server.url + "net"))
    server.files["net"] = DATA

    def stop(step: fetching.Progress) -> None:
        if step.message == "downloading":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetching.fetch("net", stop)
    assert files_in(models) == []
    steps: list[fetching.Progress] = []
    assert fetching.fetch("net", steps.append).read_bytes() == DATA
    assert WAITING not in {step.message for step in steps}
