"""Write a MoveNet network, published as a TensorFlow.js graph, as a .tflite file.

The TF.js files hold the float16 weights of Google's own float16 .tflite files, and a registry has them. No TensorFlow
is needed, and a network takes about a second.
"""

from __future__ import annotations

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from pose_demo.weights.convert.movenet_ops import write
from pose_demo.weights.convert.tfjs import Graph, read_graph
from pose_demo.weights.convert.tflite import ModelWriter, Shape
from pose_demo.weights.convert.translation import Translation

TRIAL_SIZES = ((128, 128), (192, 320))  # (height, width) in pixels: multiples of 32, unlike one another


def convert(model: bytes, weights: bytes) -> bytes:
    """The .tflite file of a MoveNet graph; the same bytes whenever the same two files come in.

    It takes uint8 RGB ``(1, height, width, 3)`` under the name ``input`` and gives ``output_0``. A network of fixed
    size keeps it; MultiPose takes any multiple of 32.

    Args:
        model: the content of model.json.
        weights: the content of its .bin file.

    Raises:
        ValueError: the two files do not belong together.
        NotImplementedError: the graph is not one of MoveNet's.
    """
    graph = read_graph(model, weights)
    return _write(graph, _shapes(graph), graph.input_size)


def _shapes(graph: Graph) -> dict[str, Shape]:
    """Shapes of all computed tensors; -1 where a side follows the input's size.

    LiteRT works them out: the graph is first written without any and run by the plain kernels. The shapes must be in
    the final file, because the fast kernels are chosen by them before anything runs.
    """
    if -1 not in graph.input_size:
        return _trial_shapes(_write(graph, {}, graph.input_size), graph.input_size)
    first, other = (_trial_shapes(_write(graph, {}, size), size) for size in TRIAL_SIZES)
    return {name: _common(shape, other[name]) for name, shape in first.items()}


def _common(one: Shape, other: Shape) -> Shape:
    return tuple(a if a == b else -1 for a, b in zip(one, other, strict=True))


def _write(graph: Graph, shapes: dict[str, Shape], size: tuple[int, int]) -> bytes:
    writer = ModelWriter(shapes)
    translation = Translation(graph, writer, size)
    for node in graph.nodes:
        write(translation, node)
    return writer.finish(translation.model_input, translation.model_output, "MoveNet, from its TensorFlow.js graph")


def _trial_shapes(model: bytes, size: tuple[int, int]) -> dict[str, Shape]:
    interpreter = Interpreter(
        model_content=model,
        experimental_preserve_all_tensors=True,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], np.zeros((1, *size, 3), np.uint8))
    interpreter.invoke()  # some shapes inside MultiPose are known only once it has run
    details = interpreter.get_tensor_details()
    return {tensor["name"]: interpreter.get_tensor(tensor["index"]).shape for tensor in details if tensor["name"]}
