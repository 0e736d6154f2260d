"""How each TensorFlow operation of the MoveNet graphs is written in TFLite: one short function an operation.

Source: the kernels' definitions in tensorflow/core/ops and the options in tensorflow/lite/schema/schema.fbs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pose_demo.weights.convert.tfjs import Array, Node
from pose_demo.weights.convert.tflite import TENSOR_TYPES
from pose_demo.weights.convert.translation import Translation

ACTIVATIONS = {"Relu": 1, "Relu6": 3}
SLICE_MASKS = {"beginMask": "begin_mask", "endMask": "end_mask", "shrinkAxisMask": "shrink_axis_mask"}
PADDINGS = {"SAME": 0, "VALID": 1}


def write(t: Translation, node: Node) -> None:
    """Write one node.

    Raises:
        NotImplementedError: none of the MoveNet graphs has this operation.
    """
    if node.op in SIMPLE:
        _simple(t, node)
    elif node.op in RULES:
        RULES[node.op](t, node)
    else:
        raise NotImplementedError(f"no rule for the operation {node.op} ({node.name})")


@dataclass(frozen=True, slots=True)
class Simple:
    """An operation that TFLite has with the same inputs; ``dtype`` names the attribute, or gives the output's type."""

    code: str
    options: str | None = None
    dtype: str | type[np.bool_] = "T"


SIMPLE = {
    "Abs": Simple("ABS"),
    "AddN": Simple("ADD_N"),
    "AddV2": Simple("ADD", "AddOptions"),
    "Cast": Simple("CAST", dtype="DstT"),
    "Equal": Simple("EQUAL", dtype=np.bool_),
    "Exp": Simple("EXP"),
    "Fill": Simple("FILL"),
    "FloorDiv": Simple("FLOOR_DIV"),
    "GatherNd": Simple("GATHER_ND", dtype="Tparams"),
    "Greater": Simple("GREATER", dtype=np.bool_),
    "GreaterEqual": Simple("GREATER_EQUAL", dtype=np.bool_),
    "Less": Simple("LESS", dtype=np.bool_),
    "LogicalAnd": Simple("LOGICAL_AND", dtype=np.bool_),
    "Max": Simple("REDUCE_MAX", "ReducerOptions"),
    "Maximum": Simple("MAXIMUM"),
    "Minimum": Simple("MINIMUM"),
    "Mul": Simple("MUL", "MulOptions"),
    "Range": Simple("RANGE", dtype="Tidx"),
    "RealDiv": Simple("DIV", "DivOptions"),
    "Reshape": Simple("RESHAPE"),
    "Select": Simple("SELECT"),
    "Sigmoid": Simple("LOGISTIC"),
    "Sqrt": Simple("SQRT"),
    "SquaredDifference": Simple("SQUARED_DIFFERENCE"),
    "Sum": Simple("SUM", "ReducerOptions"),
    "Tile": Simple("TILE"),
}


def _simple(t: Translation, node: Node) -> None:
    rule = SIMPLE[node.op]
    dtype = node.dtype(rule.dtype) if isinstance(rule.dtype, str) else rule.dtype
    fields = {"keepDims": node.flag("keep_dims")} if rule.options == "ReducerOptions" else {}
    t.writer.operator(rule.code, t.inputs(node), [t.output(node, dtype)], rule.options, **fields)


def _placeholder(t: Translation, node: Node) -> None:
    t.model_input = t.tensors[node.name] = t.writer.computed("serving_default_input:0", np.uint8, (1, *t.size, 3))


def _identity(t: Translation, node: Node) -> None:
    t.model_output = t.tensors[node.name] = t.tensor(node.inputs[0])


def _subtract(t: Translation, node: Node) -> None:
    subtrahend = t.constants.get(node.inputs[1])
    if subtrahend is not None and not subtrahend.any():  # the graphs take a mean of zero from every pixel
        t.tensors[node.name] = t.tensor(node.inputs[0])
    else:
        t.writer.operator("SUB", t.inputs(node), [t.output(node)], "SubOptions")


def _convolution(t: Translation, node: Node) -> None:
    kernel = t.constants[node.inputs[1]].transpose(3, 0, 1, 2)
    inputs = [t.tensor(node.inputs[0]), _half(t, kernel, node.inputs[1]), _bias(t, node, kernel.shape[0])]
    t.writer.operator("CONV_2D", inputs, [t.output(node)], "Conv2DOptions", quantizedBiasType=0, **_window(node))


def _depthwise(t: Translation, node: Node) -> None:
    kernel = t.constants[node.inputs[1]]
    height, width, channels, multiplier = kernel.shape
    flat = kernel.reshape(1, height, width, channels * multiplier)
    inputs = [t.tensor(node.inputs[0]), _half(t, flat, node.inputs[1]), _bias(t, node, flat.shape[3])]
    options = {"depthMultiplier": multiplier, **_window(node)}
    t.writer.operator("DEPTHWISE_CONV_2D", inputs, [t.output(node)], "DepthwiseConv2DOptions", **options)


def _half(t: Translation, kernel: Array, name: str) -> int:
    """A kernel kept as float16 with a DEQUANTIZE behind it; LiteRT widens it once, when it loads the model."""
    wide = t.writer.computed(f"{name}/fp32", np.float32, kernel.shape)
    narrow = t.writer.constant(kernel.astype(np.float16), name)
    t.writer.operator("DEQUANTIZE", [narrow], [wide], "DequantizeOptions")
    return wide


def _bias(t: Translation, node: Node, channels: int) -> int:
    if "BiasAdd" in node.texts("fused_ops"):
        return t.tensor(node.inputs[2])
    return t.writer.constant(np.zeros(channels, np.float32), f"{node.name}/zero_bias")


def _window(node: Node) -> dict[str, int]:
    strides, dilations = node.numbers("strides"), node.numbers("dilations")
    return {
        "padding": PADDINGS[node.text("padding")],
        "strideH": strides[1],
        "strideW": strides[2],
        "dilationHFactor": dilations[1],
        "dilationWFactor": dilations[2],
        "fusedActivationFunction": next((ACTIVATIONS[x] for x in node.texts("fused_ops") if x in ACTIVATIONS), 0),
    }


def _max_pool(t: Translation, node: Node) -> None:
    window, strides = node.numbers("ksize"), node.numbers("strides")
    fields = {"filterHeight": window[1], "filterWidth": window[2], "strideH": strides[1], "strideW": strides[2]}
    padding = PADDINGS[node.text("padding")]
    t.writer.operator("MAX_POOL_2D", t.inputs(node), [t.output(node)], "Pool2DOptions", padding=padding, **fields)


def _resize(t: Translation, node: Node) -> None:
    fields = {"alignCorners": node.flag("align_corners"), "halfPixelCenters": node.flag("half_pixel_centers")}
    outputs = [t.output(node, np.float32)]
    t.writer.operator("RESIZE_BILINEAR", t.inputs(node), outputs, "ResizeBilinearOptions", **fields)


def _new_shape(t: Translation, node: Node) -> bool:
    """Write ``node`` as nothing or as RESHAPE, which the fast kernels take; only possible with fixed shapes."""
    if t.same_shape(node):
        t.tensors[node.name] = t.tensor(node.inputs[0])
    elif t.shapes_known:
        shape = t.integers(t.writer.shapes[node.name], f"{node.name}/shape")
        t.writer.operator("RESHAPE", [t.tensor(node.inputs[0]), shape], [t.output(node)])
    return t.shapes_known


def _expand(t: Translation, node: Node) -> None:
    if not _new_shape(t, node):
        t.writer.operator("EXPAND_DIMS", t.inputs(node), [t.output(node)])


def _squeeze(t: Translation, node: Node) -> None:
    if not _new_shape(t, node):
        axes = node.numbers("squeeze_dims")
        t.writer.operator("SQUEEZE", t.inputs(node), [t.output(node)], "SqueezeOptions", squeezeDims=axes)


def _pack(t: Translation, node: Node) -> None:
    fields = {"axis": node.number("axis"), "valuesCount": len(node.inputs)}
    t.writer.operator("PACK", t.inputs(node), [t.output(node)], "PackOptions", **fields)


def _unpack(t: Translation, node: Node) -> None:
    count = node.number("num")
    if count == 1 and _new_shape(t, node):
        return
    source, outputs = t.inputs(node), [t.output(node, port=port) for port in range(count)]
    t.writer.operator("UNPACK", source, outputs, "UnpackOptions", axis=node.number("axis"), num=count)


def _split(t: Translation, node: Node) -> None:
    count = node.number("num_split")
    source, outputs = t.inputs(node), [t.output(node, port=port) for port in range(count)]
    t.writer.operator("SPLIT", source, outputs, "SplitOptions", numSplits=count)


def _concatenate(t: Translation, node: Node) -> None:
    *names, axis = node.inputs
    inputs, fields = [t.tensor(name) for name in names], {"axis": int(t.constants[axis])}
    t.writer.operator("CONCATENATION", inputs, [t.output(node)], "ConcatenationOptions", **fields)


def _arg_max(t: Translation, node: Node) -> None:
    outputs = [t.output(node, np.int32)]
    t.writer.operator("ARG_MAX", t.inputs(node), outputs, "ArgMaxOptions", outputType=TENSOR_TYPES["int32"])


def _top_k(t: Translation, node: Node) -> None:
    t.writer.operator("TOPK_V2", t.inputs(node), [t.output(node), t.output(node, np.int32, port=1)])


def _shape(t: Translation, node: Node) -> None:
    outputs = [t.output(node, np.int32)]
    t.writer.operator("SHAPE", t.inputs(node), outputs, "ShapeOptions", outType=TENSOR_TYPES["int32"])


def _size(t: Translation, node: Node) -> None:
    shape = t.writer.computed(f"{node.name}/shape", np.int32)
    t.writer.operator("SHAPE", t.inputs(node), [shape], "ShapeOptions", outType=TENSOR_TYPES["int32"])
    axis = t.integers([0], f"{node.name}/axis")
    t.writer.operator("REDUCE_PROD", [shape, axis], [t.output(node, np.int32)], "ReducerOptions")


def _reciprocal(t: Translation, node: Node) -> None:
    one = t.writer.constant(np.ones((), np.float32), f"{node.name}/one")
    t.writer.operator("DIV", [one, *t.inputs(node)], [t.output(node)], "DivOptions")


def _strided_slice(t: Translation, node: Node) -> None:
    if node.number("new_axis_mask"):
        _slice_with_new_axes(t, node)
    else:
        fields = {name: node.number(mask) for name, mask in SLICE_MASKS.items()}
        t.writer.operator("STRIDED_SLICE", t.inputs(node), [t.output(node)], "StridedSliceOptions", **fields)


def _slice_with_new_axes(t: Translation, node: Node) -> None:
    """``x[:, newaxis, :4]`` and the like as the cut ``x[:, :4]``, then EXPAND_DIMS for each new axis."""
    rank = len(t.constants[node.inputs[1]])
    new = [axis for axis in range(rank) if node.number("new_axis_mask") >> axis & 1]
    if node.number("shrink_axis_mask"):
        raise NotImplementedError(f"axes both added and taken away ({node.name})")
    current = _cut(t, node, [axis for axis in range(rank) if axis not in new])
    for axis in new:
        grown = t.output(node) if axis == new[-1] else t.writer.computed(f"{node.name}/axis{axis}", node.dtype("T"))
        t.writer.operator("EXPAND_DIMS", [current, t.integers(axis, f"{node.name}/at{axis}")], [grown])
        current = grown


def _cut(t: Translation, node: Node, axes: list[int]) -> int:
    """The slice along ``axes``, the ones that the input has; the input itself where all of it is kept."""
    begin, end = (_submask(node.number(mask), axes) for mask in ("begin_mask", "end_mask"))
    source = t.tensor(node.inputs[0])
    if begin == end == (1 << len(axes)) - 1:
        return source
    bounds = [t.integers(t.constants[name][axes], f"{node.name}/{name}") for name in node.inputs[1:]]
    part = t.writer.computed(f"{node.name}/cut", node.dtype("T"))
    t.writer.operator("STRIDED_SLICE", [source, *bounds], [part], "StridedSliceOptions", beginMask=begin, endMask=end)
    return part


def _submask(mask: int, axes: list[int]) -> int:
    return sum((mask >> axis & 1) << place for place, axis in enumerate(axes))


RULES: dict[str, Callable[[Translation, Node], None]] = {
    "ArgMax": _arg_max,
    "ConcatV2": _concatenate,
    "DepthwiseConv2dNative": _depthwise,
    "ExpandDims": _expand,
    "FusedDepthwiseConv2dNative": _depthwise,
    "Identity": _identity,
    "MaxPool": _max_pool,
    "Pack": _pack,
    "Placeholder": _placeholder,
    "Reciprocal": _reciprocal,
    "ResizeBilinear": _resize,
    "Shape": _shape,
    "Size": _size,
    "Split": _split,
    "Squeeze": _squeeze,
    "StridedSlice": _strided_slice,
    "Sub": _subtract,
    "TopKV2": _top_k,
    "Unpack": _unpack,
    "_FusedConv2D": _convolution,
}
