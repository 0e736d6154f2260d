"""Real models for the tests: loaded when their files are there, a skip with the reason when not, and always closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pose_demo import estimators, weights
from pose_demo.estimators import MODELS, Estimator, Options

_INT8 = "movenet-lightning-int8"
_SPARE_INT8 = Path(__file__).resolve().parents[2] / "shared/models/movenet_singlepose_lightning_int8_4.tflite"


def needs(model: str) -> None:
    """Skip the test when a file of the model is missing."""
    states = [weights.status(name) for name in MODELS[model].weights]
    reasons = [state.reason for state in states if not state.ready]
    if reasons:
        pytest.skip(f"{model}: {'; '.join(reasons)}")


@contextmanager
def loaded(model: str, **options: object) -> Iterator[Estimator]:
    """A model built with `Options`, closed at the end."""
    needs(model)
    estimator = estimators.load(model, Options(**options))  # type: ignore[arg-type]
    try:
        yield estimator
    finally:
        estimator.close()


@pytest.fixture(scope="session")
def _folder_with_int8(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    if weights.status(_INT8).ready or not _SPARE_INT8.is_file():
        return None
    folder: Path = tmp_path_factory.mktemp("models")
    for file in weights.models_dir().iterdir():
        (folder / file.name).symlink_to(file)
    (folder / weights.WEIGHTS[_INT8].file).symlink_to(_SPARE_INT8)
    return folder


@pytest.fixture(scope="module", autouse=True)
def every_model(_folder_with_int8: Path | None) -> Iterator[None]:
    """The one model that no registry offers is taken from the test data, where that is present."""
    with pytest.MonkeyPatch.context() as patch:
        if _folder_with_int8:
            patch.setenv("POSE_DEMO_MODELS", str(_folder_with_int8))
        yield
