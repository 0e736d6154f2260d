"""Conversion of the TensorFlow ops of the MoveNet graphs to TFLite operators.

The names of the added tensors are part of the file, so changing one changes the checksum in the manifest.

Source: the op definitions in tensorflow/core/ops and the option tables in tensorflow/lite/schema/schema.fbs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pose_demo.weights.convert.context import ConversionContext
from pose_demo.weights.convert.options import convolution_options, pool_options, resize_options
from pose_demo.weights.convert.strided_slice import strided_slice
from pose_demo.weights.convert.tfjs import Array, Node
from pose_demo.weights.convert.tflite import TENSOR_TYPES


def convert_node(context: ConversionContext, node: Node) -> None:
    """Convert one node of the graph.

    Raises:
        NotImplementedError: the op is not supported; no MoveNet graph has it.
    """
    if node.op in DIRECT_OPS:
        _direct(context, node)
    elif node.op in CONVERTERS:
        CONVERTERS[node.op](context, node)
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


def _direct(context: ConversionContext, node: Node) -> None:
    direct = DIRECT_OPS[node.op]
    dtype = node.dtype(direct.dtype) if isinstance(direct.dtype, str) else direct.dtype
    options = {"keepDims": node.boolean("keep_dims")} if direct.options == "ReducerOptions" else {}
    context.add_operator(node, direct.opcode, direct.options, dtype, **options)


def _placeholder(context: ConversionContext, node: Node) -> None:
    shape = (1, *context.size, 3)
    context.model_input = context.tensors[node.name] = context.writer.add_tensor(
        "serving_default_input:0", np.uint8, shape
    )


def _identity(context: ConversionContext, node: Node) -> None:
    context.model_output = context.tensors[node.name] = context.tensor(node.inputs[0])


def _subtract(context: ConversionContext, node: Node) -> None:
    subtrahend = context.constants.get(node.inputs[1])
    if subtrahend is not None and not subtrahend.any():  # the graphs subtract a pixel mean of zero
        context.tensors[node.name] = context.tensor(node.inputs[0])
    else:
        context.add_operator(node, "SUB", "SubOptions")


def _convolution(context: ConversionContext, node: Node) -> None:
    filters = context.constants[node.inputs[1]].transpose(3, 0, 1, 2)  # HWIO to OHWI
    inputs = _convolution_inputs(context, node, filters, channels=filters.shape[0])
    options = {"quantizedBiasType": 0, **convolution_options(node)}
    context.writer.add_operator("CONV_2D", inputs, [context.output(node)], "Conv2DOptions", **options)


def _depthwise(context: ConversionContext, node: Node) -> None:
    filters = context.constants[node.inputs[1]]
    height, width, channels, multiplier = filters.shape
    filters = filters.reshape(1, height, width, channels * multiplier)
    inputs = _convolution_inputs(context, node, filters, channels=filters.shape[3])
    options = {"depthMultiplier": multiplier, **convolution_options(node)}
    context.writer.add_operator(
        "DEPTHWISE_CONV_2D", inputs, [context.output(node)], "DepthwiseConv2DOptions", **options
    )


def _convolution_inputs(context: ConversionContext, node: Node, filters: Array, channels: int) -> list[int]:
    return [
        context.tensor(node.inputs[0]),
        _float16_filters(context, filters, node.inputs[1]),
        _bias(context, node, channels),
    ]


def _float16_filters(context: ConversionContext, filters: Array, name: str) -> int:
    """Store filters as float16, followed by a DEQUANTIZE that LiteRT constant-folds at load; returns that output."""
    dequantized = context.writer.add_tensor(f"{name}/fp32", np.float32, filters.shape)
    stored = context.writer.add_constant(filters.astype(np.float16), name)
    context.writer.add_operator("DEQUANTIZE", [stored], [dequantized], "DequantizeOptions")
    return dequantized


def _bias(context: ConversionContext, node: Node, channels: int) -> int:
    if "BiasAdd" in node.strings("fused_ops"):
        return context.tensor(node.inputs[2])
    return context.writer.add_constant(np.zeros(channels, np.float32), f"{node.name}/zero_bias")


def _max_pool(context: ConversionContext, node: Node) -> None:
    context.add_operator(node, "MAX_POOL_2D", "Pool2DOptions", **pool_options(node))


def _resize_bilinear(context: ConversionContext, node: Node) -> None:
    outputs, options = [context.output(node, np.float32)], resize_options(node)
    context.writer.add_operator("RESIZE_BILINEAR", context.inputs(node), outputs, "ResizeBilinearOptions", **options)


def _as_reshape(context: ConversionContext, node: Node) -> bool:
    """Convert a node to RESHAPE, which XNNPACK supports, or remove it; returns False if the shapes are dynamic."""
    if context.keeps_shape(node):
        context.tensors[node.name] = context.tensor(node.inputs[0])
    elif context.static_shapes:
        shape = context.int32_constant(context.writer.shapes[node.name], f"{node.name}/shape")
        context.writer.add_operator("RESHAPE", [context.tensor(node.inputs[0]), shape], [context.output(node)])
    return context.static_shapes


def _expand(context: ConversionContext, node: Node) -> None:
    if not _as_reshape(context, node):
        context.add_operator(node, "EXPAND_DIMS")


def _squeeze(context: ConversionContext, node: Node) -> None:
    if not _as_reshape(context, node):
        context.add_operator(node, "SQUEEZE", "SqueezeOptions", squeezeDims=node.integers("squeeze_dims"))


def _pack(context: ConversionContext, node: Node) -> None:
    context.add_operator(node, "PACK", "PackOptions", axis=node.integer("axis"), valuesCount=len(node.inputs))


def _unpack(context: ConversionContext, node: Node) -> None:
    count = node.integer("num")
    if count == 1 and _as_reshape(context, node):
        return
    inputs, outputs = context.inputs(node), [context.output(node, port=port) for port in range(count)]
    context.writer.add_operator("UNPACK", inputs, outputs, "UnpackOptions", axis=node.integer("axis"), num=count)


def _split(context: ConversionContext, node: Node) -> None:
    count = node.integer("num_split")
    inputs, outputs = context.inputs(node), [context.output(node, port=port) for port in range(count)]
    context.writer.add_operator("SPLIT", inputs, outputs, "SplitOptions", numSplits=count)


def _concatenate(context: ConversionContext, node: Node) -> None:
    *names, axis = node.inputs
    inputs, options = [context.tensor(name) for name in names], {"axis": int(context.constants[axis])}
    context.writer.add_operator("CONCATENATION", inputs, [context.output(node)], "ConcatenationOptions", **options)


def _arg_max(context: ConversionContext, node: Node) -> None:
    outputs = [context.output(node, np.int32)]
    context.writer.add_operator(
        "ARG_MAX", context.inputs(node), outputs, "ArgMaxOptions", outputType=TENSOR_TYPES["int32"]
    )


def _top_k(context: ConversionContext, node: Node) -> None:
    context.writer.add_operator(
        "TOPK_V2", context.inputs(node), [context.output(node), context.output(node, np.int32, port=1)]
    )


def _shape(context: ConversionContext, node: Node) -> None:
    context.add_operator(node, "SHAPE", "ShapeOptions", dtype=np.int32, outType=TENSOR_TYPES["int32"])


def _size(context: ConversionContext, node: Node) -> None:
    shape = context.writer.add_tensor(f"{node.name}/shape", np.int32)
    context.writer.add_operator("SHAPE", context.inputs(node), [shape], "ShapeOptions", outType=TENSOR_TYPES["int32"])
    axis = context.int32_constant([0], f"{node.name}/axis")
    context.writer.add_operator("REDUCE_PROD", [shape, axis], [context.output(node, np.int32)], "ReducerOptions")


def _reciprocal(context: ConversionContext, node: Node) -> None:
    one = context.writer.add_constant(np.ones((), np.float32), f"{node.name}/one")
    context.writer.add_operator("DIV", [one, *context.inputs(node)], [context.output(node)], "DivOptions")


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
    "ResizeBilinear": _resize_bilinear,
    "Shape": _shape,
    "Size": _size,
    "Split": _split,
    "Squeeze": _squeeze,
    "StridedSlice": strided_slice,
    "Sub": _subtract,
    "TopKV2": _top_k,
    "Unpack": _unpack,
    "_FusedConv2D": _convolution,
}
