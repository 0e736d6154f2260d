"""RTMPose with a network that detects dots: from pixels of a frame through onnxruntime to keypoints in the frame."""

import math
import os
import tomllib
from pathlib import Path

import numpy as np
import onnx_networks
import pytest
from fake_scene import FakeScene
from onnx_networks import needs_onnx
from packaging.requirements import Requirement

from pose_demo.estimators import DetectionOptions, EstimatorOptions
from pose_demo.estimators.interpreter_pool import InterpreterPool, ModelFile
from pose_demo.estimators.onnx_slot import EXTRA, PACKAGE, OnnxSlot
from pose_demo.estimators.rtmpose import RTMPose, RTMPoseRoiEstimator, decode, roi_from_keypoints
from pose_demo.estimators.top_down import TopDownEstimator
from pose_demo.geometry import Roi
from pose_demo.skeletons import COCO_17
from pose_demo.types import Box, Frame, Pose

ROOT = Path(__file__).parents[3]
ALL = DetectionOptions(person_confidence=0.0)
RED, GREEN, BLUE = range(3)


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    needs_onnx()
    file = onnx_networks.write(tmp_path_factory.mktemp("networks") / "rtmpose.onnx", onnx_networks.rtmpose())
    return InterpreterPool(ModelFile(file), load=OnnxSlot)


@pytest.fixture
def model(pool):
    return RTMPoseRoiEstimator(pool)


def dots(size, *points, radius=4.0, level=255, image=None):
    """A dark image of ``size`` (width, height) with a soft red, green and blue dot at each of three points."""
    image = np.zeros((size[1], size[0], 3), np.uint8) if image is None else image
    y, x = np.indices((size[1], size[0])) + 0.5
    for channel, (dot_x, dot_y) in enumerate(points):
        dot = level * np.exp(-((x - dot_x) ** 2 + (y - dot_y) ** 2) / (2 * radius**2))
        image[:, :, channel] = np.maximum(image[:, :, channel], dot.round().astype(np.uint8))
    return image


def distances(pose, *points):
    """From the first three keypoints of a pose to the three dots, in pixels."""
    return np.linalg.norm(pose.xy[:3] - np.array(points), axis=1)


# ---- by hand --------------------------------------------------------------------------------------------------------


def test_two_bins_are_a_pixel_and_the_lower_maximum_is_the_score():
    x, y = np.full((17, 384), -1, np.float32), np.full((17, 512), -1, np.float32)
    x[:, 0], y[:, 511] = 0.9, 0.4
    x[1, 100], y[1, 7] = 1.2, 1.1  # bin 100 is the center of pixel 50, bin 7 the border between pixels 3 and 4
    x[2] = y[2] = -0.5
    xy, scores = decode(x, y)
    assert xy[0].tolist() == pytest.approx([0.5 / 192, 256 / 256])
    assert xy[1].tolist() == pytest.approx([50.5 / 192, 4 / 256])
    assert scores[:3].tolist() == pytest.approx([0.4, 1.0, 0.0])


def pose_in(x0, y0, x1, y1, score=0.9):
    """A pose whose keypoints have this bounding box."""
    xy = np.full((17, 2), ((x0 + x1) / 2, (y0 + y1) / 2), np.float32)
    xy[0], xy[1] = (x0, y0), (x1, y1)
    return Pose(COCO_17, xy, np.full(17, score, np.float32), score)


@pytest.mark.parametrize(
    ("box", "center", "height"),
    [
        ((300, 100, 340, 300), (320, 200), 200 * 1.25 * 1.25),  # upright: the height decides
        ((200, 190, 440, 210), (320, 200), 240 / 0.75 * 1.25 * 1.25),  # lying: the width
    ],
)
def test_the_crop_has_the_aspect_of_the_input_and_margins_for_head_feet_and_padding(box, center, height):
    roi = roi_from_keypoints(pose_in(*box), (640, 480))
    assert (roi.center_x, roi.center_y) == pytest.approx(center)
    assert (roi.width, roi.height, roi.rotation) == pytest.approx((0.75 * height, height, 0))


@pytest.mark.parametrize(
    "pose", [pose_in(300, 100, 340, 300, score=0.1), pose_in(700, 100, 740, 300), pose_in(300, 100, 302, 101)]
)
def test_there_is_no_crop_around_keypoints_that_are_weak_outside_the_frame_or_one_point(pose):
    assert roi_from_keypoints(pose, (640, 480)) is None


# ---- through the network --------------------------------------------------------------------------------------------


def test_keypoints_are_the_centers_of_pixels_and_scores_the_brightness(model):
    """The frame is the crop, pixel by pixel; the network undoes the normalization of each channel."""
    image = np.zeros((256, 192, 3), np.uint8)
    image[10, 0, RED], image[255, 191, GREEN], image[128, 7, BLUE] = 255, 51, 128
    pose = model.estimate_roi(image, Roi.letterbox((192, 256), 0.75))
    assert pose.xy[:4].tolist() == pytest.approx(np.array([(0.5, 10.5), (191.5, 255.5), (7.5, 128.5), (0.5, 10.5)]))
    assert pose.scores[:4].tolist() == pytest.approx([1, 51 / 255, 128 / 255, 1], abs=1e-5)
    assert pose.skeleton is COCO_17 and pose.score == pytest.approx(pose.scores.mean())
    assert pose.xy.dtype == pose.scores.dtype == np.float32


@pytest.mark.parametrize("rotation", [0.0, 0.5, -math.pi / 2])
@pytest.mark.parametrize("center", [(320, 240), (40, 60), (600, 450)], ids=["inside", "top left", "bottom right"])
def test_a_rotated_crop_that_extends_beyond_the_frame_maps_back_to_the_frame(model, center, rotation):
    x, y = center
    points = [(x - 20, y - 40), (x + 25, y + 10), (x - 5.3, y + 20.7)]
    roi = Roi(x, y, 240, 320, rotation)  # 1.25 pixels of the frame for one of the crop
    pose = model.estimate_roi(dots((640, 480), *points), roi)
    assert distances(pose, *points).max() < 1.25
    assert pose.scores.min() > 0.95


def test_of_a_square_the_crop_takes_the_middle_three_quarters(model):
    points = [(320 - 70, 240), (320 + 70, 240), (320, 240 + 95)]
    image = dots((640, 480), *[(320 - 88, 240)] * 3, image=dots((640, 480), *points, level=200))
    # The brighter one is inside the square, left of the crop.
    assert distances(model.estimate_roi(image, Roi.square(320, 240, 200)), *points).max() < 1


def test_what_is_outside_the_frame_is_black(model):
    image = np.full((100, 100, 3), 10, np.uint8)
    pose = model.estimate_roi(image, Roi(0, 0, 150, 200))
    assert (pose.xy > -1).all() and pose.scores.max() == pytest.approx(10 / 255, abs=1e-5)


# ---- one person in a stream -----------------------------------------------------------------------------------------

PERSON = [(300, 150), (340, 330), (320, 240)]
OTHERS = [(60, 40), (100, 220), (80, 120)]


def estimate(estimator, image, options=ALL):
    (pose,) = estimator.estimate(Frame(image), options).poses
    return pose


@pytest.mark.parametrize("size", [(640, 480), (480, 640)])
def test_the_first_frame_is_seen_as_a_whole(model, size):
    width, height = size
    corners = [(20, 20), (width - 20, 20), (width / 2, height - 20)]
    pose = estimate(RTMPose(model, static_image_mode=False), dots(size, *corners, radius=8))
    assert distances(pose, *corners).max() < max(width / 192, height / 256)


def test_the_keypoints_of_a_frame_define_the_crop_of_the_next(model):
    """A brighter person outside the crop is not seen until the first one is lost, or the stream is reset."""
    estimator = RTMPose(model, static_image_mode=False)
    person = dots((640, 480), *PERSON, level=200, radius=6)
    both = dots((640, 480), *OTHERS, image=person.copy(), radius=6)
    assert distances(estimate(estimator, person), *PERSON).max() < 4
    assert distances(estimate(estimator, both), *PERSON).max() < 2
    estimator.reset()
    assert distances(estimate(estimator, both), *OTHERS).max() < 4
    assert estimate(estimator, np.zeros_like(both)).score == 0
    assert distances(estimate(estimator, person), *PERSON).max() < 4
    half = np.ascontiguousarray(both[::2, ::2])  # another size: the crop of the old one means nothing
    assert distances(estimate(estimator, half), *np.array(OTHERS) / 2).max() < 2


def test_a_still_image_is_seen_twice_the_second_time_in_the_crop(model):
    still, video = (RTMPose(model, static_image_mode=mode) for mode in (True, False))
    for person in (PERSON, OTHERS):
        image = dots((1280, 960), *person)
        assert distances(estimate(still, image), *person).max() < 1.2  # 281 pixels of the frame in 256
        video.reset()
        assert distances(estimate(video, image), *person).max() > 1.2  # 6.7 pixels in one


def test_weak_persons_are_left_out(model):
    estimator = RTMPose(model, static_image_mode=False)
    image = dots((640, 480), *PERSON, level=100, radius=8)
    assert estimator.estimate(Frame(image), DetectionOptions(person_confidence=0.35)).poses
    assert not estimator.estimate(Frame(image), DetectionOptions(person_confidence=0.45)).poses


# ---- several persons, with a detector -------------------------------------------------------------------------------


def test_top_down_each_person_is_estimated_in_their_own_crop(model):
    scene = FakeScene()
    scene.detections = [Box(280, 130, 360, 350), Box(40, 20, 120, 240)]
    image = dots((640, 480), *OTHERS, image=dots((640, 480), *PERSON))
    top_down = TopDownEstimator(scene, model, EstimatorOptions())
    for _ in range(2):  # in a square around the box, then in the crop around the keypoints
        first, second = top_down.estimate(Frame(image), DetectionOptions()).poses
        assert distances(first, *PERSON).max() < 1.3 and distances(second, *OTHERS).max() < 1.3
    assert scene.detector_calls == 1


# ---- the pool of sessions -------------------------------------------------------------------------------------------


def test_all_sessions_of_a_pool_give_the_same_result_and_the_baseline_runs(model, pool):
    image = dots((640, 480), *PERSON)
    before = model.estimate_roi(image, Roi.letterbox((640, 480), 0.75))
    pool.grow(2)
    model.invoke_only()
    assert pool.output_shapes == [(17, 384), (17, 512)]
    with pool._slot():  # the other session runs
        assert np.array_equal(model.estimate_roi(image, Roi.letterbox((640, 480), 0.75)).xy, before.xy)


def test_a_damaged_network_is_an_error_when_it_is_loaded(tmp_path):
    needs_onnx()
    file = onnx_networks.write(tmp_path / "damaged.onnx", onnx_networks.rtmpose()[:500])
    with pytest.raises(Exception, match=r"(?i)protobuf|parse"):
        InterpreterPool(ModelFile(file), load=OnnxSlot)


def test_onnxruntime_reports_no_usage(pool):
    """What it reports is decided when it is imported, from version 1.29 on."""
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
    (extra,) = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"][EXTRA]
    assert Requirement(extra).name == PACKAGE and not Requirement(extra).specifier.contains("1.29.0")
    assert extra in (ROOT / "requirements-dev.txt").read_text("utf-8").replace(" ", "")
