"""Jitter of a person who stands still and lag of a person who dances, with the default settings.

Baseline: jitter (mean second difference in % of the body size) raw .134 for blazepose-full, .146 for movenet-thunder
and .318 for movenet-lightning, smoothed .007, .008 and .029; without the filter of BlazePose's ROI raw .213. Smoothed
keypoints have a lag of 13 ms. Masks change from frame to frame by .0056 of their area (BlazePose's own) and .0034
(selfie segmentation; .0069 if its crop is not held).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from models import needs
from pose_demo import sample
from pose_demo.estimators import EstimatorOptions
from pose_demo.estimators.blazepose import BlazePose, load_networks
from pose_demo.fields import NONE
from pose_demo.live import cpu
from pose_demo.offline.mask_evaluation import mask_flicker
from pose_demo.pipeline import Pipeline
from pose_demo.plan import LoadedModel, Plan, prepare
from pose_demo.settings import Settings
from pose_demo.tracking.smoothing import SmoothingOptions
from pose_demo.types import Frame

BODY = slice(5, 17)  # the face can be occluded
RAW = SmoothingOptions(on=False)


@cache
def standing_still():
    """One second of one image with camera noise (4 gray levels)."""
    image, rng = sample.frame(30).image.astype(np.float32), np.random.default_rng(1)
    noisy = (image + rng.normal(0, 4, image.shape) for _ in range(30))
    return [Frame(each.clip(0, 255).astype(np.uint8), index / 30) for index, each in enumerate(noisy)]


@cache
def dancing():
    return [sample.frame(index) for index in range(90)]


@cache
def standing_still_raw(model):
    """Without smoothing."""
    return estimated(model, standing_still(), smooth=RAW)


def poses(plan, frames):
    """The one person of each frame, from the whole pipeline."""
    pipeline = Pipeline()
    with plan:
        found = [pipeline.process(frame, plan).estimate.poses for frame in frames]
    assert all(len(persons) == 1 for persons in found)
    return [person for (person,) in found]


def estimated(model, frames, **settings):
    needs(model)
    return poses(prepare(Settings(model=model, **settings), threads=cpu.cores()), frames)


def jitter(poses):
    xy = np.array([pose.xy for pose in poses[10:]])
    body = np.median([np.hypot(*np.ptp(points, axis=0)) / 1.2 for points in xy])
    return 100 * np.abs(np.diff(xy, 2, axis=0)).mean() / body


def lag(poses, ground_truth):
    """The time shift of the ground truth with the least error, in frames."""
    found, true = (np.array([pose.as_coco().xy[BODY] for pose in track]) for track in (poses, ground_truth))
    shifts, last = np.arange(0, 6, 0.1), len(true) - 1
    at = np.arange(20, last - 1)[None] - shifts[:, None]
    whole, part = np.floor(at).astype(int), (at % 1)[..., None, None]
    moved = true[whole] * (1 - part) + true[whole + 1] * part
    return shifts[np.argmin(np.square(moved - found[20 : last - 1]).sum(axis=(1, 2, 3)))]


@pytest.mark.parametrize("model", ["blazepose-full", "movenet-thunder"])
def test_smoothing_reduces_the_jitter_of_a_person_at_rest(model):
    before = jitter(standing_still_raw(model))
    after = jitter(estimated(model, standing_still()))
    assert after < 0.1 and after < before / 2


def test_the_roi_filter_reduces_the_jitter():
    filtered = standing_still_raw("blazepose-full")
    assert jitter(filtered) < 0.8 * jitter(poses(plan_without_roi_filter(), standing_still()))


def plan_without_roi_filter():
    settings = Settings(model="blazepose-full", smooth=RAW)
    estimator = BlazePose(*load_networks("full"), smooth_roi=False)
    loaded = LoadedModel(estimator=estimator, model=settings.model, detector=NONE, options=EstimatorOptions())
    return Plan(settings=settings, pose=loaded)


@pytest.mark.parametrize("model", ["blazepose-full", "movenet-thunder"])
def test_the_lag_of_a_dancer_is_under_60_ms(model):
    ground_truth = [sample.ground_truth(index)[0] for index in range(90)]
    assert lag(estimated(model, dancing(), smooth=RAW), ground_truth) < 0.5
    assert lag(estimated(model, dancing()), ground_truth) / sample.FPS < 0.060


def test_the_mask_of_a_person_at_rest_flickers_no_more_than_that_of_blazepose():
    images = [sample.frame(index).image for index in (30, 90)]
    assert flicker("movenet-lightning", images) < flicker("blazepose-full", images)


def flicker(model, images):
    needs(model)
    needs("selfie-segmentation")
    with prepare(Settings.from_dict({"model": model, "background.mode": "blur"}), threads=cpu.cores()) as plan:
        return np.mean([mask_flicker(image, plan) for image in images])
