"""The documents: their commands and code run, their links, paths and settings exist."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from docs.tables import TABLES, with_table
from pose_demo.settings import Settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/notebook.md",
    "docs/architecture.md",
    "docs/explore.md",
    "docs/turn.md",
    "docs/hosting.md",
    "models/README.md",
]
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS}
README, NOTEBOOK = TEXTS["README.md"], TEXTS["docs/notebook.md"]
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
def test_readme_command_succeeds(command, tmp_path):
    words = [sys.executable, *shlex.split(command)[1:]]
    done = subprocess.run(words, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("code", PYTHON)
def test_readme_python_code_runs(code, tmp_path):
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 person")


def test_first_screen_has_a_picture_two_commands_and_short_code():
    first = README[: README.index("## ")]
    assert (ROOT / re.search(r"!\[.*?\]\((.*?)\)", first)[1]).is_file()
    assert "make run" in first and "make test" in first
    assert len(PYTHON[0].replace("\n\n", "\n").strip().splitlines()) <= 6


@pytest.mark.skipif(not (ROOT / ".venv/.run").exists(), reason="needs the set-up of `make test`")
def test_make_run_starts_a_healthy_page():
    port = "8593"
    server = subprocess.Popen(
        ["make", "run", f"PORT={port}"], cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        assert _is_healthy(f"http://127.0.0.1:{port}/_stcore/health")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def _is_healthy(url: str, tries: int = 120) -> bool:
    for _ in range(tries):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return answer.read() == b"ok"
        except OSError:
            time.sleep(0.5)
    return False


@pytest.mark.parametrize("document", DOCUMENTS)
def test_linked_files_exist(document):
    links = re.findall(r"\]\(([^)#:]+)\)", TEXTS[document])
    assert [link for link in links if not (ROOT / document).parent.joinpath(link).exists()] == []


def test_every_option_of_the_host_is_in_the_table():
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "pose_demo").rglob("*.py"))
    read = set(re.findall(r"\b(?:POSE_DEMO|TURN)_[A-Z_]*[A-Z]\b", code))
    options = TEXTS["docs/hosting.md"].partition("## Options")[2]
    assert len(read) > 6 and [name for name in sorted(read) if f"`{name}`" not in options] == []


def test_tests_named_in_the_documents_exist():
    named = {path for text in TEXTS.values() for path in re.findall(r"`(tests/[\w/.]+)`", text)}
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("option", sorted(set(re.findall(r'--set "?([\w.]+=[\w.+()=-]+)', README + NOTEBOOK))))
def test_settings_named_in_the_documents_are_valid(option):
    name, _, value = option.partition("=")
    assert Settings.from_texts({name: value}).changes()


@pytest.mark.parametrize("document", list(TABLES))
def test_tables_are_written_from_the_registries(document):
    name, rows = TABLES[document]
    assert with_table(TEXTS[document], name, rows()) == TEXTS[document]
    assert len(rows()) > 10 and rows()[-1] in TEXTS[document]
