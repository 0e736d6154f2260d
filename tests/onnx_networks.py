"""Small networks with the inputs and outputs of RTMPose and RTMO, whose files no package registry has.

They "detect" dots. Of RTMPose, keypoint k is at the brightest pixel of channel k % 3 (red, green, blue). Of RTMO,
each channel is a person. The score is the brightness of the dot, 0 to 1, times ``highest``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

_MEAN = [123.675, 116.28, 103.53]  # of red, green and blue, by which mmpose normalizes the input of RTMPose
_STD = [58.395, 57.12, 57.375]


def needs_onnx() -> None:
    """Skip the test where a package is missing."""
    for package in ("onnx", "onnxruntime"):
        pytest.importorskip(package, reason=f"needs {package} of requirements-dev.txt")


def rtmpose(highest: float = 1.0) -> bytes:
    """One input (1, 3, 256, 192); outputs (1, 17, 384) and (1, 17, 512) with two bins per pixel."""
    from onnx import helper

    std, mean = (_constant(name, np.reshape(value, (1, 3, 1, 1))) for name, value in (("std", _STD), ("mean", _MEAN)))
    nodes = [
        helper.make_node("Mul", ["input", "std"], ["scaled"]),
        helper.make_node("Add", ["scaled", "mean"], ["pixels"]),
        helper.make_node("Mul", ["pixels", "unit"], ["bright"]),
        helper.make_node("Conv", ["bright", "identity"], ["brightness"], pads=[3, 3, 3, 3]),
    ]
    for axis, rest in (("x", 2), ("y", 3)):
        nodes += [
            helper.make_node("ReduceMax", ["brightness"], [f"max_{axis}"], axes=[rest], keepdims=0),
            helper.make_node("Unsqueeze", [f"max_{axis}", "last"], [f"even_{axis}"]),
            helper.make_node("Mul", [f"even_{axis}", "zero"], [f"odd_{axis}"]),
            helper.make_node("Concat", [f"even_{axis}", f"odd_{axis}"], [f"pairs_{axis}"], axis=3),
            helper.make_node("Reshape", [f"pairs_{axis}", "bins"], [f"channels_{axis}"]),
            helper.make_node("Gather", [f"channels_{axis}", "channel"], [f"simcc_{axis}"], axis=1),
        ]
    constants = [
        *(std, mean, _identity(), _constant("unit", highest / 255), _constant("zero", 0)),
        *(_indices("last", [3]), _indices("bins", [0, 3, -1]), _indices("channel", [k % 3 for k in range(17)])),
    ]
    return _model(nodes, constants, (256, 192), {"simcc_x": [17, 384], "simcc_y": [17, 512]})


def rtmo(highest: float = 1.0, threshold: float = 0.5) -> bytes:
    """One input (1, 3, 416, 416), blue, green, red; outputs (1, N, 5) and (1, N, 17, 3), of dots above the threshold.

    All keypoints of a person are in the middle of the dot, in pixel indices; their box is 40 x 80 pixels around it.
    """
    from onnx import helper

    nodes = [
        helper.make_node("Mul", ["input", "unit"], ["bright"]),
        helper.make_node("Conv", ["bright", "identity"], ["brightness"], pads=[3, 3, 3, 3]),
        helper.make_node("ReduceMax", ["brightness"], ["best"], axes=[2, 3], keepdims=0),  # (1, 3)
        helper.make_node("Unsqueeze", ["best", "last"], ["score"]),  # (1, 3, 1)
        helper.make_node("Greater", ["best", "threshold"], ["found"]),
        helper.make_node("Reshape", ["found", "flat"], ["is_person"]),
    ]
    for axis, rest in (("x", 2), ("y", 3)):
        nodes += [
            helper.make_node("ReduceMax", ["brightness"], [f"max_{axis}"], axes=[rest], keepdims=0),
            helper.make_node("ArgMax", [f"max_{axis}"], [f"index_{axis}"], axis=2, keepdims=1),
            helper.make_node("Cast", [f"index_{axis}"], [axis], to=1),  # (1, 3, 1)
        ]
    nodes += [
        helper.make_node("Concat", ["x", "y", "x", "y", "score"], ["centers"], axis=2),
        helper.make_node("Add", ["centers", "corners"], ["persons"]),
        helper.make_node("Compress", ["persons", "is_person"], ["dets"], axis=1),
        helper.make_node("Concat", ["x", "y", "score"], ["points"], axis=2),
        helper.make_node("Unsqueeze", ["points", "keypoint"], ["point"]),
        helper.make_node("Tile", ["point", "repeats"], ["all_keypoints"]),
        helper.make_node("Compress", ["all_keypoints", "is_person"], ["keypoints"], axis=1),
    ]
    constants = [
        *(_identity(), _constant("unit", highest / 255), _constant("threshold", threshold)),
        *(_constant("corners", [-20, -40, 20, 40, 0]), _indices("last", [2]), _indices("flat", [-1])),
        *(_indices("keypoint", [2]), _indices("repeats", [1, 1, 17, 1])),
    ]
    return _model(nodes, constants, (416, 416), {"dets": ["N", 5], "keypoints": ["N", 17, 3]})


def write(file: Path, network: bytes) -> Path:
    """The file, with the network in it."""
    file.write_bytes(network)
    return file


def _identity() -> object:
    """The weights of a convolution that changes nothing, but takes time like the layers of a network."""
    kernel = np.zeros((3, 3, 7, 7))
    kernel[range(3), range(3), 3, 3] = 1
    return _constant("identity", kernel)


def _constant(name: str, values: object) -> object:
    from onnx import numpy_helper

    return numpy_helper.from_array(np.asarray(values, np.float32), name)


def _indices(name: str, values: list[int]) -> object:
    from onnx import numpy_helper

    return numpy_helper.from_array(np.asarray(values, np.int64), name)


def _model(nodes: list, constants: list, size: tuple[int, int], outputs: dict[str, list]) -> bytes:
    from onnx import TensorProto, checker, helper

    def tensor(name: str, shape: list) -> object:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape])

    tensors = [tensor("input", [3, *size])], [tensor(name, shape) for name, shape in outputs.items()]
    graph = helper.make_graph(nodes, "made by a test", *tensors, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    checker.check_model(model)
    return model.SerializeToString()
