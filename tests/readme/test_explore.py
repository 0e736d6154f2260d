"""The commands and the code of docs/explore.md run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from models import needs

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/explore.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = [line for language, block in BLOCKS if language == "bash" for line in block.splitlines()]
(CODE,) = (block for language, block in BLOCKS if language == "python")


def _run(arguments: list[str], folder: Path) -> str:
    shutil.copytree(ROOT / "docs", folder / "docs", dirs_exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_command_succeeds(command, tmp_path):
    for model in ("movenet-lightning", "movenet-thunder", "blazepose-lite", "blazepose-full"):
        needs(model)
    _run(shlex.split(command)[1:], tmp_path)
    if "--out" in command:
        files = {path.name for path in (tmp_path / "results").iterdir()}
        assert {"results.csv", "results.parquet", "results.json", "report.html"} <= files


def test_python_code_runs_and_is_short(tmp_path):
    for model in ("movenet-lightning", "movenet-multipose"):
        needs(model)
    lines = _run(["-c", CODE], tmp_path).splitlines()
    assert lines[0].startswith("movenet-multipose") and "accuracy" in lines[0]
    assert len(lines) == 5
    assert len(CODE.strip().splitlines()) <= 12
