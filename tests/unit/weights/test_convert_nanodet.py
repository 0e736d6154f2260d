"""The converted NanoDet computes the same values as its graph, layer by layer by hand, and finds the drawn dancers."""

import hashlib

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from tfjs_graphs import graph, integers_attr, node, string_attr

from models import loaded, needs
from pose_demo import sample, weights
from pose_demo.estimators.detection import DetectionOptions
from pose_demo.weights.convert.nanodet import convert

TO_NHWC, TO_NCHW = "to_nhwc", "to_nchw"
PADDING = np.array([[0, 0], [0, 0], [1, 1], [1, 1]], np.int32)
MEAN, STD = np.array([123.675, 116.28, 103.53]), np.array([58.395, 57.12, 57.375])  # red, green, blue


def convolution(name, source, filters, bias, stride):
    strides = integers_attr(1, stride, stride, 1)
    options = {"strides": strides, "dilations": integers_attr(1, 1, 1, 1), "padding": string_attr("VALID")}
    return (
        node("Transpose", f"{name}/nhwc", source, TO_NHWC),
        node("Conv2D", f"{name}/conv", f"{name}/nhwc", filters, **options),
        node("Add", f"{name}/add", f"{name}/conv", bias),
        node("Transpose", name, f"{name}/add", TO_NCHW),
    )


CONSTANTS = {
    "padding": PADDING,
    TO_NHWC: np.array([0, 2, 3, 1], np.int32),
    TO_NCHW: np.array([0, 3, 1, 2], np.int32),
    "axis": np.array(1, np.int32),
    "half": np.array([2, 2], np.int32),
    "lowest": np.array(-np.inf, np.float32),
    "sizes": np.array([4, 4], np.int32),
}


def small_net():
    """Blue, green and red of the even pixels by a 3 x 3 kernel with a stride, joined with their maxima; then a head."""
    center = np.zeros((3, 3, 3, 4), np.float32)
    center[1, 1, 0, 0] = center[1, 1, 1, 1] = center[1, 1, 2, 2] = 1  # the graph works on blue, green, red
    identity = np.zeros((1, 1, 8, 8), np.float32)
    identity[0, 0] = np.eye(8)
    constants = CONSTANTS | {
        "center": center,
        "bias": np.array([0, 0, 0, -2], np.float32),
        "identity": identity,
        "zeros": np.zeros(8, np.float32),
    }
    pool = {"ksize": integers_attr(1, 3, 3, 1), "strides": integers_attr(1, 1, 1, 1)}
    return graph(
        (1, 3, 8, 8),
        constants,
        node("Pad", "padded", "input", "padding"),
        *convolution("first", "padded", "center", "bias", 2),
        node("LeakyRelu", "leaky", "first", alpha={"f": 0.1}),
        node("PadV2", "low", "leaky", "padding", "lowest"),
        node("Transpose", "low/nhwc", "low", TO_NHWC),
        node("MaxPool", "maximum/nhwc", "low/nhwc", padding=string_attr("VALID"), **pool),
        node("Transpose", "maximum", "maximum/nhwc", TO_NCHW),
        node("ConcatV2", "joined", "leaky", "maximum", "axis"),
        *convolution("head", "joined", "identity", "zeros", 1),
        node("SplitV", "split", "head", "sizes", "axis"),
        node("Sigmoid", "scores", "split"),
        node("Identity", "Identity", "scores"),
    )


def run(model, image):
    interpreter = Interpreter(model_content=model, num_threads=1)
    interpreter.allocate_tensors()
    return interpreter.get_signature_runner("serving_default")(input=image[None])["output_0"][0]


def leaky(values):
    return np.where(values > 0, values, 0.1 * values)


def test_a_small_graph_is_converted_exactly():
    image = np.random.default_rng(1).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    rows = run(convert(*small_net()), image)
    pixels = ((image - MEAN) / STD)[::2, ::2, ::-1]  # blue, green, red of every second pixel
    first = np.concatenate([leaky(pixels), np.full((4, 4, 1), -0.2)], axis=2)
    around = np.pad(first, ((1, 1), (1, 1), (0, 0)), constant_values=-np.inf)
    maximum = np.max([around[y : y + 4, x : x + 4] for y in range(3) for x in range(3)], axis=0)
    # The weights of the second layer are int8, and its input is quantized while it runs: 1 % of the largest value.
    assert np.allclose(rows, np.concatenate([first, maximum], axis=2).reshape(16, 8), atol=0.03)


def test_another_graph_is_refused():
    files = graph((1, 3, 8, 8), {}, node("Softmax", "probabilities", "input"))
    with pytest.raises(NotImplementedError, match="Softmax"):
        convert(*files)


def test_the_stored_file_is_the_converted_one():
    needs("nanodet")
    checksum = hashlib.sha256(weights.path("nanodet").read_bytes()).hexdigest()
    assert checksum in weights.WEIGHTS["nanodet"].sha256


def test_both_drawn_dancers_are_found():
    needs("nanodet")
    frame = sample.frame(0, scene="duo")
    with loaded("nanodet") as model:
        boxes = model.estimate(frame, DetectionOptions(person_confidence=0.4)).boxes
    truth = [pose.bounding_box(0) for pose in sample.ground_truth(0, scene="duo")]
    assert len(boxes) == 2 and all(max(box.iou(true) for box in boxes) > 0.6 for true in truth)
