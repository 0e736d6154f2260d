"""All models that are available on this machine, and networks in place of those that no package registry has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec

import onnx_networks
import pytest

from models import _folder_with_int8, every_model
from pose_demo import weights

__all__ = ["_folder_with_int8", "every_model"]

MADE = {"rtmpose-t": onnx_networks.rtmpose, "rtmo-t": onnx_networks.rtmo}


@pytest.fixture(scope="module", autouse=True)
def made_networks(every_model: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Small networks as the files of models that are missing: the contract is about all that surrounds a network."""
    missing = [name for name in MADE if not weights.status(name).ready]
    with pytest.MonkeyPatch.context() as patch:
        if missing and find_spec("onnx") and find_spec("onnxruntime"):
            folder = tmp_path_factory.mktemp("made")
            for file in weights.models_dir().iterdir():
                (folder / file.name).symlink_to(file)
            for name in missing:
                network, entry = MADE[name](highest=0.9), weights.WEIGHTS[name]
                onnx_networks.write(folder / entry.file, network)
                checksum = hashlib.sha256(network).hexdigest()
                patch.setitem(weights.WEIGHTS, name, replace(entry, sha256=(checksum,)))
            patch.setenv("POSE_DEMO_MODELS", str(folder))
        yield
