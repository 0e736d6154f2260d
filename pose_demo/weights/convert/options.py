"""Options of TFLite operators, from the attributes of TensorFlow nodes.

Source: the option tables in tensorflow/lite/schema/schema.fbs.
"""

from __future__ import annotations

from typing import Any

from pose_demo.weights.convert.tfjs import Node

ACTIVATION_FUNCTIONS = {"Relu": 1, "Relu6": 3}
PADDINGS = {"SAME": 0, "VALID": 1}


def convolution_options(node: Node) -> dict[str, int]:
    """Of Conv2DOptions and DepthwiseConv2DOptions."""
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


def pool_options(node: Node) -> dict[str, Any]:
    """Of Pool2DOptions."""
    window, strides = node.integers("ksize"), node.integers("strides")
    return {
        "filterHeight": window[1],
        "filterWidth": window[2],
        "strideH": strides[1],
        "strideW": strides[2],
        "padding": PADDINGS[node.string("padding")],
    }


def resize_options(node: Node) -> dict[str, bool]:
    """Of ResizeBilinearOptions."""
    return {"alignCorners": node.boolean("align_corners"), "halfPixelCenters": node.boolean("half_pixel_centers")}
