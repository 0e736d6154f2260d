"""A host that permits nothing: every folder read-only (also /tmp), no HOME, another user than root, no npm, no git."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from models import needs

ROOT = Path(__file__).parents[2]
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
# In a mount namespace of its own: what follows is seen by this command only.
_READ_ONLY = """
for folder in / /tmp /var/tmp /dev/shm "$PWD"; do
    mount --bind "$folder" "$folder" && mount -o remount,bind,ro "$folder"
done
"""
# Another user, who may read everything, as the interpreter may be in root's home.
_CAPABILITY = "dac_read_search"
_OTHER_USER = (
    f"setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=+{_CAPABILITY} --ambient-caps=+{_CAPABILITY}"
    if AS_ROOT
    else ""
)
_PAGE = """
import tempfile
from types import SimpleNamespace

original = tempfile.TemporaryDirectory
tempfile.TemporaryDirectory = lambda: SimpleNamespace(name="/tmp")  # AppTest makes one, which it does not need here
from streamlit.testing.v1 import AppTest

tempfile.TemporaryDirectory = original
page = AppTest.from_file("app.py", default_timeout=60).run()
for source in ("Photo", "Video file", "Explore", "Sample dancer"):
    page.segmented_control(key="source").set_value(source).run()
    assert not page.exception, (source, page.exception)
    if source == "Explore":
        assert "Explore cannot be used" in page.error[0].value, page.error
print("no exception")
"""


def _hostile(*command: object) -> list[str]:
    """The command line that runs a Python command on such a host."""
    script = f'{_READ_ONLY} cd "$PWD"; exec {_OTHER_USER} env -i PATH=/nonexistent "$@"'
    unshare = ["unshare", "--mount"] if AS_ROOT else ["unshare", "--mount", "--map-root-user"]
    return [*unshare, "sh", "-ec", script, "sh", sys.executable, *map(str, command)]


def _run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_hostile(*command), cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module", autouse=True)
def permitted():
    if not shutil.which("unshare") or not shutil.which("setpriv"):
        pytest.skip("needs unshare and setpriv (util-linux)")
    check = "import tempfile, cv2; tempfile.gettempdir()"
    done = _run("-c", check)
    if "No usable temporary directory" not in done.stderr:
        pytest.skip(f"no such environment can be made here: {done.stderr[-300:] or 'a folder is writable'}")


def test_commands_run_and_doctor_says_what_is_missing():
    needs("movenet-lightning")
    done = _run("-m", "pose_demo", "run", "sample", "--max-frames", 2, "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["frames_with_person"] == 2, done.stderr
    done = _run("-m", "pose_demo", "doctor", "--json")
    found = {finding["check"]: finding for finding in json.loads(done.stdout)["findings"]}
    assert done.returncode == 1 and found["temporary files"]["level"] == "error"
    assert [name for name, finding in found.items() if finding["level"] == "error"] == ["temporary files"]


def test_what_cannot_be_written_is_refused_without_a_traceback():
    needs("movenet-lightning")
    done = _run("-m", "pose_demo", "run", "sample", "--max-frames", 1, "--output", "/dance.mp4")
    assert done.returncode == 2 and "/dance.mp4" in done.stderr and "Traceback" not in done.stderr


def test_every_source_of_the_page_is_shown():
    done = _run("-c", _PAGE)
    assert done.stdout.strip() == "no exception", done.stderr[-2000:]


def _is_healthy(address: str, process: subprocess.Popen[str]) -> bool:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                return answer.read() == b"ok"
        except OSError:
            time.sleep(0.2)
    return False


def test_the_server_starts_and_asks_no_web_service_for_its_address():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = _hostile("-m", "streamlit", "run", "app.py", "--server.port", port)
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        healthy = _is_healthy(f"http://127.0.0.1:{port}/_stcore/health", process)
    finally:
        process.terminate()
        printed, _ = process.communicate(timeout=30)
    assert healthy and f"URL: http://localhost:{port}" in printed, printed
    assert "Network URL" not in printed and "external IP" not in printed  # printed after it was asked
