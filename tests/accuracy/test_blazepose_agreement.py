"""BlazePose on LiteRT against Google's package: same weights, so the same persons, 2D and 3D keypoints, and masks.

Errors in the implementation do not crash, and most of them keep a plausible skeleton: a wrong border moves the median
keypoint by half a percent of the body size. So the limits are tight, and tighter on drawn images, which are sharp.
Baseline (OpenCV 4.14, which like MediaPipe resamples in steps of 1/32 pixel), lite / full / heavy: keypoint distances
in % of the body size, and mask IoU.

                      median               95th percentile      IoU, 5th percentile    IoU, minimum
    32 drawn          .003 / .002 / .002   .007 / .007 / .007   .9995 / .9996 / .9995  .9994 / .9995 / .9994
    188 photos        .012 / .010 / .009   .24 / .15 / .20      .997 / .996 / .996     .994 / .993 / .987
    300 of talmo      .087 / .067 / .036   .73 / .52 / .29

The minimum IoU belongs to small masks with a tenth of their pixels near the threshold (.45 to .55). All persons are
detected by both or by neither; upside down, one photo of 47 differs, on which the package's own result changes when one
gray level of noise is added.

World keypoints, in % of the size of the body in meters; heavy with the 47 upright photos only. In the worst photo the
package's own world keypoints move by 15 to 25 % when one gray level of noise is added.

                      median               95th percentile      median of the worst image
    32 drawn          .006 / .006 / .007   .018 / .017 / .024   .02 / .01 / .03
    94 photos         .045 / .045 / .034   .26 / .30 / .37      .26 / .33 / 1.5
    300 of talmo      .23 / .21            1.4 / 1.4
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice

import cv2
import numpy as np
import pytest

from models import loaded, needs
from pose_demo import sample
from pose_demo.estimators import blazepose, mediapipe_pose
from pose_demo.estimators.blazepose import BlazePose, load_networks
from pose_demo.io.images import read_image
from pose_demo.io.video import VideoReader
from pose_demo.settings import Settings
from pose_demo.tracking.smoothing import OneEuro
from pose_demo.types import Frame

SETTINGS = Settings()
MAX_MEDIAN, MAX_P95, MIN_IOU, MAX_STREAM_MEDIAN = 0.1, 1.0, 0.99, 0.3  # % of the body size, %, IoU, %
FRAME_SIZES = (640, 480), (1280, 720), (480, 640), (320, 240)
POSES = tuple(sample.POSES)[::2]
TILTS = -120, -60, -15, 30, 90, 180
PHOTO_TILTS = 0, -45  # alternately
MODELS = pytest.mark.parametrize("model", ["lite", "full", "heavy"])
FAST_MODELS = pytest.mark.parametrize("model", ["lite", "full"])  # heavy differs in its weights only, and takes minutes


@contextmanager
def both(model, **options):
    """(the package's estimator, ours)."""
    needs(f"mediapipe-{model}")
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (blazepose.estimator, "_MIN_SCORE"), (mediapipe_pose, "_IMAGE_DETECTION"):
            patch.setattr(module, name, 0.5)  # MediaPipe's default: fainter persons magnify differences of rounding
        yield from _both(model, **options)


def _both(model, **options):
    with loaded(f"mediapipe-{model}", **options) as package:
        yield package, BlazePose(*load_networks(model), **options, smooth_roi=False)


@dataclass
class Comparison:
    """Both results for the same images: numbers of persons, keypoint distances (n, 33), score differences, mask IoU."""

    persons: list[tuple[int, int]]
    distances: np.ndarray
    world_distances: np.ndarray
    score_differences: np.ndarray
    mask_iou: np.ndarray


def percent_distance(expected, points):
    """Distances of keypoints, or of world keypoints, in % of the body height."""
    body = np.linalg.norm(np.ptp(expected, axis=0)) / 1.2
    return 100 * np.linalg.norm(expected - points, axis=1) / body


def mask_iou(first, second):
    first, second = first > 127, second > 127
    return (first & second).sum() / max(1, (first | second).sum())


def compare(model, images):
    """Run both on still images."""
    with both(model, static_image_mode=True, enable_segmentation=True) as (package, ours):
        pairs = [tuple(e.estimate(Frame(image), SETTINGS) for e in (package, ours)) for image in images]
    detected = [(a, b) for a, b in pairs if a.poses and b.poses]
    return Comparison(
        [(len(a.poses), len(b.poses)) for a, b in pairs],
        np.array([percent_distance(a.poses[0].xy, b.poses[0].xy) for a, b in detected]),
        np.array([percent_distance(a.poses[0].world, b.poses[0].world) for a, b in detected]),
        np.array([np.abs(a.poses[0].scores - b.poses[0].scores) for a, b in detected]),
        np.array([mask_iou(a.mask, b.mask) for a, b in detected]),
    )


@cache
def drawn():
    """The dancer in many sizes, poses and tilts, and so near that hands and feet are outside the image."""
    sizes = [sample.frame(index, size=size).image for size in FRAME_SIZES for index in (0, 75)]
    poses = [sample.still(name, mirrored=i % 2 == 1)[0] for i, name in enumerate(POSES)]
    near = [sample.still(name, scale=1.5)[0] for name in ("stand", "disco")]
    square = sample.frame(30, size=(640, 640)).image
    return [*sizes, *poses, *near, *(rotated(square, angle) for angle in TILTS), rotated(poses[1], 25)]


def photos(shared):
    paths = [*sorted((shared / "data/coco/images").glob("*.jpg")), shared / "data/tfpose_p3.jpg"]
    return [rotated(read_image(path), angle) for path, angle in zip(paths, cycle(PHOTO_TILTS), strict=False)]


def rotated(image, degrees):
    """The image rotated around its center, on a canvas that holds all of it.

    The width is a multiple of 4: the package's wrapper pads any other, and then the package processes another image.
    """
    height, width = image.shape[:2]
    if not degrees:
        return np.ascontiguousarray(image[:, : width // 4 * 4])
    side = int(np.hypot(width, height)) // 4 * 4
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    matrix[:, 2] += (side - width) / 2, (side - height) / 2
    return cv2.warpAffine(image, matrix, (side, side))


def check_agreement(comparison, max_median, max_p95, min_iou):
    """``max_p95``: limit for 95 % of the keypoints; ``min_iou``: limit for 95 % of the masks.

    The limits of world keypoints are twice as wide.
    """
    assert all(a == b for a, b in comparison.persons)
    for distances, factor in ((comparison.distances, 1), (comparison.world_distances, 2)):
        assert np.median(distances, axis=1).max() < 5, "it is the same person in every image"
        assert np.median(distances) < factor * max_median and np.percentile(distances, 95) < factor * max_p95
    assert np.percentile(comparison.score_differences, 95) < 0.01
    assert np.percentile(comparison.mask_iou, 5) > min_iou and comparison.mask_iou.min() > 0.98


@MODELS
def test_the_drawn_dancer_in_every_size_pose_and_tilt(model):
    comparison = compare(model, drawn())
    assert sum(a for a, _ in comparison.persons) >= len(comparison.persons) - 3
    check_agreement(comparison, max_median=0.01, max_p95=0.05, min_iou=0.999)


@FAST_MODELS
def test_photos_of_persons_upright_and_tilted(model, shared):
    comparison = compare(model, photos(shared))
    assert sum(a for a, _ in comparison.persons) >= len(comparison.persons) / 2
    check_agreement(comparison, MAX_MEDIAN, MAX_P95, MIN_IOU)


def stream_distances(model, frames):
    """Distances in percent (2, frames, 33) of keypoints and world keypoints on a stream.

    Ours are smoothed like the package's: 0.05 Hz and 80 per ROI side, world keypoints 0.1 Hz and 40 per meter.
    """
    smooth, smooth_world, distances = OneEuro(0.05, 80), OneEuro(0.1, 40), []
    with both(model) as (package, ours):
        for frame in frames:
            (expected,), (pose,) = (e.estimate(frame, SETTINGS).poses for e in (package, ours))
            xy = smooth(pose.xy.astype(float), frame.timestamp, ours.track.roi.width)
            world = smooth_world(pose.world.astype(float), frame.timestamp)
            distances.append((percent_distance(expected.xy, xy), percent_distance(expected.world, world)))
    return np.array(distances).swapaxes(0, 1)


@FAST_MODELS
def test_two_seconds_of_the_dance(model):
    """Rounding errors feed back through the ROI; the package against itself with one gray level of noise: .05, .16."""
    distances, world = stream_distances(model, [sample.frame(index, size=(640, 480)) for index in range(60)])
    assert np.median(distances) < MAX_MEDIAN and np.percentile(distances, 95) < 0.5
    assert np.median(distances, axis=1).max() < 0.5
    assert np.median(world) < 2 * MAX_MEDIAN


@FAST_MODELS
def test_a_real_dance(model, shared):
    """The package against itself with one gray level of noise: .06, .26."""
    with VideoReader(shared / "data/clips/talmo_dance.mp4") as clip:
        distances, world = stream_distances(model, islice(clip, 75))
    assert np.median(distances) < MAX_STREAM_MEDIAN and np.percentile(distances, 95) < MAX_P95
    assert np.median(world) < 2 * MAX_STREAM_MEDIAN
