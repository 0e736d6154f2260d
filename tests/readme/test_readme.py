"""What the README says to type is typed here."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
COMMANDS = [
    line.split("#")[0].strip()
    for language, block in BLOCKS
    if language == "bash"
    for line in block.splitlines()
    if line.startswith("python -m pose_demo")
]
PYTHON = [block for language, block in BLOCKS if language == "python"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_works(command, tmp_path):
    words = [sys.executable, *shlex.split(command)[1:]]
    done = subprocess.run(words, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("code", PYTHON)
def test_the_python_of_the_readme_works(code, tmp_path):
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 person")


def test_the_first_screen_has_the_picture_and_the_two_commands():
    first = README[: README.index("## ")]
    assert (ROOT / re.search(r"!\[.*?\]\((.*?)\)", first)[1]).is_file()
    assert "make run" in first and "make test" in first
    assert len(PYTHON[0].replace("\n\n", "\n").strip().splitlines()) == 6


@pytest.mark.skipif(not (ROOT / ".venv/.run").exists(), reason="needs the set-up of `make test`")
def test_make_run_ends_in_a_page_that_answers():
    port = "8593"
    server = subprocess.Popen(
        ["make", "run", f"PORT={port}"], cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        assert _answers(f"http://127.0.0.1:{port}/_stcore/health")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def _answers(url: str, tries: int = 120) -> bool:
    import time

    for _ in range(tries):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return answer.read() == b"ok"
        except OSError:
            time.sleep(0.5)
    return False


def test_every_test_that_the_readme_names_exists():
    named = set(re.findall(r"`(tests/[\w/.]+)`", README))
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []
