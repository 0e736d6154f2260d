"""The measures of two sides over the last frames."""

import numpy as np
import pytest
from fakes import pose_at

from pose_demo.metrics.comparison import ComparisonMeter, SideFrame
from pose_demo.skeletons import COCO_17
from pose_demo.types import Pose


def person(dx=0.0):
    xy = np.random.default_rng(1).uniform(0, 60, (17, 2))
    xy[[5, 6]], xy[[11, 12]] = ((20, 10), (40, 10)), ((20, 60), (40, 60))  # a torso of 50 pixels
    xy[9, 0] += dx
    return Pose(COCO_17, xy.astype(np.float32), np.full(17, 0.9, np.float32), track_id=1)


def test_there_is_nothing_before_the_first_frame():
    assert ComparisonMeter().summary is None


def test_each_side_has_its_median_time_and_the_frame_rate_it_would_reach_alone():
    meter = ComparisonMeter()
    for a, b in ((10, 50), (20, 40), (900, 30)):
        meter.add(SideFrame((), 0.3, a), SideFrame((), 0.3, b))
    summary = meter.summary
    assert (summary.a.ms, summary.b.ms) == (20, 40)
    assert (summary.a.fps, summary.b.fps) == (50, 25)
    assert summary.frames == 3 and summary.disagreement is None


def test_the_disagreement_is_the_median_over_the_frames():
    meter = ComparisonMeter()
    totals = [meter.add(SideFrame((person(),), 0.3, 1), SideFrame((person(dx),), 0.3, 1)).total for dx in (5, 10, 17)]
    assert totals == pytest.approx([10 / 17, 20 / 17, 2], abs=1e-4)
    assert meter.summary.joints[9] == pytest.approx(20, abs=1e-3) and meter.summary.joints[0] == 0
    assert meter.summary.disagreement == pytest.approx(20 / 17, abs=1e-4)


def test_the_jitter_is_that_of_each_side():
    meter = ComparisonMeter()
    for dx in (0, 6, 0, 6):
        meter.add(SideFrame((person(),), 0.3, 1), SideFrame((person(dx),), 0.3, 1))
    assert meter.summary.a.jitter == 0 and meter.summary.b.jitter > 0.1


def test_a_model_without_keypoints_has_no_disagreement():
    meter = ComparisonMeter()
    assert meter.add(SideFrame((pose_at((1, 1)),), 0.3, 1), SideFrame(None, 0.3, 2)).total is None
    assert meter.summary.disagreement is None and meter.summary.b.ms == 2 and not len(meter.summary.joints)


def test_old_frames_are_left_out():
    meter = ComparisonMeter(window=2)
    for milliseconds in (100, 100, 4, 4):
        meter.add(SideFrame((), 0.3, milliseconds), SideFrame((), 0.3, milliseconds))
    assert meter.summary.a.ms == 4 and meter.summary.frames == 4
