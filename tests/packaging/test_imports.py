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


# Modules, and names of os and signal, that exist on POSIX systems only. Other packages may use them, this one may not.
_IMPORT_WITHOUT_POSIX = """
import builtins, importlib, os, pathlib, signal
import altair, av, cv2, optuna, pyarrow.parquet, streamlit_webrtc

POSIX = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
original = builtins.__import__

def checked_import(name, globals=None, *arguments):
    importer = (globals or {}).get("__name__", "")
    if name.partition(".")[0] in POSIX and importer.partition(".")[0] == "pose_demo":
        raise ImportError(f"{importer} imports {name}")
    return original(name, globals, *arguments)

files = [file for file in pathlib.Path("pose_demo").rglob("*.py") if file.name != "__main__.py"]
modules = [".".join(file.with_suffix("").parts).removesuffix(".__init__") for file in files]
builtins.__import__ = checked_import
for name in ("fork", "geteuid", "getuid", "killpg", "nice", "sched_getaffinity", "setsid", "sysconf", "uname"):
    delattr(os, name)
for name in ("SIGALRM", "SIGHUP", "SIGKILL", "SIGUSR1", "setitimer"):
    delattr(signal, name)
for module in modules:
    importlib.import_module(module)
print(len(modules))
"""


def test_every_module_is_imported_without_what_only_posix_has():
    command = [sys.executable, "-c", _IMPORT_WITHOUT_POSIX]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 200


def test_layers_are_kept():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    if not command[0].exists():
        pytest.skip("needs import-linter of requirements-dev.txt")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
