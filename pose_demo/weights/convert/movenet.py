"""Conversion of MoveNet models from TensorFlow.js graphs to .tflite files.

The TF.js files contain the same float16 weights as Google's float16 .tflite files and are available from npm. The
conversion needs no TensorFlow and takes about a second per model.
"""

from __future__ import annotations

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from pose_demo.weights.convert.context import ConversionContext
from pose_demo.weights.convert.movenet_ops import convert_node
from pose_demo.weights.convert.tfjs import Graph, read_graph
from pose_demo.weights.convert.tflite import ModelWriter, Shape

SHAPE_INFERENCE_SIZES = ((128, 128), (192, 320))  # (height, width) in pixels: multiples of 32, all sides different


def convert(model: bytes, weights: bytes) -> bytes:
    """Convert a MoveNet graph to a .tflite file; deterministic.

    The model has the signature input ``input``, uint8 RGB ``(1, height, width, 3)``, and the output ``output_0``. The
    single-pose models have a fixed input size; MultiPose accepts any multiple of 32 pixels.

    Args:
        model: content of model.json.
        weights: content of its .bin file.

    Raises:
        ValueError: the two files are not of the same model.
        NotImplementedError: the graph has an op that MoveNet does not use.
    """
    graph = read_graph(model, weights)
    return _build(graph, _infer_shapes(graph), graph.input_size)


def _infer_shapes(graph: Graph) -> dict[str, Shape]:
    """Infer the shapes of all activation tensors; -1 for dimensions that depend on the input size.

    LiteRT infers them by running a model without shapes on its builtin kernels. The final file must contain them
    because the XNNPACK delegate selects operators by their static shapes before the first inference.
    """
    if -1 not in graph.input_size:
        return _run_for_shapes(_build(graph, {}, graph.input_size), graph.input_size)
    first, second = (_run_for_shapes(_build(graph, {}, size), size) for size in SHAPE_INFERENCE_SIZES)
    return {name: _dynamic_shape(shape, second[name]) for name, shape in first.items()}


def _dynamic_shape(first: Shape, second: Shape) -> Shape:
    # -1: a dynamic dimension (differs between the two)
    return tuple(a if a == b else -1 for a, b in zip(first, second, strict=True))


def _build(graph: Graph, shapes: dict[str, Shape], size: tuple[int, int]) -> bytes:
    writer = ModelWriter(shapes)
    context = ConversionContext(graph, writer, size)
    for node in graph.nodes:
        convert_node(context, node)
    return writer.finish(context.model_input, context.model_output, "MoveNet, from its TensorFlow.js graph")


def _run_for_shapes(model: bytes, size: tuple[int, int]) -> dict[str, Shape]:
    interpreter = Interpreter(
        model_content=model,
        experimental_preserve_all_tensors=True,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], np.zeros((1, *size, 3), np.uint8))
    interpreter.invoke()  # MultiPose has shapes that are only known after inference
    details = interpreter.get_tensor_details()
    return {tensor["name"]: interpreter.get_tensor(tensor["index"]).shape for tensor in details if tensor["name"]}
