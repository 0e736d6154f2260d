"""The wheel: what it contains, and that it runs without the checkout. No network is needed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
NOT_COPIED = (
    ".git",
    ".venv",
    "*_cache",
    "__pycache__",
    "build",
    "dist",
    "*.egg-info",
    "*.task",
    "*.tflite",
    "*.weights",
)

pytestmark = pytest.mark.skipif(not find_spec("setuptools"), reason="needs setuptools of requirements-dev.txt")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the checkout, so that no build folder is left there."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, folder / "source", ignore=shutil.ignore_patterns(*NOT_COPIED))
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, folder / "source")
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the installed wheel and nothing else; dependencies come from the tests' own environment."""
    target = tmp_path_factory.mktemp("installed")
    _pip("install", "--no-deps", "--no-index", "--target", target, wheel)
    return target


def _pip(*arguments: object) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def _run(command: list[object], installed: Path, folder: Path) -> str:
    """Run a command from an empty folder, with only the installed package on the path; returns stdout."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("POSE_DEMO")}
    environment |= {"PYTHONPATH": str(installed), "HOME": str(folder), "XDG_DATA_HOME": str(folder / "data")}
    (folder / "empty").mkdir()
    done = subprocess.run(
        list(map(str, command)), cwd=folder / "empty", env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def _metadata(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def test_wheel_contains_the_package_and_its_metadata_only(wheel):
    folders = {name.split("/")[0] for name in _names(wheel)}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {"pose_demo"}


def test_wheel_contains_every_module_and_data_file(wheel):
    files = (path for path in (ROOT / "pose_demo").rglob("*") if path.is_file() and path.suffix != ".pyc")
    expected = {path.relative_to(ROOT).as_posix() for path in files}
    assert {"pose_demo/py.typed", "pose_demo/weights/manifest.json"} <= expected
    assert {name for name in _names(wheel) if name.startswith("pose_demo/")} == expected


def test_license_and_notice_are_in_the_metadata(wheel):
    assert _metadata(wheel)["License-Expression"] == "Apache-2.0"
    names = {Path(name).name for name in _names(wheel) if ".dist-info/licenses/" in name}
    assert names == {"LICENSE", "NOTICE"}


def test_dependencies_are_those_of_requirements_txt(wheel):
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    requirements = (line.partition("#")[0].strip() for line in lines)
    expected = {Requirement(requirement) for requirement in requirements if requirement}
    found = [Requirement(line) for line in _metadata(wheel).get_all("Requires-Dist")]
    optional = {requirement.name: requirement for requirement in found if "extra" in str(requirement.marker)}
    assert set(found) - set(optional.values()) == expected
    assert set(optional) == {"distributed", "onnxruntime"}
    assert optional["distributed"].marker.evaluate({"extra": "dask"})
    assert optional["onnxruntime"].marker.evaluate({"extra": "onnx"})


def test_version_is_that_of_the_package(wheel, installed, tmp_path):
    code = "import pose_demo; print(pose_demo.__version__)"
    assert _run([sys.executable, "-c", code], installed, tmp_path).strip() == _metadata(wheel)["Version"]


def test_installed_package_is_the_one_imported(installed, tmp_path):
    code = "import pose_demo.cli; print(pose_demo.cli.__file__)"
    used = Path(_run([sys.executable, "-c", code], installed, tmp_path).strip())
    assert used == installed / "pose_demo" / "cli" / "__init__.py"


def test_module_shows_help(installed, tmp_path):
    assert "models" in _run([sys.executable, "-m", "pose_demo", "--help"], installed, tmp_path)


def test_script_shows_help(installed, tmp_path):
    (script,) = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert "models" in _run([installed / "bin" / script, "--help"], installed, tmp_path)


def test_models_are_listed_as_missing_without_the_checkout(installed, tmp_path):
    listed = json.loads(_run([sys.executable, "-m", "pose_demo", "models", "--json"], installed, tmp_path))
    states = {model["name"]: model["ready"] for model in listed["models"]}
    assert "movenet-lightning" in states
    assert not any(states.values())
