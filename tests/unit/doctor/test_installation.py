"""The bad case of each check of the installation."""

import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from pose_demo import estimators, weights
from pose_demo.doctor import ERROR, OK, WARNING, Host, installation
from pose_demo.weights import WeightStatus

ROOT = Path(__file__).parents[3]


@pytest.fixture
def versions(monkeypatch):
    """Installed distributions: name -> version."""
    installed = {}

    def version(name):
        if name not in installed:
            raise metadata.PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(metadata, "version", version)
    return installed


@pytest.mark.parametrize(
    ("version", "level"), [((3, 10, 9), ERROR), ((3, 11, 0), OK), ((3, 13, 5), OK), ((3, 14, 0), ERROR)]
)
def test_python_version(monkeypatch, version, level):
    monkeypatch.setattr("sys.version_info", version)
    assert installation.python_version(Host()).level == level


def test_python_versions_are_those_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    supported = SpecifierSet(project["requires-python"])
    lowest, limit = (f"{major}.{minor}" for major, minor in (installation.PYTHON_FROM, installation.PYTHON_BELOW))
    assert supported.contains(lowest) and not supported.contains(limit) and f"<{limit}" in str(supported)


def test_missing_and_wrong_packages_are_named(versions, tmp_path, monkeypatch):
    (tmp_path / "requirements.txt").write_text('a>=2  # why\nb<3\nc\nother==1; python_version < "3"\n# no package\n')
    monkeypatch.setattr(installation, "_REQUIREMENTS", tmp_path / "requirements.txt")
    versions.update(a="1.0", b="2.5")
    found = installation.packages(Host())
    assert found.level == ERROR and found.found == "a is 1.0, expected >=2; c is missing"
    versions.update(a="2.1", c="7")
    assert installation.packages(Host()).level == OK


def test_an_installed_package_reads_its_own_metadata(versions, tmp_path, monkeypatch):
    monkeypatch.setattr(installation, "_REQUIREMENTS", tmp_path / "requirements.txt")
    monkeypatch.setattr(metadata, "requires", lambda name: ["a>=2", 'dask; extra == "dask"'])
    versions["a"] = "1"
    assert installation.packages(Host()).found == "a is 1, expected >=2"


@pytest.mark.parametrize(
    ("names", "level", "text"),
    [
        ((), ERROR, "no OpenCV"),
        (("opencv-python", "opencv-python-headless"), ERROR, "uninstall opencv-python,"),
        (("opencv-contrib-python",), WARNING, "needs libGL"),
        (("opencv-python-headless",), OK, "opencv-python-headless"),
    ],
)
def test_there_is_one_opencv_without_windows(versions, names, level, text):
    versions.update(dict.fromkeys(names, "4.13"))
    found = installation.opencv(Host())
    assert found.level == level and text in found.found + found.advice


def test_models_without_their_package_are_named(monkeypatch):
    monkeypatch.setattr(estimators, "is_supported", lambda name: name != "mediapipe-lite")
    found = installation.models(Host())
    assert found.level == WARNING and "mediapipe-lite are not available without the package mediapipe" in found.found


def test_models_without_an_optional_package_are_no_problem(monkeypatch):
    monkeypatch.setattr(estimators, "is_supported", lambda name: not name.startswith("rtm"))
    found = installation.models(Host())
    assert found.level == OK and "rtmo-t are not available without the package onnxruntime" in found.found


def test_files_of_models_whose_package_is_missing_are_not_needed(tmp_path, monkeypatch):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    monkeypatch.setattr(estimators, "is_supported", lambda name: not name.startswith("rtm"))
    found = installation.weight_files(Host())
    assert "movenet-thunder" in found.found and "rtm" not in found.found + found.advice


def test_weight_files(tmp_path, monkeypatch):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    found = installation.weight_files(Host())
    assert found.level == WARNING and "files are missing" in found.found
    assert "models fetch" in found.advice and "movenet-thunder" in found.advice
    monkeypatch.setattr(installation.os, "access", lambda *_: False)
    found = installation.weight_files(Host())
    assert found.level == ERROR and "not writable" in found.found and "POSE_DEMO_MODELS" in found.advice
    with monkeypatch.context() as patch:
        patch.setattr(weights, "status", lambda name: WeightStatus(name != "movenet-thunder", "missing"))
        assert installation.weight_files(Host()).level == WARNING  # the default model is there
    (tmp_path / "movenet-thunder.tflite").write_bytes(b"damaged")
    found = installation.weight_files(Host())
    assert found.level == ERROR and "movenet-thunder.tflite is damaged" in found.found
    monkeypatch.setattr(weights, "status", lambda name: WeightStatus(True, "ready"))
    assert installation.weight_files(Host()).level == OK


@pytest.mark.parametrize(
    ("config", "environment", "level"),
    [
        (None, {}, WARNING),
        ("[browser]\ngatherUsageStats = true", {}, WARNING),
        ("[browser]\ngatherUsageStats = false", {}, OK),
        ("[browser]\ngatherUsageStats = false", {"STREAMLIT_BROWSER_GATHER_USAGE_STATS": "true"}, WARNING),
        (None, {"STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"}, OK),
    ],
)
def test_usage_statistics_are_off(tmp_path, config, environment, level):
    (tmp_path / ".streamlit").mkdir()
    if config:
        (tmp_path / ".streamlit" / "config.toml").write_text(config)
    assert installation.usage_statistics(Host(environment, tmp_path, None)).level == level


def test_usage_statistics_are_off_in_the_checkout():
    assert installation.usage_statistics(Host({}, ROOT, None)).level == OK
