"""Fixtures for weights: an empty models folder, an empty manifest, and a local web server."""

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from weight_fakes import DATA, AddWeight, Server

from pose_demo import weights
from pose_demo.weights import Source, WeightFile, download, store


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.gate.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty models folder, and caches without entries of other tests."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("POSE_DEMO_MODELS", str(folder))
    for variable in ("POSE_DEMO_MODELS_MIRROR", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    for cache in (store._checksums, store._fetch_failures, download._probes):
        cache.clear()
    return folder


@pytest.fixture
def add_weight(models: Path, monkeypatch: pytest.MonkeyPatch) -> AddWeight:
    """Clear the manifest; the returned function adds a weight with the given sources."""
    for name in list(weights.WEIGHTS):
        monkeypatch.delitem(weights.WEIGHTS, name)

    def add(name: str, *sources: Source, data: bytes = DATA, **more: Any) -> WeightFile:
        weight = WeightFile(
            name, f"{name}.tflite", "A model", "Apache-2.0", "", len(data), (hashlib.sha256(data).hexdigest(),),
            sources, aliases=(f"official_{name}.tflite",), **more,
        )  # fmt: skip
        monkeypatch.setitem(weights.WEIGHTS, name, weight)
        return weight

    return add
