"""Settings: round trips through JSON and texts, and every kind of invalid input."""

import json

import pytest

from pose_demo.estimators import MODELS
from pose_demo.fields import specs, values
from pose_demo.settings import Settings
from pose_demo.types import InputError


def test_defaults_survive_json():
    assert Settings.from_json(json.dumps(Settings().to_dict())) == Settings()


@pytest.mark.parametrize("model", MODELS)
def test_every_model_survives_json(model):
    settings = Settings(model=model, confidence=0.75, mirror="on", keypoint_names=True)
    assert Settings.from_json(json.dumps(settings.to_dict()).encode()) == settings


EVERY_KIND = {
    "model": "movenet-thunder",
    "confidence": 0.75,
    "show_fps": True,
    "max_people": 3,
    "match.similarity": 0.9,
    "background.mode": "blur",
    "background.color": "#102030",
    "effects": [{"name": "canny"}],
}


def test_every_kind_of_setting_survives_json_and_texts():
    settings = Settings.from_dict(EVERY_KIND)
    assert settings.changes().keys() == EVERY_KIND.keys()
    assert Settings.from_json(json.dumps(settings.to_dict())) == settings
    assert Settings.from_texts(settings.texts()) == settings


def test_the_changes_alone_restore_the_settings():
    settings = Settings(confidence=0.7, skeleton=False)
    assert settings.changes() == {"confidence": 0.7, "skeleton": False}
    assert Settings.from_dict(settings.changes()) == settings


def test_equal_settings_have_equal_hashes():
    assert len({Settings(), Settings(confidence=0.3), Settings(confidence=0.4)}) == 2


@pytest.mark.parametrize("name", specs(Settings))
def test_every_default_is_within_its_limits_and_has_a_help_text(name):
    spec = specs(Settings)[name]
    default = values(Settings())[name]
    assert spec.validate(name, default) == default
    assert spec.label and spec.help


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '"movenet-thunder"',
        "<html>",
        b"\xff\xfe\x00",
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"confidence": NaN}',
        '{"confidence": Infinity}',
        '{"confidence": -0.1}',
        '{"confidence": 1e999}',
        '{"confidence": 1' + "0" * 400 + "}",
        '{"confidence": 1' + "0" * 5000 + "}",
        '{"confidence": "0.5"}',
        '{"confidence": true}',
        '{"confidence": null}',
        '{"skeleton": 1}',
        '{"model": "resnet"}',
        '{"model": ["movenet-thunder"]}',
        '{"model": "\\ud800"}',
        '{"modell": "movenet-thunder"}',
        '{"": 1}',
        '{"confidence": 0.5, "x": "' + "x" * 1_000_000 + '"}',
    ],
    ids=lambda text: repr(text[:24]),
)
def test_invalid_json_is_refused(text):
    with pytest.raises(InputError) as refusal:
        Settings.from_json(text)
    assert len(str(refusal.value)) < 1000


def test_texts_override_json_values():
    settings = Settings.from_texts({"confidence": "0.9"}, {"confidence": 0.1, "keypoint_names": True})
    assert (settings.confidence, settings.keypoint_names) == (0.9, True)


def test_a_text_for_an_unknown_setting_is_refused():
    with pytest.raises(InputError, match="unknown option 'speed'"):
        Settings.from_texts({"speed": "9"})


def test_a_link_keeps_every_digit():
    settings = Settings.from_dict({"confidence": 0.001953125, "smooth.beta": 0.1})
    assert settings.texts() == {"confidence": "0.001953125", "smooth.beta": "0.1"}
    assert Settings.from_texts(settings.texts()) == settings
