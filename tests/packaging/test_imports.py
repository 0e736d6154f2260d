"""What an import loads, and what it must not load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _loaded(module: str) -> set[str]:
    """The names of the modules in a fresh interpreter after one import."""
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_settings_do_not_load_the_sample():
    assert "pose_demo.sample" not in _loaded("pose_demo.settings")


@pytest.mark.parametrize("module", ["pose_demo.settings", "pose_demo.pipeline", "pose_demo.live", "pose_demo.cli"])
def test_streamlit_is_not_loaded_without_the_page(module):
    assert _loaded(module).isdisjoint({"streamlit", "streamlit_webrtc", "altair"})


def test_layers_are_kept():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    if not command[0].exists():
        pytest.skip("needs import-linter of requirements-dev.txt")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
