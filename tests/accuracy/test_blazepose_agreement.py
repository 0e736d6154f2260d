"""BlazePose on LiteRT against Google's own package: same weights, so the same people, keypoints and masks.

None of the mistakes one can make here crashes, and most of them keep a plausible skeleton: a wrong border moves the
median keypoint by half a percent of the body. So the limits are narrow. Measured when it was written (OpenCV 4.14,
which like MediaPipe resamples in steps of 1/32 pixel), keypoints apart in percent of body size, median / 95th
percentile, and mask IoU, median / least: drawn .002 / .008, .9997 / .9994; photos .010 / .23, .9993 / .9896.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice

import cv2
import numpy as np
import pytest
from at_hand import loaded, needs

from pose_demo import sample
from pose_demo.estimators.blazepose import BlazePose, nets
from pose_demo.media import read_image
from pose_demo.settings import Settings
from pose_demo.smoothing import OneEuro
from pose_demo.types import Frame
from pose_demo.video import VideoReader

SETTINGS = Settings(person_confidence=0.5)  # what MediaPipe starts from
FRAME_SIZES = (640, 480), (1280, 720), (480, 640), (320, 240)
TILTS = -120, -60, -30, -15, 15, 30, 60, 90, 180
PHOTOS = 20
MODELS = pytest.mark.parametrize("model", ["lite", "full", "heavy"])
QUICK_MODELS = pytest.mark.parametrize("model", ["lite", "full"])


@contextmanager
def both(model, **options):
    """(the package's estimator, ours)."""
    needs(f"mediapipe-{model}")
    with loaded(f"mediapipe-{model}", person_confidence=SETTINGS.person_confidence, **options) as package:
        yield package, BlazePose(*nets(model), **options, steady=False)


@dataclass
class Answers:
    """What the two said of the same pictures: keypoints apart (n, 33) in % of body size, scores apart, mask IoU."""

    found: list[tuple[bool, bool]]
    apart: np.ndarray
    scores_apart: np.ndarray
    overlap: np.ndarray


def percent_apart(expected, xy):
    body = np.hypot(*np.ptp(expected, axis=0)) / 1.2
    return 100 * np.linalg.norm(expected - xy, axis=1) / body


def overlap(first, second):
    first, second = first > 127, second > 127
    return (first & second).sum() / max(1, (first | second).sum())


@cache
def answers(model, photos=()):
    """Both asked about the drawn dancer in many sizes and tilts, and about photos; each picture by itself."""
    pictures = drawn() if not photos else [cropped(read_image(path)) for path in photos]
    with both(model, still=True, mask=True) as (package, ours):
        pairs = [tuple(e.estimate(Frame(image), SETTINGS) for e in (package, ours)) for image in pictures]
    seen = [(a, b) for a, b in pairs if a.poses and b.poses]
    return Answers(
        [(bool(a.poses), bool(b.poses)) for a, b in pairs],
        np.array([percent_apart(a.poses[0].xy, b.poses[0].xy) for a, b in seen]),
        np.array([np.abs(a.poses[0].scores - b.poses[0].scores) for a, b in seen]),
        np.array([overlap(a.mask, b.mask) for a, b in seen]),
    )


@cache
def drawn():
    upright = [sample.frame(index, size=size).image for size in FRAME_SIZES for index in (0, 75)]
    square, centre = sample.frame(30, size=(640, 640)).image, (320, 320)
    turns = [cv2.getRotationMatrix2D(centre, angle, 1) for angle in TILTS]
    return upright + [cv2.warpAffine(square, turn, (640, 640), borderMode=cv2.BORDER_REPLICATE) for turn in turns]


def cropped(image):
    """The package's wrapper pads a width that is no multiple of 4, and then the package sees another picture."""
    return np.ascontiguousarray(image[:, : image.shape[1] // 4 * 4])


def agree(answers, median, most):
    """``most``: what 95 % of the keypoints stay under."""
    assert all(a == b for a, b in answers.found)
    assert np.median(answers.apart) < median and np.percentile(answers.apart, 95) < most
    assert np.percentile(answers.scores_apart, 95) < 0.01
    assert np.median(answers.overlap) > 0.999 and answers.overlap.min() > 0.98


@MODELS
def test_the_drawn_dancer_in_every_size_and_tilt(model):
    stills = answers(model)
    assert sum(a for a, _ in stills.found) >= 14
    agree(stills, median=0.01, most=0.05)


@QUICK_MODELS
def test_photos_of_people(model, shared):
    photos = answers(model, tuple(sorted((shared / "data/coco/images").glob("*.jpg"))[:PHOTOS]))
    assert sum(a for a, _ in photos.found) >= 8
    agree(photos, median=0.05, most=0.6)


def followed(model, frames):
    """Percent apart (frames, 33) on a stream, ours smoothed as the package smooths: 0.05 Hz, 80 per region's side."""
    smooth, apart = OneEuro(0.05, 80), []
    with both(model) as (package, ours):
        for frame in frames:
            (expected,), (pose,) = (e.estimate(frame, SETTINGS).poses for e in (package, ours))
            xy = smooth(pose.xy.astype(float), frame.timestamp, ours.track.roi.size)
            apart.append(percent_apart(expected.xy, xy))
    return np.array(apart)


@QUICK_MODELS
def test_two_seconds_of_the_dance(model):
    """Rounding feeds back through the region; the package against itself with one grey level of noise: .05, .16."""
    apart = followed(model, [sample.frame(index, size=(640, 480)) for index in range(60)])
    assert np.median(apart) < 0.1 and np.percentile(apart, 95) < 0.5 and np.median(apart, axis=1).max() < 0.5


def test_four_seconds_of_a_real_dance(shared):
    """The package against itself with one grey level of noise: .06, .26."""
    with VideoReader(shared / "data/clips/talmo_dance.mp4") as clip:
        apart = followed("full", islice(clip, 120))
    assert np.median(apart) < 0.1 and np.percentile(apart, 95) < 0.6 and np.median(apart, axis=1).max() < 1
