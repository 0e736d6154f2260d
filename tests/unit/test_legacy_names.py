"""Old names of settings: every entry of the tables leads to a current name and value."""

import json

import pytest

from pose_demo import legacy_names
from pose_demo.effects import EFFECTS
from pose_demo.fields import specs
from pose_demo.settings import Settings

OLD_FILE = {
    "model": "movenet-thunder",
    "box_overlap": 0.4,
    "names": True,
    "readout": True,
    "detector": "off",
    "hold.on": False,
    "hold.fps": 12,
    "hold.lighter": True,
    "smooth.cutoff": 0.5,
    "smooth.watch": "left_wrist",
    "background.behind": "colour",
    "background.source": "knn",
    "background.softness": 7,
    "background.steadiness": 0.5,
    "background.colour": "#336699",
    "effects": [
        {"name": "colours", "space": "grey"},
        {"name": "skeleton-only", "colour": "#ff0000"},
        {"name": "pixelate", "nobody": "hide"},
        {"name": "trails", "joints": ["nose"]},
        {"name": "side-by-side", "place": "below"},
    ],
}


@pytest.mark.parametrize(("old", "new"), legacy_names.SETTINGS.items())
def test_every_old_setting_has_a_current_name(old, new):
    assert new in specs(Settings) and old not in specs(Settings)


def test_every_old_effect_and_option_has_a_current_name():
    assert all(new in EFFECTS and old not in EFFECTS for old, new in legacy_names.EFFECTS.items())
    for (effect, old), new in legacy_names.EFFECT_OPTIONS.items():
        assert new in specs(EFFECTS[effect]) and old not in specs(EFFECTS[effect])


def test_every_old_value_has_a_current_value():
    known = specs(Settings) | {
        f"{name}.{option}": spec for name, effect in EFFECTS.items() for option, spec in specs(effect).items()
    }
    for (name, old), new in legacy_names.VALUES.items():
        assert new in known[name].options and old not in known[name].options


def test_an_old_settings_file_opens_with_the_current_names():
    settings = Settings.from_json(json.dumps(OLD_FILE))
    assert (settings.nms_iou_threshold, settings.keypoint_names, settings.show_fps) == (0.4, True, True)
    assert (settings.detector, settings.smooth.plot, settings.smooth.min_cutoff) == ("none", "left_wrist", 0.5)
    rate, background = settings.frame_rate, settings.background
    assert (rate.adapt, rate.target, rate.lighter_model) == (False, 12, True)
    assert (background.mode, background.mask_source, background.color) == ("color", "knn", "#336699")
    assert (background.feather, background.temporal_smoothing) == (7, 0.5)
    assert settings.texts()["effects"] == (
        "color-space+skeleton-only(color=#ff0000)+pixelate(no_detection=hide)+trails(keypoints=nose)"
        "+side-by-side(position=below)"
    )
    assert settings.changes().keys() & legacy_names.SETTINGS.keys() == set()


def test_old_texts_are_translated_like_old_files():
    texts = {name: str(value).lower() for name, value in OLD_FILE.items() if name != "effects"}
    texts["effects"] = (
        "colours(space=grey)+skeleton-only(colour=#ff0000)+pixelate(nobody=hide)+trails(joints=nose)"
        "+side-by-side(place=below)"
    )
    assert Settings.from_texts(texts) == Settings.from_dict(OLD_FILE)


def test_a_current_name_wins_over_an_old_one():
    assert Settings.from_dict({"names": True, "keypoint_names": False}).keypoint_names is False
    assert Settings.from_dict({"keypoint_names": False, "names": True}).keypoint_names is False
