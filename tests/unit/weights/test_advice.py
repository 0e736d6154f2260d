"""The advice in the errors about weights is accepted by the command line, and visitors get a text of their own."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from weight_fakes import AddWeight

from pose_demo import cli, weights
from pose_demo.estimators import MODELS
from pose_demo.weights import MissingWeights, Source, fetching

COMMAND = re.compile(r"python -m pose_demo (models fetch [\w.-]+)")


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names that ``models fetch`` would fetch; nothing is downloaded."""
    names: list[str] = []

    def fetch_all(requested: list[str], on_progress: object) -> dict[str, Path]:
        names.extend(requested)
        return {name: Path(name) for name in requested}

    monkeypatch.setattr(fetching, "fetch_all", fetch_all)
    return names


def missing(name: str) -> MissingWeights:
    with pytest.raises(MissingWeights) as caught:
        weights.path(name)
    return caught.value


def run_advice(error: MissingWeights) -> int:
    command = COMMAND.search(str(error))
    assert command, error
    return cli.main(command[1].split())


@pytest.mark.parametrize("name", list(weights.WEIGHTS))
def test_advice_for_every_weight_fetches_it(models: Path, fetched: list[str], name: str) -> None:
    assert run_advice(missing(name)) == 0
    assert name in fetched


@pytest.mark.parametrize("model", list(MODELS))
def test_advice_for_every_model_fetches_its_weights(models: Path, fetched: list[str], model: str) -> None:
    for name in MODELS[model].weights:
        assert run_advice(missing(name)) == 0
    assert set(MODELS[model].weights) <= set(fetched)


@pytest.mark.parametrize("model", list(MODELS))
def test_name_of_a_model_fetches_all_its_weights(fetched: list[str], model: str) -> None:
    assert cli.main(["models", "fetch", model]) == 0
    assert fetched == list(MODELS[model].weights)


def test_name_of_a_weight_fetches_only_that_file(fetched: list[str]) -> None:
    assert cli.main(["models", "fetch", "yolov3-tiny-cfg", "coco-names"]) == 0
    assert fetched == ["yolov3-tiny-cfg", "coco-names"]


def test_a_model_and_one_of_its_weights_are_fetched_once(fetched: list[str]) -> None:
    assert cli.main(["models", "fetch", "coco-names", "yolov3-tiny"]) == 0
    assert sorted(fetched) == sorted(MODELS["yolov3-tiny"].weights)


def test_all_fetches_every_weight_of_the_manifest(fetched: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pose_demo.estimators.is_supported", lambda name: True)
    assert cli.main(["models", "fetch", "--all"]) == 0
    assert set(fetched) == set(weights.WEIGHTS)


def test_all_fetches_nothing_for_models_whose_package_is_missing(
    fetched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pose_demo.estimators.is_supported", lambda name: not name.startswith(("rtm", "mediapipe")))
    assert cli.main(["models", "fetch", "--all"]) == 0
    not_fetched = set(weights.WEIGHTS) - set(fetched)
    assert not_fetched == {"rtmpose-t", "rtmpose-s", "rtmo-t"}  # the files of MediaPipe are also those of BlazePose


def test_error_for_an_unknown_name_lists_models_and_weights(
    fetched: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["models", "fetch", "resnet"]) == 2
    message = capsys.readouterr().err
    assert "'resnet'" in message
    assert all(name in message for name in (*MODELS, *weights.WEIGHTS))
    assert fetched == []


# --- texts for visitors -----------------------------------------------------------------------------------------


def not_downloaded(models: Path) -> None:
    pass


def damaged(models: Path) -> None:
    (models / "net.tflite").write_bytes(b"damaged")


def unreadable(models: Path) -> None:
    (models / "net.tflite").mkdir()


@pytest.mark.parametrize("prepare", [not_downloaded, damaged, unreadable])
@pytest.mark.parametrize("function", [weights.path, fetching.fetch])
def test_public_message_hides_paths_commands_and_variables(
    models: Path, add_weight: AddWeight, prepare: Callable[[Path], None], function: Callable[[str], Path]
) -> None:
    add_weight("net", Source("https", "http://127.0.0.1:9/net"))
    prepare(models)
    with pytest.raises(MissingWeights) as caught:
        function("net")
    check_public_message(caught.value, models)
    assert "python -m pose_demo models fetch net" in str(caught.value)


def test_public_message_of_a_models_folder_that_cannot_be_created(
    models: Path, add_weight: AddWeight, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_weight("net")
    (models / "file").write_bytes(b"")
    monkeypatch.setenv("POSE_DEMO_MODELS", str(models / "file" / "models"))
    with pytest.raises(MissingWeights, match="cannot be used") as caught:
        fetching.fetch("net")
    check_public_message(caught.value, models)


def test_error_of_fetch_all_has_a_public_message(models: Path, add_weight: AddWeight) -> None:
    add_weight("net", Source("https", "http://127.0.0.1:9/net"))
    error = fetching.fetch_all(["net"])["net"]
    assert isinstance(error, MissingWeights)
    check_public_message(error, models)


@pytest.mark.parametrize("name", list(weights.WEIGHTS))
def test_public_message_names_the_file_of_every_weight(models: Path, name: str) -> None:
    error = missing(name)
    check_public_message(error, models)
    assert weights.WEIGHTS[name].file in error.public_message


def test_progress_messages_hide_paths_and_variables(
    models: Path, add_weight: AddWeight, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_weight("net", Source("https", "http://127.0.0.1:9/net"))
    monkeypatch.setenv("POSE_DEMO_MODELS_MIRROR", str(models / "mirror"))
    steps: list[fetching.Progress] = []
    with pytest.raises(MissingWeights):
        fetching.fetch("net", steps.append)
    assert {step.message for step in steps} == {"trying", "failed"}
    assert any(str(models) in step.reason for step in steps)


def check_public_message(error: MissingWeights, models: Path) -> None:
    message = error.public_message
    assert "model file" in message and "administrator" in message
    assert not any(text in message for text in (str(models), "/", "\\", "`", "python", "POSE_DEMO", "http", "\n"))
    assert len(message) < 150
