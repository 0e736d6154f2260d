"""Without the mediapipe package, which some platforms lack, its models are listed as not available; the others work."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from models import needs
from pose_demo import estimators
from pose_demo.estimators import MODELS
from pose_demo.types import UnavailableModel

ROOT = Path(__file__).parents[3]
OF_PACKAGE = {"mediapipe-lite", "mediapipe-full", "mediapipe-heavy"}


@pytest.fixture
def without_mediapipe(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "mediapipe"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mediapipe", None)  # an import of it fails as if it were not installed


def test_only_the_models_of_the_package_are_not_supported(without_mediapipe):
    assert {name for name in MODELS if not estimators.is_supported(name)} == OF_PACKAGE
    assert not any(estimators.is_ready(name) for name in OF_PACKAGE)
    assert all("not available on this server" in estimators.title(name) for name in OF_PACKAGE)


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
