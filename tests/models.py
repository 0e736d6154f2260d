"""Real models for the tests: a test is skipped, with the reason, when their files are missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pose_demo import estimators, weights
from pose_demo.estimators import NETWORKS, Estimator, EstimatorOptions
from pose_demo.fields import NONE

_INT8 = "movenet-lightning-int8"
_INT8_TEST_DATA = Path(__file__).resolve().parents[2] / "shared/models/movenet_singlepose_lightning_int8_4.tflite"


def needs(model: str) -> None:
    """Skip the test when a file of the network, or a package that some platforms lack, is missing."""
    if not estimators.is_supported(model):
        pytest.skip(f"{model}: the package {NETWORKS[model].package} is not installed")
    states = [weights.status(name) for name in NETWORKS[model].weights]
    reasons = [state.reason for state in states if not state.ready]
    if reasons:
        pytest.skip(f"{model}: {'; '.join(reasons)}")


def needs_baselines(model: str) -> None:
    """Skip the test when the model, or the mediapipe package that BlazePose is compared with, is missing."""
    needs(model)
    if model.startswith("blazepose"):
        needs(model.replace("blazepose", "mediapipe"))


@contextmanager
def loaded(model: str, detector: str = NONE, **options: object) -> Iterator[Estimator]:
    """An estimator with these `EstimatorOptions`, top-down with a ``detector``; it is closed at the end."""
    for name in (model, detector):
        if name != NONE:
            needs(name)
    estimator = estimators.load(model, EstimatorOptions(**options), detector)  # type: ignore[arg-type]
    try:
        yield estimator
    finally:
        estimator.close()


@pytest.fixture(scope="session")
def _folder_with_int8(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    if weights.status(_INT8).ready or not _INT8_TEST_DATA.is_file():
        return None
    folder: Path = tmp_path_factory.mktemp("models")
    for file in weights.models_dir().iterdir():
        (folder / file.name).symlink_to(file)
    (folder / weights.WEIGHTS[_INT8].file).symlink_to(_INT8_TEST_DATA)
    return folder


@pytest.fixture(scope="module", autouse=True)
def every_model(_folder_with_int8: Path | None) -> Iterator[None]:
    """The one model that no registry offers comes from the test data, if present."""
    with pytest.MonkeyPatch.context() as patch:
        if _folder_with_int8:
            patch.setenv("POSE_DEMO_MODELS", str(_folder_with_int8))
        yield
