"""Conversion of darknet networks (a .cfg file and its .weights file) to .tflite files.

The converted network ends at the inputs of the ``yolo`` layers: their activation functions are not part of it.

Source: parser.c and the layers in the darknet repository (pjreddie/darknet).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pose_demo.weights.convert.tflite import ModelWriter

Floats = npt.NDArray[np.float32]

_HEADER_BYTES = 20  # three int32 for the version, one int64 for the number of training images
_EPSILON = 1e-6  # of the batch normalization
_LEAKY_SLOPE = 0.1
_SAME = 0  # padding of the schema
_RGB, _MAX_PIXEL = 3, 255
_BOX_VALUES = 5  # center x, center y, width, height, objectness; the class scores follow


@dataclass(frozen=True, slots=True)
class Layer:
    """A section of a .cfg file: its type and its options."""

    kind: str
    options: Mapping[str, str]

    def integer(self, name: str, default: int | None = None) -> int:
        return int(self.options[name]) if default is None else int(self.options.get(name, default))

    def integers(self, name: str) -> list[int]:
        return [int(number) for number in self.options[name].split(",")]


@dataclass(frozen=True, slots=True)
class Head:
    """An output grid.

    Attributes:
        stride: side of a cell in pixels of the input.
        anchors: ``(N, 2)`` widths and heights in pixels of the input.
    """

    stride: int
    anchors: npt.NDArray[np.float64]


class _Output(NamedTuple):
    """The output tensor of a layer, and its channels."""

    tensor: int
    channels: int


def read_cfg(cfg: str) -> tuple[Layer, tuple[Layer, ...]]:
    """Read a .cfg file: its section ``[net]``, and the layers.

    Raises:
        ValueError: it is not a .cfg file.
    """
    layers: list[tuple[str, dict[str, str]]] = []
    for line in (line.partition("#")[0].strip() for line in cfg.splitlines()):
        if line.startswith("["):
            layers.append((line.strip("[]"), {}))
        elif line:
            name, separator, value = line.partition("=")
            if not separator or not layers:
                raise ValueError(f"expected a section or an option like name=value, got {line!r}")
            layers[-1][1][name.strip()] = value.strip()
    if not layers or layers[0][0] != "net":
        raise ValueError("expected the section [net] first")
    net, *rest = (Layer(kind, options) for kind, options in layers)
    return net, tuple(rest)


def read_heads(cfg: str) -> tuple[Head, ...]:
    """Read the anchors and strides of the ``yolo`` layers of a .cfg file, in the order of the converted output."""
    heads, strides = [], [1]  # of the input, then of each layer
    for layer in read_cfg(cfg)[1]:
        if layer.kind == "route":
            stride = strides[_absolute(layer.integers("layers")[0], len(strides) - 1) + 1]
        elif layer.kind == "upsample":
            stride = strides[-1] // layer.integer("stride")
        else:
            stride = strides[-1] * layer.integer("stride", 1)
        strides.append(stride)
        if layer.kind == "yolo":
            heads.append(Head(stride, _anchors(layer)))
    return tuple(heads)


def _absolute(index: int, count: int) -> int:
    """The index of a layer, which a .cfg file may count back from the current one."""
    return index if index >= 0 else count + index


def _anchors(layer: Layer) -> npt.NDArray[np.float64]:
    return np.array(layer.integers("anchors"), np.float64).reshape(-1, 2)[layer.integers("mask")]


def convert(cfg: str, weights: bytes, *, quantized: bool = False) -> bytes:
    """Convert a network to a .tflite file; deterministic.

    The file has one input, uint8 RGB ``(1, height, width, 3)``, which can be resized to other multiples of the largest
    stride, and one output ``(1, N, 5 + classes)``: center x, center y, width, height, objectness and class scores
    before their activation functions, for all heads one after the other, cell by cell in rows, anchor by anchor.

    Args:
        cfg: content of the .cfg file.
        weights: content of the .weights file.
        quantized: store the weights as int8 with a scale for each channel; the activations are quantized while the
            network runs, so no calibration is needed.

    Raises:
        ValueError: a file is damaged, or they do not belong together.
        NotImplementedError: a layer is not supported.
    """
    return _Conversion(weights, quantized).run(*read_cfg(cfg))


class _Conversion:
    """State of one conversion: the outputs of the layers so far, and the position in the weights."""

    def __init__(self, weights: bytes, quantized: bool) -> None:
        self._weights, self._position = np.frombuffer(weights, "<f4", offset=_HEADER_BYTES), 0
        self._quantized = quantized
        self._writer = ModelWriter({})
        self._outputs: list[_Output] = []
        self._heads: list[int] = []  # their tensors

    def run(self, net: Layer, layers: tuple[Layer, ...]) -> bytes:
        size = net.integer("height"), net.integer("width")
        pixels = self._writer.add_tensor("input", np.uint8, (1, *size, _RGB), signature=(1, -1, -1, _RGB))
        last = self._operator("CAST", [pixels], _RGB)
        for layer in layers:
            last = self._layer(layer, last)
            self._outputs.append(last)
        if self._position != len(self._weights):
            raise ValueError(f"the network has {self._position} weights, the file has {len(self._weights)}")
        output = self._writer.add_tensor("output", np.float32, (1, -1, 1))
        self._writer.add_operator("CONCATENATION", self._heads, [output], "ConcatenationOptions", axis=1)
        return self._writer.finish(pixels, output, "converted from darknet")

    def _layer(self, layer: Layer, last: _Output) -> _Output:
        if layer.kind == "convolutional":
            return self._convolution(layer, last)
        if layer.kind == "maxpool":
            return self._max_pool(layer, last)
        if layer.kind == "upsample" and layer.integer("stride") == 2:
            return self._upsample(last)
        if layer.kind == "route":
            return self._route(layer)
        if layer.kind == "yolo":
            return self._head(layer, last)
        raise NotImplementedError(f"the layer [{layer.kind}] is not supported")

    def _convolution(self, layer: Layer, last: _Output) -> _Output:
        stride, activation = layer.integer("stride"), layer.options["activation"]
        kernel, bias = self._kernel_and_bias(layer, last.channels)
        if not self._outputs:
            kernel /= _MAX_PIXEL  # the network was trained on RGB in [0, 1]
        name = f"layer{len(self._outputs)}"
        inputs = [last.tensor, self._kernel(kernel, name), self._writer.add_constant(bias, f"{name}/bias")]
        options = {"padding": _SAME, "strideH": stride, "strideW": stride, "dilationHFactor": 1, "dilationWFactor": 1}
        output = self._operator("CONV_2D", inputs, len(bias), "Conv2DOptions", **options)
        if activation == "linear":
            return output
        if activation != "leaky":
            raise NotImplementedError(f"the activation {activation} is not supported")
        return self._operator("LEAKY_RELU", [output.tensor], len(bias), "LeakyReluOptions", alpha=_LEAKY_SLOPE)

    def _kernel_and_bias(self, layer: Layer, channels: int) -> tuple[Floats, Floats]:
        """The kernel as (output channels, height, width, input channels), with the batch normalization folded in."""
        filters, size = layer.integer("filters"), layer.integer("size")
        bias = self._read(filters)
        factor: Floats = np.ones(filters, np.float32)
        if layer.integer("batch_normalize", 0):
            scale, mean, variance = (self._read(filters) for _ in range(3))
            factor = (scale / np.sqrt(variance + _EPSILON)).astype(np.float32)
            bias = (bias - mean * factor).astype(np.float32)
        kernel = self._read(filters * channels * size * size).reshape(filters, channels, size, size)
        return (kernel * factor[:, None, None, None]).transpose(0, 2, 3, 1), bias

    def _kernel(self, kernel: Floats, name: str) -> int:
        """Add a kernel. That of the first layer stays float: it takes little time, and works on pixels."""
        if self._quantized and self._outputs:
            return self._writer.add_quantized_constant(kernel, name)
        return self._writer.add_constant(kernel.astype(np.float32), name)

    def _read(self, count: int) -> Floats:
        start, self._position = self._position, self._position + count
        if self._position > len(self._weights):
            raise ValueError(f"the weights end after {len(self._weights)} numbers; the network needs more")
        return self._weights[start : self._position].astype(np.float32)

    def _max_pool(self, layer: Layer, last: _Output) -> _Output:
        stride, size = layer.integer("stride"), layer.integer("size")
        fields = {"padding": _SAME, "strideH": stride, "strideW": stride, "filterHeight": size, "filterWidth": size}
        return self._operator("MAX_POOL_2D", [last.tensor], last.channels, "Pool2DOptions", **fields)

    def _upsample(self, last: _Output) -> _Output:
        """Repeat each cell twice in both directions; a resize operator would need a fixed size."""
        tensors = [self._concatenate([last] * 4).tensor]
        return self._operator("DEPTH_TO_SPACE", tensors, last.channels, "DepthToSpaceOptions", blockSize=2)

    def _route(self, layer: Layer) -> _Output:
        routed = [self._outputs[_absolute(index, len(self._outputs))] for index in layer.integers("layers")]
        return routed[0] if len(routed) == 1 else self._concatenate(routed)

    def _concatenate(self, outputs: list[_Output]) -> _Output:
        tensors, channels = [output.tensor for output in outputs], sum(output.channels for output in outputs)
        return self._operator("CONCATENATION", tensors, channels, "ConcatenationOptions", axis=3)

    def _head(self, layer: Layer, last: _Output) -> _Output:
        anchors, values = len(_anchors(layer)), _BOX_VALUES + layer.integer("classes")
        if last.channels != anchors * values:
            raise ValueError(f"a yolo layer with {anchors} anchors of {values} values has {last.channels} channels")
        rows = self._writer.add_tensor(f"layer{len(self._outputs)}/rows", np.float32, (1, -1, values))
        shape = self._writer.add_constant(np.array([1, -1, values], np.int32), f"layer{len(self._outputs)}/shape")
        self._writer.add_operator("RESHAPE", [last.tensor, shape], [rows])
        self._heads.append(rows)
        return last

    def _operator(
        self, opcode: str, inputs: list[int], channels: int, options: str | None = None, **fields: float
    ) -> _Output:
        """Add an operator with one output of type float32."""
        name = f"layer{len(self._outputs)}/{opcode.lower()}"
        tensor = self._writer.add_tensor(name, np.float32, (1, -1, -1, channels))
        self._writer.add_operator(opcode, inputs, [tensor], options, **fields)
        return _Output(tensor, channels)
