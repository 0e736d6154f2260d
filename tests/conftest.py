"""What every test may use: golden pictures and the folder with test data that is not part of the project."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

SHARED = Path(__file__).resolve().parents[2] / "shared"
GOLDEN = Path(__file__).parent / "golden"

# Folders whose tests only compute, for as long as the browser tests take: how long does not matter to them.
COMPUTING = ("app", "contract", "accuracy")

Golden = Callable[[str, np.ndarray], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write tests/golden/*.png anew; look at them then")


def pytest_configure(config: pytest.Config) -> None:
    """Let matplotlib list its fonts once, before any test: a list made while a test denies files would be kept."""
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="matplotlib-")
        config.add_cleanup(folder.cleanup)
        os.environ["MPLCONFIGDIR"] = folder.name  # also for the processes that tests start
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], capture_output=True, check=False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the name of its folder, e.g. ``unit``; pyproject.toml registers the marks.

    The browser tests come late, when the other process of `pytest_xdist_make_scheduler` has nothing left to do but
    what only computes.
    """
    for item in items:
        item.add_marker(_folder(item))
        if item.get_closest_marker("long") and not os.environ.get("POSE_DEMO_LONG"):
            item.add_marker(pytest.mark.skip(reason="takes up to a minute: run `make long`"))
    last = ("e2e", *COMPUTING)
    items.sort(key=lambda item: last.index(_folder(item)) if _folder(item) in last else -1)


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let what only computes take what the browser tests, in the other process, leave of the processors."""
    if "PYTEST_XDIST_WORKER" in os.environ and _folder(item) in COMPUTING:
        os.nice(19)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """With ``-n 2`` two processes share the files; the browser tests, which need time of the processors, run in one."""
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = lambda test: "e2e" if test.startswith("tests/e2e/") else test.split("::")[0]
    return scheduler


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let connections to other machines fail at once, so that no test depends on a network; the loopback is allowed.

    pip and npm run in processes of their own; these settings keep them offline.
    """
    connect = socket.create_connection

    def refuse(address: tuple[str, int], *arguments: object, **options: object) -> socket.socket:
        if address[0] not in ("localhost", "127.0.0.1", "::1"):
            raise OSError("tests have no network")
        return connect(address, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("npm_config_offline", "true")
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def shared() -> Path:
    """The folder with clips, photos and reference results; the test is skipped on machines without it."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the test data in {SHARED}, which is not part of the project")
    return SHARED


@pytest.fixture
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> Golden:
    """``golden(name, image)`` compares an RGB picture with ``tests/golden/name.png``.

    It allows what another processor may round differently: a mean difference of 1 level, and 1 % of the pixels off by
    more than 16. ``pytest --update-goldens`` writes the files instead.
    """

    def compare(name: str, image: np.ndarray) -> None:
        path = GOLDEN / f"{name}.png"
        if request.config.getoption("--update-goldens"):
            _write(path, image)
            return
        assert path.exists(), f"{path} is missing; run pytest --update-goldens and look at what it wrote"
        _write(tmp_path / path.name, image)
        difference = _difference(_read(path), image)
        assert difference is None, f"{name}: {difference}; expected {path}, came {tmp_path / path.name}"

    return compare


def _difference(expected: np.ndarray, image: np.ndarray) -> str | None:
    if expected.shape != image.shape:
        return f"the shape is {image.shape}, not {expected.shape}"
    off = np.abs(expected.astype(np.int16) - image)
    mean, share = float(off.mean()), float((off.max(axis=2) > 16).mean())
    if mean > 1 or share > 0.01:
        return f"mean difference {mean:.2f} levels (1 allowed), {share:.1%} of the pixels clearly differ (1 % allowed)"
    return None


def _read(path: Path) -> np.ndarray:
    return cv2.cvtColor(cv2.imread(str(path), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def _write(path: Path, image: np.ndarray) -> None:
    cv2.imwrite(str(path), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
