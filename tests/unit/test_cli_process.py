"""The command line as a process of its own: exit codes, and Ctrl-C."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from files import names

from models import needs
from pose_demo.io.video import VideoReader

PROJECT = Path(__file__).resolve().parents[2]


def start(*arguments, **options):
    command = [sys.executable, "-m", "pose_demo", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ, **options
    )


def test_image_as_a_process(photo, tmp_path):
    needs("movenet-lightning")
    process = start("run", photo, "--model", "movenet-lightning", "--output", tmp_path / "out.jpg", "--json")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0 and json.loads(out)["frames"] == 1 and "Traceback" not in err


def test_invalid_input_as_a_process(tmp_path):
    process = start("run", tmp_path / "missing.mp4")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2 and not out and "missing.mp4" in err and "Traceback" not in err


def test_ctrl_c_keeps_the_frames_so_far_and_ends_with_exit_code_130(tmp_path):
    needs("movenet-lightning")
    process = start(
        *("run", "sample", "--model", "movenet-lightning", "--max-frames", 100_000, "--json"),
        *("--output", tmp_path / "out.mp4", "--keypoints", tmp_path / "k.csv"),
    )
    wait_for_frames(process.stderr, 10)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    figures = json.loads(out)
    assert process.returncode == 130 and "stopped after" in err and "Traceback" not in err
    assert names(tmp_path) == ["k.csv", "out.mp4"]
    with VideoReader(tmp_path / "out.mp4") as reader:
        assert len(list(reader)) in (figures["frames"], figures["frames"] + 1)
    lines = (tmp_path / "k.csv").read_text().splitlines()
    assert len(lines) - 1 >= figures["frames"] * 17


def wait_for_frames(progress, count):
    """Read the progress bar until it has reached ``count``."""
    output, end = "", time.monotonic() + 60
    while time.monotonic() < end:
        output += progress.read(1)
        counted = re.findall(r"(\d+)/100000", output)
        if counted and int(counted[-1]) >= count:
            return
    pytest.fail(f"no progress: {output}")
