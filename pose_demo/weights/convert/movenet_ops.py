"""Conversion of the TensorFlow ops of the MoveNet graphs to TFLite operators.

The names of the added tensors are part of the file, so changing one changes the checksum in the manifest.

Source: the op definitions in tensorflow/core/ops and the option tables in tensorflow/lite/schema/schema.fbs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from pose_demo.weights.convert.context import ConversionContext
from pose_demo.weights.convert.tfjs import Array, Node
from pose_demo.weights.convert.tflite import TENSOR_TYPES

ACTIVATION_FUNCTIONS = {"Relu": 1, "Relu6": 3}
SLICE_MASKS = {"beginMask": "begin_mask", "endMask": "end_mask", "shrinkAxisMask": "shrink_axis_mask"}
PADDINGS = {"SAME": 0, "VALID": 1}


def convert_node(ctx: ConversionContext, node: Node) -> None:
    """Convert one node of the graph.

    Raises:
        NotImplementedError: the op is not supported; no MoveNet graph has it.
    """
    if node.op in DIRECT_OPS:
        _direct(ctx, node)
    elif node.op in CONVERTERS:
        CONVERTERS[node.op](ctx, node)
    else:
        raise NotImplementedError(f"the op {node.op} of node {node.name} is not supported")


@dataclass(frozen=True, slots=True)
class DirectOp:
    """An op whose TFLite operator has the same inputs.

    Attributes:
        opcode: name of the builtin operator.
        options: name of its option table, if it needs one.
        dtype: name of the node attribute with the output dtype, or that dtype.
    """

    opcode: str
    options: str | None = None
    dtype: str | type[np.bool_] = "T"


DIRECT_OPS = {
    "Abs": DirectOp("ABS"),
    "AddN": DirectOp("ADD_N"),
    "AddV2": DirectOp("ADD", "AddOptions"),
    "Cast": DirectOp("CAST", dtype="DstT"),
    "Equal": DirectOp("EQUAL", dtype=np.bool_),
    "Exp": DirectOp("EXP"),
    "Fill": DirectOp("FILL"),
    "FloorDiv": DirectOp("FLOOR_DIV"),
    "GatherNd": DirectOp("GATHER_ND", dtype="Tparams"),
    "Greater": DirectOp("GREATER", dtype=np.bool_),
    "GreaterEqual": DirectOp("GREATER_EQUAL", dtype=np.bool_),
    "Less": DirectOp("LESS", dtype=np.bool_),
    "LogicalAnd": DirectOp("LOGICAL_AND", dtype=np.bool_),
    "Max": DirectOp("REDUCE_MAX", "ReducerOptions"),
    "Maximum": DirectOp("MAXIMUM"),
    "Minimum": DirectOp("MINIMUM"),
    "Mul": DirectOp("MUL", "MulOptions"),
    "Range": DirectOp("RANGE", dtype="Tidx"),
    "RealDiv": DirectOp("DIV", "DivOptions"),
    "Reshape": DirectOp("RESHAPE"),
    "Select": DirectOp("SELECT"),
    "Sigmoid": DirectOp("LOGISTIC"),
    "Sqrt": DirectOp("SQRT"),
    "SquaredDifference": DirectOp("SQUARED_DIFFERENCE"),
    "Sum": DirectOp("SUM", "ReducerOptions"),
    "Tile": DirectOp("TILE"),
}


def _direct(ctx: ConversionContext, node: Node) -> None:
    direct = DIRECT_OPS[node.op]
    dtype = node.dtype(direct.dtype) if isinstance(direct.dtype, str) else direct.dtype
    fields = {"keepDims": node.boolean("keep_dims")} if direct.options == "ReducerOptions" else {}
    ctx.add_operator(node, direct.opcode, direct.options, dtype, **fields)


def _placeholder(ctx: ConversionContext, node: Node) -> None:
    shape = (1, *ctx.size, 3)
    ctx.model_input = ctx.tensors[node.name] = ctx.writer.add_tensor("serving_default_input:0", np.uint8, shape)


def _identity(ctx: ConversionContext, node: Node) -> None:
    ctx.model_output = ctx.tensors[node.name] = ctx.tensor(node.inputs[0])


def _subtract(ctx: ConversionContext, node: Node) -> None:
    subtrahend = ctx.constants.get(node.inputs[1])
    if subtrahend is not None and not subtrahend.any():  # the graphs subtract a pixel mean of zero
        ctx.tensors[node.name] = ctx.tensor(node.inputs[0])
    else:
        ctx.add_operator(node, "SUB", "SubOptions")


def _convolution(ctx: ConversionContext, node: Node) -> None:
    filters = ctx.constants[node.inputs[1]].transpose(3, 0, 1, 2)  # HWIO to OHWI
    inputs = _convolution_inputs(ctx, node, filters, channels=filters.shape[0])
    options = {"quantizedBiasType": 0, **_convolution_options(node)}
    ctx.writer.add_operator("CONV_2D", inputs, [ctx.output(node)], "Conv2DOptions", **options)


def _depthwise(ctx: ConversionContext, node: Node) -> None:
    filters = ctx.constants[node.inputs[1]]
    height, width, channels, multiplier = filters.shape
    filters = filters.reshape(1, height, width, channels * multiplier)
    inputs = _convolution_inputs(ctx, node, filters, channels=filters.shape[3])
    options = {"depthMultiplier": multiplier, **_convolution_options(node)}
    ctx.writer.add_operator("DEPTHWISE_CONV_2D", inputs, [ctx.output(node)], "DepthwiseConv2DOptions", **options)


def _convolution_inputs(ctx: ConversionContext, node: Node, filters: Array, channels: int) -> list[int]:
    return [ctx.tensor(node.inputs[0]), _float16_filters(ctx, filters, node.inputs[1]), _bias(ctx, node, channels)]


def _float16_filters(ctx: ConversionContext, filters: Array, name: str) -> int:
    """Store filters as float16, followed by a DEQUANTIZE that LiteRT constant-folds at load; returns that output."""
    dequantized = ctx.writer.add_tensor(f"{name}/fp32", np.float32, filters.shape)
    stored = ctx.writer.add_constant(filters.astype(np.float16), name)
    ctx.writer.add_operator("DEQUANTIZE", [stored], [dequantized], "DequantizeOptions")
    return dequantized


def _bias(ctx: ConversionContext, node: Node, channels: int) -> int:
    if "BiasAdd" in node.strings("fused_ops"):
        return ctx.tensor(node.inputs[2])
    return ctx.writer.add_constant(np.zeros(channels, np.float32), f"{node.name}/zero_bias")


def _convolution_options(node: Node) -> dict[str, int]:
    strides, dilations = node.integers("strides"), node.integers("dilations")
    activations = [ACTIVATION_FUNCTIONS[op] for op in node.strings("fused_ops") if op in ACTIVATION_FUNCTIONS]
    return {
        "padding": PADDINGS[node.string("padding")],
        "strideH": strides[1],
        "strideW": strides[2],
        "dilationHFactor": dilations[1],
        "dilationWFactor": dilations[2],
        "fusedActivationFunction": activations[0] if activations else 0,
    }


def _max_pool(ctx: ConversionContext, node: Node) -> None:
    window, strides = node.integers("ksize"), node.integers("strides")
    fields: dict[str, Any] = {"filterHeight": window[1], "filterWidth": window[2]}
    fields |= {"strideH": strides[1], "strideW": strides[2], "padding": PADDINGS[node.string("padding")]}
    ctx.add_operator(node, "MAX_POOL_2D", "Pool2DOptions", **fields)


def _resize(ctx: ConversionContext, node: Node) -> None:
    fields = {"alignCorners": node.boolean("align_corners"), "halfPixelCenters": node.boolean("half_pixel_centers")}
    outputs = [ctx.output(node, np.float32)]
    ctx.writer.add_operator("RESIZE_BILINEAR", ctx.inputs(node), outputs, "ResizeBilinearOptions", **fields)


def _as_reshape(ctx: ConversionContext, node: Node) -> bool:
    """Convert a node to RESHAPE, which XNNPACK supports, or remove it; returns False if the shapes are dynamic."""
    if ctx.keeps_shape(node):
        ctx.tensors[node.name] = ctx.tensor(node.inputs[0])
    elif ctx.static_shapes:
        shape = ctx.int32_constant(ctx.writer.shapes[node.name], f"{node.name}/shape")
        ctx.writer.add_operator("RESHAPE", [ctx.tensor(node.inputs[0]), shape], [ctx.output(node)])
    return ctx.static_shapes


def _expand(ctx: ConversionContext, node: Node) -> None:
    if not _as_reshape(ctx, node):
        ctx.add_operator(node, "EXPAND_DIMS")


def _squeeze(ctx: ConversionContext, node: Node) -> None:
    if not _as_reshape(ctx, node):
        ctx.add_operator(node, "SQUEEZE", "SqueezeOptions", squeezeDims=node.integers("squeeze_dims"))


def _pack(ctx: ConversionContext, node: Node) -> None:
    ctx.add_operator(node, "PACK", "PackOptions", axis=node.integer("axis"), valuesCount=len(node.inputs))


def _unpack(ctx: ConversionContext, node: Node) -> None:
    count = node.integer("num")
    if count == 1 and _as_reshape(ctx, node):
        return
    inputs, outputs = ctx.inputs(node), [ctx.output(node, port=port) for port in range(count)]
    ctx.writer.add_operator("UNPACK", inputs, outputs, "UnpackOptions", axis=node.integer("axis"), num=count)


def _split(ctx: ConversionContext, node: Node) -> None:
    count = node.integer("num_split")
    inputs, outputs = ctx.inputs(node), [ctx.output(node, port=port) for port in range(count)]
    ctx.writer.add_operator("SPLIT", inputs, outputs, "SplitOptions", numSplits=count)


def _concatenate(ctx: ConversionContext, node: Node) -> None:
    *names, axis = node.inputs
    inputs, fields = [ctx.tensor(name) for name in names], {"axis": int(ctx.constants[axis])}
    ctx.writer.add_operator("CONCATENATION", inputs, [ctx.output(node)], "ConcatenationOptions", **fields)


def _arg_max(ctx: ConversionContext, node: Node) -> None:
    outputs = [ctx.output(node, np.int32)]
    ctx.writer.add_operator("ARG_MAX", ctx.inputs(node), outputs, "ArgMaxOptions", outputType=TENSOR_TYPES["int32"])


def _top_k(ctx: ConversionContext, node: Node) -> None:
    ctx.writer.add_operator("TOPK_V2", ctx.inputs(node), [ctx.output(node), ctx.output(node, np.int32, port=1)])


def _shape(ctx: ConversionContext, node: Node) -> None:
    ctx.add_operator(node, "SHAPE", "ShapeOptions", dtype=np.int32, outType=TENSOR_TYPES["int32"])


def _size(ctx: ConversionContext, node: Node) -> None:
    shape = ctx.writer.add_tensor(f"{node.name}/shape", np.int32)
    ctx.writer.add_operator("SHAPE", ctx.inputs(node), [shape], "ShapeOptions", outType=TENSOR_TYPES["int32"])
    axis = ctx.int32_constant([0], f"{node.name}/axis")
    ctx.writer.add_operator("REDUCE_PROD", [shape, axis], [ctx.output(node, np.int32)], "ReducerOptions")


def _reciprocal(ctx: ConversionContext, node: Node) -> None:
    one = ctx.writer.add_constant(np.ones((), np.float32), f"{node.name}/one")
    ctx.writer.add_operator("DIV", [one, *ctx.inputs(node)], [ctx.output(node)], "DivOptions")


def _strided_slice(ctx: ConversionContext, node: Node) -> None:
    if node.integer("new_axis_mask"):
        _slice_with_new_axes(ctx, node)
    else:
        fields: dict[str, Any] = {name: node.integer(mask) for name, mask in SLICE_MASKS.items()}
        ctx.add_operator(node, "STRIDED_SLICE", "StridedSliceOptions", **fields)


def _slice_with_new_axes(ctx: ConversionContext, node: Node) -> None:
    """Convert a slice such as ``x[:, newaxis, :4]`` to ``x[:, :4]``, then EXPAND_DIMS for each new axis."""
    rank = len(ctx.constants[node.inputs[1]])
    new_axes = [axis for axis in range(rank) if node.integer("new_axis_mask") >> axis & 1]
    if node.integer("shrink_axis_mask"):
        raise NotImplementedError(f"the slice {node.name} both adds and removes axes, which is not supported")
    current = _slice_existing_axes(ctx, node, [axis for axis in range(rank) if axis not in new_axes])
    for axis in new_axes:
        name = f"{node.name}/axis{axis}"
        expanded = ctx.output(node) if axis == new_axes[-1] else ctx.writer.add_tensor(name, node.dtype("T"))
        ctx.writer.add_operator("EXPAND_DIMS", [current, ctx.int32_constant(axis, f"{node.name}/at{axis}")], [expanded])
        current = expanded


def _slice_existing_axes(ctx: ConversionContext, node: Node, axes: list[int]) -> int:
    """Slice along ``axes``, the axes of the input; returns the input itself if all of it is kept."""
    begin, end = (_select_bits(node.integer(mask), axes) for mask in ("begin_mask", "end_mask"))
    tensor = ctx.tensor(node.inputs[0])
    if begin == end == (1 << len(axes)) - 1:
        return tensor
    bounds = [ctx.int32_constant(ctx.constants[name][axes], f"{node.name}/{name}") for name in node.inputs[1:]]
    sliced = ctx.writer.add_tensor(f"{node.name}/cut", node.dtype("T"))
    masks = {"beginMask": begin, "endMask": end}
    ctx.writer.add_operator("STRIDED_SLICE", [tensor, *bounds], [sliced], "StridedSliceOptions", **masks)
    return sliced


def _select_bits(mask: int, axes: list[int]) -> int:
    """Return the bits of ``mask`` at ``axes``, packed in that order."""
    return sum((mask >> axis & 1) << bit for bit, axis in enumerate(axes))


CONVERTERS: dict[str, Callable[[ConversionContext, Node], None]] = {
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
