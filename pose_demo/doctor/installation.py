"""Python, packages, model files and Streamlit's configuration."""

from __future__ import annotations

import os
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from pose_demo.doctor.finding import ERROR, OK, WARNING, Finding, Host

if TYPE_CHECKING:
    from packaging.requirements import Requirement

INSTALL = "Install what requirements.txt lists: python -m pip install -r requirements.txt"
PYTHON_FROM, PYTHON_BELOW = (3, 11), (3, 14)  # as requires-python in pyproject.toml
_OPENCV = ("opencv-python", "opencv-contrib-python", "opencv-contrib-python-headless", "opencv-python-headless")
_REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements.txt"


def python_version(host: Host) -> Finding:
    """Whether all packages have builds for this Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    if PYTHON_FROM <= sys.version_info[:2] < PYTHON_BELOW:
        return Finding(OK, version)
    return Finding(ERROR, f"{version}; some packages have no build for it", "Use Python 3.11, 3.12 or 3.13.")


def packages(host: Host) -> Finding:
    """Whether the installed packages are those of requirements.txt."""
    required = [it for it in _requirements() if it.marker is None or it.marker.evaluate({"extra": ""})]
    problems = [problem for it in required if (problem := _problem(it))]
    if problems:
        return Finding(ERROR, "; ".join(problems), INSTALL)
    return Finding(OK, f"{len(required)} packages as required")


def _requirements() -> list[Requirement]:
    from packaging.requirements import Requirement

    is_checkout = _REQUIREMENTS.is_file()
    lines = _REQUIREMENTS.read_text(encoding="utf-8").splitlines() if is_checkout else metadata.requires("pose_demo")
    texts = (line.partition("#")[0].strip() for line in lines or ())
    return [Requirement(text) for text in texts if text]


def _problem(required: Requirement) -> str:
    try:
        installed = metadata.version(required.name)
    except metadata.PackageNotFoundError:
        return f"{required.name} is missing"
    if required.specifier.contains(installed, prereleases=True):
        return ""
    return f"{required.name} is {installed}, expected {required.specifier}"


def opencv(host: Host) -> Finding:
    """Whether there is one OpenCV, the headless one: several packages overwrite each other's files."""
    found = [name for name in _OPENCV if _is_installed(name)]
    remove = " ".join(name for name in found if name != "opencv-python-headless")
    if not found:
        return Finding(ERROR, "no OpenCV is installed", INSTALL)
    if len(found) > 1:
        repair = "python -m pip install --force-reinstall --no-deps opencv-python-headless"
        advice = f"Keep the headless one: python -m pip uninstall {remove}, then {repair}"
        return Finding(ERROR, f"several packages install OpenCV into the same folder: {', '.join(found)}", advice)
    import cv2

    if remove:
        return Finding(
            WARNING, f"{remove} {cv2.__version__}, which needs libGL", f"pip uninstall {remove}, then {INSTALL}"
        )
    return Finding(OK, f"{found[0]} {cv2.__version__}")


def _is_installed(name: str) -> bool:
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False


def models(host: Host) -> Finding:
    """Whether the packages that only some models need are there."""
    from pose_demo.estimators import MODELS, is_supported

    missing = [name for name in MODELS if not is_supported(name)]
    if not missing:
        return Finding(OK, f"all {len(MODELS)} models are supported")
    names = ", ".join(sorted({MODELS[name].package for name in missing}))
    found = f"{', '.join(missing)} are not available without the package {names}; the others are"
    if all(MODELS[name].extra for name in missing):
        return Finding(OK, f"{found}. It is optional")
    return Finding(WARNING, found, "Nothing, where the package has no build for this platform; else install it.")


def weight_files(host: Host) -> Finding:
    """Whether the model files are there and undamaged; it is an error if the default model cannot be had."""
    from pose_demo import weights
    from pose_demo.estimators import MODELS, supported_weights
    from pose_demo.settings import Settings

    states = {name: weights.status(name) for name in supported_weights()}
    missing = {name: state.reason for name, state in states.items() if not state.ready}
    folder = weights.models_dir()
    if not missing:
        return Finding(OK, f"all {len(states)} files in {folder} are right")
    fetch = f"python -m pose_demo models fetch {' '.join(missing)}"
    damaged = [reason for name, reason in missing.items() if (folder / weights.WEIGHTS[name].file).exists()]
    if damaged:
        return Finding(ERROR, "; ".join(damaged), f"Fetch them again: {fetch}")
    found = f"{len(missing)} of {len(states)} files are missing in {folder}: {', '.join(missing)}"
    if _can_write(folder):
        found += ". The page fetches the files of a model when it is first selected"
        return Finding(WARNING, found, f"Fetch them now: {fetch}")
    level = ERROR if set(MODELS[Settings().model].weights) & missing.keys() else WARNING
    return Finding(level, f"{found}. The folder is not writable", f"Set POSE_DEMO_MODELS to one that is, then: {fetch}")


def _can_write(folder: Path) -> bool:
    existing = next(it for it in (folder, *folder.parents) if it.exists())
    return existing.is_dir() and os.access(existing, os.W_OK)


def usage_statistics(host: Host) -> Finding:
    """Whether Streamlit's usage statistics are off."""
    setting = host.environment.get("STREAMLIT_BROWSER_GATHER_USAGE_STATS")
    for file in host.streamlit_files("config.toml") if setting is None else ():
        values = tomllib.loads(file.read_text(encoding="utf-8"))
        setting = str(values.get("browser", {}).get("gatherUsageStats", setting))
    if (setting or "").lower() in ("false", "0", "no", "off"):
        return Finding(OK, "Streamlit's usage statistics are off")
    return Finding(
        WARNING,
        f"Streamlit's usage statistics are on: {host.folder} has no .streamlit/config.toml that turns them off",
        "Start the page in the folder of app.py, or set STREAMLIT_BROWSER_GATHER_USAGE_STATS=false.",
    )
