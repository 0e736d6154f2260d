"""Results that were made with other settings."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from pose_demo.matching import library
from pose_demo.offline.match_report import MatchReport
from pose_demo.offline.run import RunReport
from pose_demo.plan import Uploads
from pose_demo.settings import Settings
from pose_demo.ui.panels.results import _figures, _listed, differences


def job(uploads: Uploads | None = None, **settings: object) -> SimpleNamespace:
    return SimpleNamespace(settings=Settings.from_dict(settings), uploads=uploads or Uploads())


def test_the_same_settings_have_no_differences():
    assert differences(job(), Settings(), Uploads()) == []
    assert differences(job(**{"frame_rate.target": 12}), Settings(), Uploads()) == []  # of the live stream only


def test_differences_are_named_like_the_controls():
    made = job(model="movenet-thunder", skeleton=False, confidence=0.5, **{"match.ignore": ["left side"]})
    assert differences(made, Settings(), Uploads()) == [
        "Keypoint confidence 0.5 instead of 0.3",
        "Model MoveNet Thunder instead of MoveNet Lightning",
        "Limbs to ignore left side instead of none",
        "Skeleton off instead of on",
    ]


def test_another_upload_is_a_difference_where_it_is_used():
    own, image = {"match.reference": "own", "background.mode": "image"}, np.zeros((4, 4, 3), np.uint8)
    now = Uploads(reference=library.load("star"), background=image)
    assert differences(job(**own), Settings.from_dict(own), now) == [
        "another own reference pose",
        "another background image",
    ]
    assert differences(job(now, **own), Settings.from_dict(own), now) == []
    assert differences(job(), Settings(), now) == []


def test_another_image_of_an_effect_is_a_difference():
    images = [Uploads(images={"glasses": np.zeros((4, 4, 4), np.uint8)}) for _ in range(2)]
    glasses = {"effects": [{"name": "glasses"}]}
    assert differences(job(images[0], **glasses), Settings.from_dict(glasses), images[1]) == [
        "another image of an effect"
    ]
    assert differences(job(images[0], **glasses), Settings.from_dict(glasses), images[0]) == []
    assert differences(job(images[0]), Settings(), images[1]) == []


def test_many_differences_are_counted():
    assert _listed(["a", "b", "c"]) == "a; b; c"
    assert _listed(["a", "b", "c", "d", "e"]) == "a; b; c; and 2 more"


def test_the_share_of_frames_that_match_is_shown_with_a_reference_pose_only():
    report = RunReport("movenet-lightning", 8, 6, milliseconds=[10.0, 12.0])
    assert _figures(report) == "8 frames · 6 with a person · median 11.0 ms"
    report.match = MatchReport(frames=8, matching=2)
    assert _figures(report).endswith("median 11.0 ms · a match in 25 % of the frames")
