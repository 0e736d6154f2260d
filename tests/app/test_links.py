"""Links and settings files: what they contain opens again, also with the names of earlier versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from pose_demo.effects import EFFECTS
from pose_demo.fields import specs
from pose_demo.settings import Settings
from pose_demo.ui.state import SPECS, effect_key

APP = str(Path(__file__).parents[2] / "app.py")

# Links of an earlier version, and their settings under the current names.
OLD_LINKS = {
    "?background.behind=colour&background.colour=%23336699": {
        "background.mode": "color",
        "background.color": "#336699",
    },
    "?background.behind=picture&names=true": {"background.mode": "image", "keypoint_names": "true"},
    "?model=blazepose-full&background.behind=blur&background.softness=8&background.steadiness=0.5": {
        "model": "blazepose-full",
        "background.mode": "blur",
        "background.feather": "8",
        "background.temporal_smoothing": "0.5",
    },
    "?background.behind=person-only&background.source=knn&background.knn_history=200": {
        "background.mode": "person-only",
        "background.mask_source": "knn",
        "background.knn_history": "200",
    },
    "?hold.fps=12&hold.lighter=true": {"frame_rate.target": "12", "frame_rate.lighter_model": "true"},
    "?hold.on=false&readout=true": {"frame_rate.adapt": "false", "show_fps": "true"},
    "?smooth.watch=left_wrist&smooth.cutoff=2": {"smooth.plot": "left_wrist", "smooth.min_cutoff": "2"},
    "?smooth.watch=off&detector=off&model=movenet-thunder": {"model": "movenet-thunder", "detector": "none"},
    "?model=yolov3-tiny&box_overlap=0.4&all_classes=true": {
        "model": "yolov3-tiny",
        "nms_iou_threshold": "0.4",
        "all_classes": "true",
    },
    "?effects=colours(space=grey)%2Bglasses(ratio=2)": {"effects": "color-space+glasses(ratio=2)"},
    "?effects=colours(space=hsv)+glasses(ratio=3)": {"effects": "color-space(space=hsv)+glasses"},
    "?effects=skeleton-only(colour=%23ff0000)": {"effects": "skeleton-only(color=#ff0000)"},
    "?effects=pixelate(nobody=hide,shape=square)": {"effects": "pixelate(shape=square,no_detection=hide)"},
    "?effects=trails(joints=left_wrist,right_wrist)%2Bside-by-side(place=below)": {
        "effects": "trails(keypoints=left_wrist,right_wrist)+side-by-side(position=below)"
    },
    "?source=Photo&model=movenet-thunder&confidence=0.45&match.reference=t-pose&match.similarity=0.62"
    "&match.ignore=hips,left+thigh&background.behind=colour&effects=canny(low=100)%2Bglasses&mirror=on&thickness=1.5": {
        "source": "Photo",
        "model": "movenet-thunder",
        "confidence": "0.45",
        "match.reference": "t-pose",
        "match.similarity": "0.62",
        "match.ignore": "hips,left thigh",
        "background.mode": "color",
        "effects": "canny(low=100)+glasses",
        "mirror": "on",
        "thickness": "1.5",
    },
    "?source=Sample+dancer&scene=duo&detector=movenet-multipose&smooth.watch=nose": {
        "source": "Sample dancer",
        "scene": "duo",
        "detector": "movenet-multipose",
        "smooth.plot": "nose",
    },
}

OLD_FILES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"background.behind": "colour", "background.colour": "#123456", "background.softness": 10, "names": True},
        {"background.mode": "color", "background.color": "#123456", "background.feather": 10, "keypoint_names": True},
    ),
    (
        {"hold.fps": 12, "hold.lighter": True, "smooth.watch": "nose", "smooth.cutoff": 2.0, "detector": "off"},
        {
            "frame_rate.target": 12,
            "frame_rate.lighter_model": True,
            "smooth.plot": "nose",
            "smooth.min_cutoff": 2.0,
            "detector": "none",
        },
    ),
    (
        {"effects": [{"name": "colours", "space": "grey"}, {"name": "pixelate", "nobody": "hide"}], "readout": True},
        {
            "effects": [{"name": "color-space", "space": "gray"}, {"name": "pixelate", "no_detection": "hide"}],
            "show_fps": True,
        },
    ),
    ({"model": "yolov3-tiny", "box_overlap": 0.4}, {"model": "yolov3-tiny", "nms_iou_threshold": 0.4}),
]


def _open(parameters: dict[str, str]) -> AppTest:
    page = AppTest.from_file(APP, default_timeout=60)
    for name, text in parameters.items():
        page.query_params[name] = text
    return page.run()


def _address(page: AppTest) -> dict[str, str]:
    values = page.query_params.items()
    return {name: value if isinstance(value, str) else value[0] for name, value in values}


def _state(page: AppTest) -> dict[str, Any]:
    """The values of all settings, options of effects included."""
    options = [effect_key(name, option) for name, effect in EFFECTS.items() for option in specs(effect)]
    return {name: page.session_state[name] for name in [*SPECS, *options, "source", "scene"]}


@pytest.mark.parametrize("link", list(OLD_LINKS))
def test_an_old_link_opens_the_same_page_as_its_current_form(link):
    old, current = _open(dict(parse_qsl(link[1:]))), _open(OLD_LINKS[link])
    assert not old.exception and not old.toast
    assert _address(old) == _address(current) == OLD_LINKS[link]
    assert _state(old) == _state(current)


@pytest.mark.parametrize(("old", "current"), OLD_FILES, ids=[", ".join(old) for old, _ in OLD_FILES])
def test_an_old_settings_file_opens_the_same_page(old, current):
    page = AppTest.from_file(APP, default_timeout=60)
    page.session_state["share"] = True
    page.run().file_uploader(key="settings-file").set_value(
        ("settings.json", json.dumps(old).encode(), "application/json")
    ).run()
    assert not page.exception and not page.error
    assert _address(page) == Settings.from_dict(current).texts()


SETTINGS = {
    "model": "movenet-thunder",
    "confidence": "0.45",
    "person_confidence": "0.35",
    "match.reference": "t-pose",
    "match.similarity": "0.62",
    "match.ignore": "hips,left thigh",
    "background.mode": "color",
    "background.color": "#336699",
    "effects": "canny(low=100)+glasses",
    "mirror": "on",
    "keypoint_names": "true",
    "thickness": "1.5",
}


def test_a_link_opens_the_same_settings():
    page = _open({**SETTINGS, "source": "Photo"})
    assert not page.exception
    assert page.segmented_control(key="source").value == "Photo"
    assert _address(page) == {**SETTINGS, "source": "Photo"}


def test_invalid_parameters_are_ignored_with_a_message():
    page = _open({"confidence": "nan", "utm_source": "newsletter", "keypoint_names": "true"})
    assert not page.exception
    first, second = (toast.value for toast in page.toast)
    assert "confidence: expected a number from" in first and "'utm\\_source'" in second
    assert set(page.query_params) == {"keypoint_names"}


def test_a_link_to_a_scene_opens_that_scene():
    page = _open({"source": "Sample dancer", "scene": "duo"})
    assert page.segmented_control(key="scene").value == "duo"
    for source in ("Photo", "Sample dancer"):
        page.segmented_control(key="source").set_value(source).run()
    assert page.segmented_control(key="scene").value == "duo"
