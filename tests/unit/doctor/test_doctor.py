"""The command: its output, its exit code, and that no check ends the others."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pose_demo import doctor
from pose_demo.doctor import CHECKS, ERROR, OK, WARNING, Finding, Host

ROOT = Path(__file__).parents[3]


@pytest.fixture
def findings(monkeypatch):
    """The findings of the checks, which do not run."""
    values = {"cores": Finding(OK, "2 cores"), "https": Finding(WARNING, "unknown", "Tell it")}
    monkeypatch.setattr("pose_demo.cli.doctor.examine", lambda host: values)
    return values


def test_findings_are_printed_with_the_advice_below(pose_demo, findings):
    code, out, _ = pose_demo("doctor")
    assert code == 0 and [line.split() for line in out.splitlines()] == [
        ["ok", "cores", "2", "cores"],
        ["warning", "https", "unknown"],
        ["->", "Tell", "it"],
    ]


def test_an_error_is_the_exit_code_1(pose_demo, findings):
    findings["cores"] = Finding(ERROR, "none", "Buy some")
    code, out, _ = pose_demo("doctor", "--json")
    first, _ = json.loads(out)["findings"]
    assert code == 1 and first == {"check": "cores", "level": "error", "found": "none", "advice": "Buy some"}


def test_every_check_gives_a_finding_on_this_machine(pose_demo):
    _, out, _ = pose_demo("doctor", "--json", "--url", "https://pose.example.org")
    found = {finding["check"]: finding for finding in json.loads(out)["findings"]}
    assert list(found) == list(CHECKS)
    assert not [finding for finding in found.values() if "check failed" in finding["found"]]
    assert found["https"]["level"] == OK


@pytest.mark.parametrize(
    ("error", "text"), [(ImportError("no libGL"), "cannot be imported: no libGL"), (OSError("x"), "OSError: x")]
)
def test_a_check_that_fails_is_an_error_and_the_others_are_made(monkeypatch, error, text):
    def fail(host):
        raise error

    monkeypatch.setitem(CHECKS, "cores", fail)
    found = doctor.examine(Host(), ["cores", "python"])
    assert found["cores"].level == ERROR and text in found["cores"].found
    assert found["python"].level == OK


def test_without_a_package_every_command_says_what_is_missing(tmp_path):
    (tmp_path / "cv2.py").write_text("raise ImportError('libGL.so.1: cannot open shared object file')")
    command = [sys.executable, "-m", "pose_demo", "run", "sample"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "error    opencv           a package cannot be imported: libGL.so.1" in done.stderr
