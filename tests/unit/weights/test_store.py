"""Local weight files: the models folder, verification by checksum, and the manifest."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest
from weight_fakes import DATA, AddWeight

from pose_demo import weights
from pose_demo.estimators import NETWORKS
from pose_demo.types import InputError
from pose_demo.weights import Source, fetching, manifest, store

# --- the models folder ------------------------------------------------------------------------------------------


def installed_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pretend that the package is located in ``folder``, without POSE_DEMO_MODELS."""
    monkeypatch.delenv("POSE_DEMO_MODELS", raising=False)
    monkeypatch.setattr(store, "PROJECT_ROOT", folder)
    return folder


def test_environment_variable_sets_the_models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (installed_in(tmp_path, monkeypatch) / "pyproject.toml").touch()
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path / "elsewhere"))
    assert weights.models_dir() == tmp_path / "elsewhere"


@pytest.mark.parametrize("marker", ["models/README.md", "pyproject.toml"])
def test_checkout_uses_its_models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marker: str) -> None:
    file = installed_in(tmp_path, monkeypatch) / marker
    file.parent.mkdir(exist_ok=True)
    file.touch()
    assert weights.models_dir() == tmp_path / "models"


def test_this_checkout_is_recognized(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSE_DEMO_MODELS", raising=False)
    assert weights.models_dir() == Path(__file__).resolve().parents[3] / "models"


def test_installed_package_uses_the_user_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (installed_in(tmp_path / "site-packages", monkeypatch) / "models").mkdir(parents=True)  # of another package
    folder = weights.models_dir()
    assert folder == platformdirs.user_data_path("pose_demo", appauthor=False) / "models"
    assert tmp_path not in folder.parents


@pytest.mark.skipif(sys.platform != "linux", reason="XDG_DATA_HOME is read on Linux")
def test_import_and_status_create_no_folder(tmp_path: Path) -> None:
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages" / "pose_demo").symlink_to(Path(weights.__file__).parents[1])
    code = "from pathlib import Path; from pose_demo.weights import store; store.PROJECT_ROOT = Path.cwd()\n"
    code += "print(store.models_dir(), store.status('coco-names').ready)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site-packages"), "XDG_DATA_HOME": str(tmp_path / "data")}
    environment.pop("POSE_DEMO_MODELS", None)
    command = [sys.executable, "-c", code]
    output = subprocess.run(command, env=environment, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert output.split() == [str(tmp_path / "data" / "pose_demo" / "models"), "False"]
    assert not (tmp_path / "data").exists()


# --- verification -----------------------------------------------------------------------------------------------


def test_file_with_the_right_checksum_is_used(models: Path, add_weight: AddWeight) -> None:
    add_weight("net")
    (models / "net.tflite").write_bytes(DATA)
    assert weights.path("net") == models / "net.tflite"
    assert weights.status("net").ready


def test_missing_file_raises_the_command_that_fetches_it(models: Path, add_weight: AddWeight) -> None:
    add_weight("net")
    with pytest.raises(weights.MissingWeights, match="python -m pose_demo models fetch net"):
        weights.path("net")
    assert issubclass(weights.MissingWeights, InputError)
    assert list(models.iterdir()) == []


def test_damaged_file_is_refused(models: Path, add_weight: AddWeight) -> None:
    add_weight("net")
    (models / "net.tflite").write_bytes(DATA[:-1] + b"?")
    with pytest.raises(weights.MissingWeights, match="damaged or another version"):
        weights.path("net")


def test_unreadable_file_is_refused(models: Path, add_weight: AddWeight) -> None:
    add_weight("net")
    (models / "net.tflite").mkdir()
    with pytest.raises(weights.MissingWeights, match="cannot be read"):
        weights.path("net")


def test_unknown_name_is_refused_with_the_known_names(add_weight: AddWeight) -> None:
    add_weight("net")
    for function in (weights.path, weights.status, fetching.fetch):
        with pytest.raises(InputError, match="'nett'; the names are: net"):
            function("nett")
    with pytest.raises(InputError, match="nett"):
        fetching.fetch_all(["net", "nett"])


def test_checksum_is_cached_until_the_file_changes(
    models: Path, add_weight: AddWeight, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_weight("net")
    (models / "net.tflite").write_bytes(DATA)
    real, calls = hashlib.file_digest, []
    monkeypatch.setattr(hashlib, "file_digest", lambda *args: calls.append(args) or real(*args))
    weights.path("net")
    weights.path("net")
    assert len(calls) == 1
    (models / "net.tflite").write_bytes(DATA[:-1] + b"?")
    os.utime(models / "net.tflite", ns=(1, 1))
    assert not weights.status("net").ready
    assert len(calls) == 2


def test_status_gives_the_reason_of_the_last_failed_fetch(add_weight: AddWeight) -> None:
    add_weight("net", Source("https", "http://127.0.0.1:9/net"))
    with pytest.raises(weights.MissingWeights):
        fetching.fetch("net")
    assert "the host refused the connection" in weights.status("net").reason


# --- the manifest -----------------------------------------------------------------------------------------------


def test_manifest_lists_every_weight_with_license_checksums_and_sources() -> None:
    entries = manifest.read_manifest(Path(manifest.__file__).with_name("manifest.json"))
    assert set(entries) == {name for network in NETWORKS.values() for name in network.weights}
    order = ["https", "cdn", "npm", "pip"]
    for entry in entries.values():
        assert entry.license and entry.page.startswith("https://") and entry.title
        assert all(len(checksum) == 64 for checksum in (*entry.sha256, *(part.sha256 for part in entry.parts)))
        kinds = [source.kind for source in entry.sources]
        assert kinds == sorted(kinds, key=order.index)
        assert bool(entry.parts) == (kinds != ["https"])
