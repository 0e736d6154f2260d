"""URL parameters and command lines."""

from __future__ import annotations

import pytest

from pose_demo.plan import Uploads
from pose_demo.settings import Settings
from pose_demo.ui.share import command, parse


def test_invalid_parameters_are_reported_and_the_others_kept():
    settings, problems = parse({"confidence": "2", "model": "movenet-thunder", "no_such": "1"})
    assert settings == Settings(model="movenet-thunder")
    assert len(problems) == 2 and "confidence" in problems[0] and "there is no setting 'no_such'" in problems[1]


def test_old_names_are_translated():
    settings, problems = parse({"names": "true", "background.behind": "colour"})
    assert not problems and settings == Settings.from_dict({"keypoint_names": True, "background.mode": "color"})


@pytest.mark.parametrize(
    ("settings", "source", "scene", "expected"),
    [
        ({}, "Photo", "solo", "run PHOTO.jpg --model movenet-lightning --output OUT.png"),
        ({}, "Webcam", "solo", "run VIDEO.mp4 --model movenet-lightning --set mirror=on --output OUT.mp4"),
        ({}, "Sample dancer", "duo", "run sample:duo --model movenet-lightning --output OUT.mp4"),
        (
            {"dance.reference": "own", "dance.speed": 0.7},
            "Webcam",
            "solo",
            "run VIDEO.mp4 --model movenet-lightning --reference DANCE.json --set mirror=on --output OUT.mp4",
        ),
        (
            {"match.reference": "own"},
            "Photo",
            "solo",
            "run PHOTO.jpg --model movenet-lightning --reference POSE.json --output OUT.png",
        ),
    ],
)
def test_the_command_line_has_the_same_settings(settings, source, scene, expected):
    assert command(Settings.from_dict(settings), source, scene) == f"python -m pose_demo {expected}"


def test_the_command_line_names_the_images_of_chosen_effects():
    uploads = Uploads(images={"glasses": None})
    chosen = Settings.from_dict({"effects": [{"name": "glasses"}]})
    assert "--glasses GLASSES.png" in command(chosen, "Photo", uploads=uploads)
    assert "--glasses" not in command(Settings(), "Photo", uploads=uploads)
