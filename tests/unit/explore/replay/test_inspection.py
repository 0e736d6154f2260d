"""The errors of joints and frames."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from pose_demo.explore.replay.inspection import Inspection, inspect
from pose_demo.explore.spec import Point
from pose_demo.metrics.alignment import align
from pose_demo.settings import Settings
from pose_demo.skeletons import COCO_17
from pose_demo.types import Pose

WRIST = COCO_17.index("left_wrist")
FPS, COUNT = 10, 40


def _truth() -> Pose:
    xy = np.random.default_rng(0).uniform(100, 300, (17, 2)).astype(np.float32)
    return Pose(COCO_17, xy, np.ones(17, np.float32), 1.0, track_id=0)


def _moved(pose: Pose, joint: int, pixels: float) -> Pose:
    xy = pose.xy.copy()
    xy[joint, 0] += pixels
    return Pose(COCO_17, xy, pose.scores, 1.0, track_id=0)


def _inspect(poses: list[tuple[Pose, ...]]) -> Inspection:
    truth = [(_truth(),)] * len(poses)
    alignment = align(poses, truth, [i / FPS for i in range(len(poses))], [len(each) for each in poses])
    evaluator = SimpleNamespace(alignment=lambda settings: alignment)
    context = SimpleNamespace(evaluator=lambda store, inference: evaluator)
    return inspect(context, None, Point({}, Settings()))  # type: ignore[arg-type]


def test_exact_keypoints_have_no_error():
    found = _inspect([(_truth(),)] * COUNT)
    assert found.error == (0.0,) * 17 and found.missed == (0.0,) * 17 and found.worst == ()


def test_a_joint_that_is_off_is_missed():
    poses = [(_moved(_truth(), WRIST, 400.0 if i % 4 == 0 else 0.0),) for i in range(COUNT)]
    found = _inspect(poses)
    assert found.missed[WRIST] == pytest.approx(0.25)
    assert sum(value or 0 for value in found.missed) == pytest.approx(0.25)


def test_the_worst_frames_have_most_errors_and_lie_apart():
    poses = [(_truth(),)] * COUNT
    poses[20] = poses[21] = ()
    poses[30] = (_moved(_truth(), WRIST, 400.0),)
    assert _inspect(poses).worst == (20, 30)


def test_a_person_who_is_never_detected_has_no_distance():
    found = _inspect([()] * COUNT)
    assert found.error == (None,) * 17 and found.missed == (1.0,) * 17


def test_nothing_is_known_without_keypoints():
    context = SimpleNamespace(evaluator=lambda store, inference: SimpleNamespace(alignment=lambda settings: None))
    assert inspect(context, None, Point({}, Settings())) == Inspection()  # type: ignore[arg-type]


def test_an_inspection_survives_json():
    found = Inspection((1.0, None), (0.5, None), (3,))
    assert Inspection.from_dict({name: list(value) for name, value in found.to_dict().items()}) == found
