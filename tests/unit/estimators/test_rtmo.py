"""RTMO with a network that detects dots: from the pixels of a frame through onnxruntime to persons in the frame."""

import numpy as np
import onnx_networks
import pytest
from onnx_networks import needs_onnx

from pose_demo.estimators import DetectionOptions
from pose_demo.estimators.interpreter_pool import InterpreterPool, ModelFile
from pose_demo.estimators.onnx_slot import OnnxSlot
from pose_demo.estimators.rtmo import RTMO
from pose_demo.geometry import Roi
from pose_demo.types import Frame

ALL = DetectionOptions(person_confidence=0.0)
RED, GREEN, BLUE = range(3)


@pytest.fixture
def load(tmp_path):
    def load(**options):
        needs_onnx()
        file = onnx_networks.write(tmp_path / "rtmo.onnx", onnx_networks.rtmo(**options))
        return RTMO(InterpreterPool(ModelFile(file), load=OnnxSlot))

    return load


def frame(size, *dots):
    """A dark frame with dots of one pixel: (x, y, channel, level)."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    for x, y, channel, level in dots:
        image[y, x, channel] = level
    return Frame(image)


def test_persons_have_the_pixels_of_the_frame_and_the_order_of_the_network(load):
    """The network sees blue first; the frame has its size."""
    red, blue = (
        load().estimate(frame((416, 416), (100, 200, RED, 255), (300, 50, BLUE, 204)), ALL).poses[index]
        for index in (1, 0)
    )
    assert np.allclose(red.xy, (100.5, 200.5)) and red.score == pytest.approx(1) and red.xy.shape == (17, 2)
    assert np.allclose(blue.xy, (300.5, 50.5)) and np.allclose(blue.scores, 0.8)
    box = red.box
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((80, 160, 120, 240), abs=1e-3)


def test_a_wide_frame_has_gray_borders_above_and_below(load):
    """832 x 416 pixels are halved: 104 rows of gray, 114 of 255, above and below."""
    estimator = load(threshold=0.4)
    image = np.zeros((416, 832, 3), np.uint8)
    poses = estimator.estimate(Frame(image), ALL).poses  # the border is the brightest
    assert [pose.score for pose in poses] == pytest.approx([114 / 255] * 3)
    image[100:110, 600:610, GREEN] = 255
    green = max(estimator.estimate(Frame(image), ALL).poses, key=lambda pose: pose.score)
    assert np.abs(green.xy - (605, 105)).max() <= 5
    assert green.box.width == pytest.approx(80, abs=1e-3) and green.box.height == pytest.approx(160, abs=1e-3)


def test_an_empty_frame_has_no_persons(load):
    estimator = load()
    assert estimator.estimate(frame((640, 480)), ALL).poses == ()
    assert estimator._pool.output_shapes == [(1, 5), (1, 17, 3)]  # the file leaves the number of persons open


def test_weak_persons_are_left_out(load):
    estimator, dots = load(), frame((416, 416), (100, 200, RED, 255), (300, 50, BLUE, 153))
    assert len(estimator.estimate(dots, DetectionOptions(person_confidence=0.6)).poses) == 2
    assert len(estimator.estimate(dots, DetectionOptions(person_confidence=0.61)).poses) == 1


def test_a_part_of_the_frame_is_seen_in_its_own_resolution(load):
    """Tiles show distant persons larger in still images."""
    dots = frame((1248, 832), (700, 500, RED, 255), (100, 100, BLUE, 255))
    (pose,) = load().detect(dots, Roi.square(208 + 416, 208 + 208, 416), ALL).poses
    assert np.allclose(pose.xy, (700.5, 500.5), atol=1e-3)
