"""Without a package that some platforms lack, or that is optional, its models are not available; the others work."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from models import needs
from pose_demo import estimators
from pose_demo.estimators import MODELS
from pose_demo.types import UnavailableModel

ROOT = Path(__file__).parents[3]
OF_PACKAGE = {"mediapipe-lite", "mediapipe-full", "mediapipe-heavy"}
OPTIONAL = {"rtmpose-t", "rtmpose-s", "rtmo-t"}


def remove(monkeypatch, package):
    """Let an import of a package fail as if it were not installed."""
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)


@pytest.fixture
def without_mediapipe(monkeypatch):
    remove(monkeypatch, "mediapipe")


@pytest.mark.parametrize(("package", "models"), [("mediapipe", OF_PACKAGE), ("onnxruntime", OPTIONAL)])
def test_only_the_models_of_the_package_are_not_supported(package, models, monkeypatch):
    before = {name for name in MODELS if not estimators.is_supported(name)}
    remove(monkeypatch, package)
    assert {name for name in MODELS if not estimators.is_supported(name)} == before | models
    assert not any(estimators.is_ready(name) for name in models)
    assert all("not available on this server" in estimators.title(name) for name in models)


def test_an_optional_package_is_named_with_the_command_that_installs_it(monkeypatch):
    remove(monkeypatch, "onnxruntime")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    with pytest.raises(UnavailableModel, match=r"package onnxruntime, which is not installed.*optional") as raised:
        estimators.load("rtmo-t")
    (extra,) = re.findall(r"pip install '\.\[(\w+)\]'", str(raised.value))
    assert Requirement(*extras[extra]).name == "onnxruntime"
    assert "Choose another model" in raised.value.public_message and "pip" not in raised.value.public_message


def test_loading_names_the_package_and_visitors_get_no_names_of_files(without_mediapipe):
    with pytest.raises(
        UnavailableModel, match=r"package mediapipe, which is not installed.*requirements\.txt"
    ) as raised:
        estimators.load("mediapipe-full")
    assert "Choose another model" in raised.value.public_message and ".txt" not in raised.value.public_message


def test_the_list_gives_the_reason_and_another_model_runs(without_mediapipe, pose_demo):
    code, out, _ = pose_demo("models", "--json")
    reasons = {model["name"]: model["reason"] for model in json.loads(out)["models"] if not model["ready"]}
    assert code == 0 and all("package mediapipe" in reasons[name] for name in OF_PACKAGE)
    needs("blazepose-lite")
    assert pose_demo("run", "sample", "--model", "blazepose-lite", "--max-frames", 1)[0] == 0
    code, _, err = pose_demo("run", "sample", "--model", "mediapipe-lite", "--max-frames", 1)
    assert code == 2 and "package mediapipe" in err


@pytest.mark.parametrize(
    ("system", "machine", "listed"),
    [
        ("linux", "x86_64", True),
        ("linux", "aarch64", False),
        ("darwin", "arm64", True),
        ("darwin", "x86_64", False),
        ("win32", "AMD64", True),
        ("win32", "ARM64", False),
    ],
)
def test_requirements_ask_for_the_package_where_it_has_a_wheel(system, machine, listed):
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    (requirement,) = (Requirement(line) for line in lines if line.startswith("mediapipe"))
    assert requirement.marker.evaluate({"sys_platform": system, "platform_machine": machine}) == listed
