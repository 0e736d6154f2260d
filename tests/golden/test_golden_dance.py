"""A take in golden images: the three layouts, a teacher without pictures, the count-in and a reason."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from pose_demo import dance_overlay, overlay
from pose_demo.dance import reasons
from pose_demo.dance.dance_plan import DancePlan
from pose_demo.dance.evaluation import Evaluation
from pose_demo.dance.group import Group
from pose_demo.dance.live_group import DancerState
from pose_demo.dance.live_options import LAYOUTS, DanceAlongOptions
from pose_demo.dance.matcher import DanceState
from pose_demo.dance.pictures import PictureEncoder
from pose_demo.dance.reference import DanceReference
from pose_demo.dance.schedule import Moment
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.teacher import Teacher
from pose_demo.matching.ghost import aligned_pose
from pose_demo.settings import Settings
from pose_demo.types import Estimate, Frame

_SIZE = 320, 240
_ERRORS = {"left upper arm": 5.0, "left forearm": 8.0, "right upper arm": 25.0, "right forearm": 55.0}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout(layout, scene, golden):
    golden(f"dance-{layout}", _drawn(scene, layout, Evaluation(timing_ms=140.0, form=0.83, limbs=_ERRORS)))


def test_a_teacher_without_pictures_who_counts_in(scene, golden):
    moment = Moment(phase="count-in", position=0.0, count=3)
    golden("dance-count-in", _drawn(scene, "beside", Evaluation(), moment, pictures=False))


def test_a_reason(scene, golden):
    golden("dance-reason", _drawn(scene, "ghost", Evaluation(reason=reasons.NOBODY)))


def test_two_dancers(scene, golden):
    """Left and right of the person in the scene, half as large."""
    image = np.asarray(cv2.resize(scene.context.frame.image, _SIZE, interpolation=cv2.INTER_CUBIC), np.uint8)
    (pose,) = scene.context.poses
    poses = [
        replace(pose, xy=pose.xy * np.float32(1.3) + np.float32([x, 70]), track_id=1, box=None) for x in (-40, 150)
    ]
    evaluations = Evaluation(timing_ms=140.0, form=0.83, limbs=_ERRORS), Evaluation(timing_ms=0.0, form=0.55)
    dancers = [DancerState(number=k + 1, person=k, evaluation=it) for k, it in enumerate(evaluations)]
    sequence = PoseSequence.from_poses([0.0, 10.0], [pose, pose], _SIZE)
    plan = DancePlan(teacher=Teacher(DanceReference("teacher", (sequence,))), options=DanceAlongOptions(layout="ghost"))
    state = DanceState(
        moment=Moment(phase="dance", position=4.0),
        start=0.0,
        end=10.0,
        evaluation=evaluations[0],
        person=0,
        dancers=tuple(dancers),
        group=Group(pairs=(), lags_ms=(), synchrony=0.87),
        teachers=(pose,),
    )
    overlay.draw(image, Estimate(tuple(poses)), Settings(), limb_errors=state.limb_errors)
    golden("dance-two", dance_overlay.draw(image, state, plan, Settings(), {}, poses))


def _drawn(scene, layout, evaluation, moment=None, pictures=True):
    image = np.asarray(cv2.resize(scene.context.frame.image, _SIZE, interpolation=cv2.INTER_CUBIC), np.uint8)
    (pose,) = scene.context.poses
    dancer = replace(pose, xy=pose.xy * 2)
    teacher = dancer.mirrored(_SIZE[0])
    sequence = PoseSequence.from_poses([0.0, 10.0], [teacher, teacher], _SIZE)
    encoder = PictureEncoder()
    encoder.add(Frame(np.asarray(cv2.flip(image, 1), np.uint8)))
    plan = DancePlan(
        teacher=Teacher(DanceReference("teacher", (sequence,)), encoder.pictures if pictures else None),
        options=DanceAlongOptions(layout=layout),
    )
    state = DanceState(
        moment=moment or Moment(phase="dance", position=4.0),
        start=0.0,
        end=10.0,
        evaluation=evaluation,
        person=0,
        teachers=(teacher,),
        ghost=aligned_pose(teacher, dancer, 0.3),
    )
    settings = Settings()
    dance_overlay.draw_ghost(image, state, plan, settings)
    overlay.draw(image, Estimate((dancer,)), settings, limb_errors=state.limb_errors)
    return dance_overlay.draw(image, state, plan, settings, {})
