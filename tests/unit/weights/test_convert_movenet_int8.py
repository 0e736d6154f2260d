"""MoveNet with int8 weights computes what the float network does: three blocks by hand, and Thunder on the dancer."""

import base64

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from tfjs_graphs import graph, integers_attr, node, string_attr

from models import needs
from pose_demo import sample, weights
from pose_demo.geometry import Roi
from pose_demo.weights.convert import movenet
from pose_demo.weights.convert.movenet_int8 import quantize

STRIDES = {"strides": integers_attr(1, 1, 1, 1), "dilations": integers_attr(1, 1, 1, 1), "padding": string_attr("SAME")}


def fused(*names):
    return {"list": {"s": [base64.b64encode(name.encode()).decode() for name in names]}}


def block(name, source):
    """ReLU6 of x / 2 + 1 (of the third channel: + 7), three quarters of that, and 2 minus it."""
    relu6, linear = fused("BiasAdd", "Relu6"), fused("BiasAdd")
    return (
        node("_FusedConv2D", f"{name}/expand", source, "half", "biases", fused_ops=relu6, **STRIDES),
        node(
            "FusedDepthwiseConv2dNative", f"{name}/deep", f"{name}/expand", "deep", "zeros", fused_ops=relu6, **STRIDES
        ),
        node("_FusedConv2D", name, f"{name}/deep", "minus", "twos", fused_ops=linear, **STRIDES),
    )


def small_net():
    """Three blocks, the sum of the last two, a convolution, twice the size, and a convolution there."""
    eye = np.eye(3, dtype=np.float32).reshape(1, 1, 3, 3)
    constants = {
        "scale": np.full((1, 1, 1, 3), 1 / 127.5, np.float32), "one": np.ones((), np.float32),
        "half": eye / 2, "minus": -eye, "double": 2 * eye,
        "deep": np.full((1, 1, 3, 1), 0.75, np.float32),
        "zeros": np.zeros(3, np.float32), "biases": np.array([1, 1, 7], np.float32), "twos": np.full(3, 2, np.float32),
        "size": np.array([8, 8], np.int32),
    }  # fmt: skip
    linear = {"fused_ops": fused("BiasAdd"), **STRIDES}
    return graph(
        (1, 4, 4, 3), constants,
        node("Cast", "cast", "input", SrcT={"type": "DT_INT32"}, DstT={"type": "DT_FLOAT"}),
        node("Mul", "scaled", "cast", "scale"),
        node("Sub", "pixels", "scaled", "one"),
        *block("first", "pixels"), *block("second", "first"), *block("third", "second"),
        node("AddV2", "sum", "second", "third"),
        node("_FusedConv2D", "last", "sum", "double", "zeros", **linear),
        node("ResizeBilinear", "larger", "last", "size", half_pixel_centers={"b": True}),
        node("_FusedConv2D", "head", "larger", "half", "zeros", **linear),
        node("Identity", "Identity", "head"),
    )  # fmt: skip


def run(model, image):
    interpreter = Interpreter(model_content=model, num_threads=1)
    interpreter.allocate_tensors()
    return np.array(interpreter.get_signature_runner("serving_default")(input=image[None])["output_0"][0])


def dtypes(model):
    """Names of the dtypes of the tensors."""
    details = Interpreter(model_content=model).get_tensor_details()
    return {tensor["name"]: np.dtype(tensor["dtype"]).name for tensor in details}


def test_three_blocks_by_hand():
    """The sum of the second and third block, doubled and halved.

    Pixel 0 is -1: 2 - .75 * .5 = 1.625, then .640625, then 1.009766; sum 1.650391.
    Pixel 255 is 1: 2 - .75 * 1.5 = .875, then .921875, then .904297; sum 1.826172.
    In the third channel -1 becomes 6: 2 - .75 * 6 = -2.5, then 2 - .75 * 5.75 = -2.3125, then -2.382813; sum -4.695313.
    """
    image = np.zeros((4, 4, 3), np.uint8)
    image[..., 1] = 255
    model, expected = movenet.convert(*small_net()), [1.650391, 1.826172, -4.695313]
    found = run(quantize(model), image)
    assert found.shape == (8, 8, 3)
    assert np.allclose(run(model, image), expected, atol=1e-4)
    assert np.allclose(found, expected, atol=0.04)  # the steps of the three blocks: .22, .035 and .039


def test_the_sum_and_what_follows_the_larger_image_stay_float():
    found = dtypes(quantize(movenet.convert(*small_net())))
    activations = ("first/expand/int8", "first/deep/int8", "first/int8", "third/int8", "second", "sum", "last", "head")
    assert [found[name] for name in activations] == ["int8"] * 4 + ["float32"] * 4
    assert found["double/fp32"] == "int8"
    assert sum(dtype == "float16" for dtype in found.values()) == 1  # the filters of the head


@pytest.fixture(scope="module")
def thunder():
    needs("movenet-thunder")
    return weights.path("movenet-thunder").read_bytes()


@pytest.fixture(scope="module")
def int8(thunder):
    return quantize(thunder)


def test_thunder_has_half_the_size_and_equal_runs_give_equal_files(thunder, int8):
    assert 0.5 < len(int8) / len(thunder) < 0.56
    assert quantize(thunder) == int8


def test_the_keypoints_are_those_of_thunder(thunder, int8):
    """Mean difference .07 % of the crop and .019 in score; other limits of the activations give .14 % and more."""
    images = []
    for index in (0, 40, 80):
        frame = sample.frame(index)
        images.append(np.zeros((256, 256, 3), np.uint8))
        Roi.letterbox(frame.size).crop_into(frame.image, images[-1])
    found, expected = (np.array([run(model, image)[0] for image in images]) for model in (int8, thunder))
    visible = expected[..., 2] > 0.3
    assert visible.sum() > 40
    assert np.linalg.norm((found - expected)[visible][:, :2], axis=1).mean() < 0.0012
    assert np.abs(found - expected)[visible][:, 2].mean() < 0.03
