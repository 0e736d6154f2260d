"""Converted graphs compute the same values as the TF.js graph, and MoveNet the keypoints of reference conversions."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from tfjs_graphs import graph, integers_attr, node, string_attr

from pose_demo import sample, weights
from pose_demo.weights.convert.movenet import convert
from pose_demo.weights.convert.tflite import ModelWriter

RNG = np.random.default_rng(7)


def run(model: bytes | Path, image: np.ndarray) -> np.ndarray:
    source = {"model_content": model} if isinstance(model, bytes) else {"model_path": str(model)}
    interpreter = Interpreter(**source, num_threads=1)
    index = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(index, image.shape)
    output = interpreter.get_signature_runner("serving_default")(input=image)["output_0"]
    return np.array(output)


CAST = node("Cast", "cast", "input", SrcT={"type": "DT_INT32"}, DstT={"type": "DT_FLOAT"})
WINDOW = {
    "strides": integers_attr(1, 2, 2, 1),
    "dilations": integers_attr(1, 1, 1, 1),
    "padding": string_attr("SAME"),
}
FUSED = {"list": {"s": [base64.b64encode(name).decode() for name in (b"BiasAdd", b"Relu6")]}}


def small_net(side: int) -> tuple[bytes, bytes]:
    """Build a graph with the typical ops of MoveNet: scaling, depthwise and pointwise convolution, a strided slice."""
    constants = {
        "scale": np.full((1, 1, 1, 3), 1 / 127.5, np.float32),
        "deep": RNG.normal(size=(3, 3, 3, 2)).astype(np.float16).astype(np.float32),
        "kernel": RNG.normal(size=(1, 1, 6, 4)).astype(np.float16).astype(np.float32),
        "bias": RNG.normal(size=4).astype(np.float16).astype(np.float32),
        "begin": np.zeros(5, np.int32), "end": np.array([0, 0, 0, 0, 2], np.int32), "step": np.ones(5, np.int32),
    }  # fmt: skip
    masks = {"begin_mask": {"i": "23"}, "end_mask": {"i": "7"}, "new_axis_mask": {"i": "8"}}
    return graph(
        (1, side, side, 3), constants, CAST,
        node("Mul", "scaled", "cast", "scale"),
        node("DepthwiseConv2dNative", "depthwise", "scaled", "deep", **WINDOW | {"strides": integers_attr(1, 1, 1, 1)}),
        node("_FusedConv2D", "conv", "depthwise", "kernel", "bias", fused_ops=FUSED, **WINDOW),
        node("StridedSlice", "cut", "conv", "begin", "end", "step", **masks),
        node("Identity", "Identity", "cut"),
    )  # fmt: skip


def expected_output(model: bytes, data: bytes, image: np.ndarray) -> np.ndarray:
    """Compute ``small_net`` with NumPy."""
    arrays, start = {}, 0
    for entry in json.loads(model)["weightsManifest"][0]["weights"]:
        dtype = np.dtype(entry.get("quantization", entry)["dtype"])
        count = int(np.prod(entry["shape"]))
        arrays[entry["name"]] = np.frombuffer(data, dtype, count, start).reshape(entry["shape"]).astype(np.float64)
        start += count * dtype.itemsize
    x = image.astype(np.float64) / 127.5
    side = x.shape[1]
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = [
        padded[:, i : i + side, j : j + side, :, None] * arrays["deep"][i, j] for i in range(3) for j in range(3)
    ]
    depthwise = sum(windows).reshape(1, side, side, 6)
    conv = np.clip(depthwise[:, ::2, ::2] @ arrays["kernel"][0, 0] + arrays["bias"], 0, 6)
    return conv[..., None, :2]


@pytest.mark.parametrize("side", [16, -1])
def test_converted_graph_computes_the_expected_values(side: int) -> None:
    model, data = small_net(side)
    image = RNG.integers(0, 256, (1, 16, 16, 3), np.uint8)
    result = run(convert(model, data), image)
    expected = expected_output(model, data, image)
    assert result.shape == expected.shape == (1, 8, 8, 1, 2)
    np.testing.assert_allclose(result, expected, atol=1e-4)
    assert 0 < expected.mean() < 6


def test_graph_with_dynamic_input_size_accepts_several_sizes() -> None:
    model = convert(*small_net(-1))
    assert list(Interpreter(model_content=model).get_input_details()[0]["shape_signature"]) == [1, -1, -1, 3]
    for side in (32, 64):
        assert run(model, np.zeros((1, side, side, 3), np.uint8)).shape == (1, side // 2, side // 2, 1, 2)


def test_conversion_is_deterministic() -> None:
    files = small_net(16)
    assert convert(*files) == convert(*files)


def test_buffers_are_aligned_to_16_bytes() -> None:
    writer, buffers = ModelWriter({}), [bytes([i]) * (20 + i) for i in range(1, 6)]
    tensors = [writer.add_constant(np.frombuffer(buffer, np.uint8), f"n{i}") for i, buffer in enumerate(buffers)]
    model = writer.finish(tensors[0], tensors[1], "")
    assert [model.index(buffer) % 16 for buffer in buffers] == [0] * 5


def test_weights_of_another_size_are_refused() -> None:
    model, data = small_net(16)
    with pytest.raises(ValueError, match=rf"lists {len(data)} bytes of weights, but the .bin file has {len(data) + 2}"):
        convert(model, data + b"xx")


def test_unsupported_op_is_named() -> None:
    files = graph(
        (1, 16, 16, 3),
        {},
        CAST,
        node("Softmax", "probabilities", "cast"),
        node("Identity", "Identity", "probabilities"),
    )
    with pytest.raises(NotImplementedError, match="Softmax"):
        convert(*files)


def test_unknown_option_is_refused() -> None:
    writer = ModelWriter({})
    with pytest.raises(AttributeError, match="keepDim"):
        writer.add_operator("SUM", [], [], "ReducerOptions", keepDim=True)


# --- the MoveNet models ------------------------------------------------------------------------------------------

NETS = {"lightning": [(192, 192)], "thunder": [(256, 256)], "multipose": [(256, 256), (192, 320)]}
CASES = [(net, size) for net, sizes in NETS.items() for size in sizes]


def model_file(net: str) -> Path:
    try:
        return weights.path(f"movenet-{net}")
    except weights.MissingWeights as error:
        pytest.skip(str(error))


def sample_image(size: tuple[int, int], index: int) -> np.ndarray:
    height, width = size
    scene = "duo" if width > height else "solo"
    return sample.frame(index * 40, size=(width, height), scene=scene).image[None]


@pytest.mark.parametrize(("net", "size"), CASES)
def test_keypoints_of_the_sample_are_near_the_ground_truth(net: str, size: tuple[int, int]) -> None:
    model = model_file(net)
    rows = run(model, sample_image(size, 0))
    keypoints = rows[0, 0, :51].reshape(17, 3) if net == "multipose" else rows[0, 0]
    ground_truth = sample.ground_truth(0, size=size[::-1], scene="duo" if size[1] > size[0] else "solo")
    xy = keypoints[:, 1::-1] * (size[1], size[0])
    errors = [np.median(np.linalg.norm(xy - truth.xy, axis=1)) for truth in ground_truth]
    assert min(errors) < 0.03 * size[0]
    assert np.median(keypoints[:, 2]) > 0.4


@pytest.mark.parametrize(("net", "size"), CASES)
def test_keypoints_equal_those_of_the_reference_conversion(net: str, size: tuple[int, int], shared: Path) -> None:
    model, reference = model_file(net), shared / "models" / f"movenet_{net}_fp16.tflite"
    if not reference.exists():
        pytest.skip(f"needs {reference}")
    for index in range(3):
        image = sample_image(size, index)
        actual, expected = run(model, image), run(reference, image)
        assert np.abs(actual - expected).max() * max(size) < 0.01  # pixels of the longer input side
        assert expected.max() > 0.3
