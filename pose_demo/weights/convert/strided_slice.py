"""Conversion of StridedSlice to TFLite operators; the names of the added tensors are part of the converted file."""

from __future__ import annotations

from typing import Any

from pose_demo.weights.convert.context import ConversionContext
from pose_demo.weights.convert.tfjs import Node

SLICE_MASKS = {"beginMask": "begin_mask", "endMask": "end_mask", "shrinkAxisMask": "shrink_axis_mask"}


def strided_slice(context: ConversionContext, node: Node) -> None:
    """Convert a StridedSlice node.

    Raises:
        NotImplementedError: the slice both adds and removes axes.
    """
    if node.integer("new_axis_mask"):
        _slice_with_new_axes(context, node)
    else:
        options: dict[str, Any] = {name: node.integer(mask) for name, mask in SLICE_MASKS.items()}
        context.add_operator(node, "STRIDED_SLICE", "StridedSliceOptions", **options)


def _slice_with_new_axes(context: ConversionContext, node: Node) -> None:
    """Convert a slice such as ``x[:, newaxis, :4]`` to ``x[:, :4]``, then EXPAND_DIMS for each new axis."""
    rank = len(context.constants[node.inputs[1]])
    new_axes = [axis for axis in range(rank) if node.integer("new_axis_mask") >> axis & 1]
    if node.integer("shrink_axis_mask"):
        raise NotImplementedError(f"the slice {node.name} both adds and removes axes, which is not supported")
    current = _slice_existing_axes(context, node, [axis for axis in range(rank) if axis not in new_axes])
    for axis in new_axes:
        name = f"{node.name}/axis{axis}"
        expanded = context.output(node) if axis == new_axes[-1] else context.writer.add_tensor(name, node.dtype("T"))
        context.writer.add_operator(
            "EXPAND_DIMS", [current, context.int32_constant(axis, f"{node.name}/at{axis}")], [expanded]
        )
        current = expanded


def _slice_existing_axes(context: ConversionContext, node: Node, axes: list[int]) -> int:
    """Slice along ``axes``, the axes of the input; returns the input itself if all of it is kept."""
    begin, end = (_select_bits(node.integer(mask), axes) for mask in ("begin_mask", "end_mask"))
    tensor = context.tensor(node.inputs[0])
    if begin == end == (1 << len(axes)) - 1:
        return tensor
    bounds = [context.int32_constant(context.constants[name][axes], f"{node.name}/{name}") for name in node.inputs[1:]]
    sliced = context.writer.add_tensor(f"{node.name}/cut", node.dtype("T"))
    masks = {"beginMask": begin, "endMask": end}
    context.writer.add_operator("STRIDED_SLICE", [tensor, *bounds], [sliced], "StridedSliceOptions", **masks)
    return sliced


def _select_bits(mask: int, axes: list[int]) -> int:
    """Return the bits of ``mask`` at ``axes``, packed in that order."""
    return sum((mask >> axis & 1) << bit for bit, axis in enumerate(axes))
