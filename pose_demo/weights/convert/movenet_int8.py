"""MoveNet Thunder with int8 weights, from its converted .tflite file.

* The first nine convolutions: int8 weights and activations (static quantization). Their activations are the largest of
  the network: moving them takes longer than computing them. ReLU6 limits six to [0, 6]; three limits were measured.
* The other convolutions of the backbone: int8 weights, and activations that are quantized while the network runs
  (dynamic-range quantization). Depthwise convolutions have no such kernel in XNNPACK and stay float.
* The feature pyramid and the heads stay float: in int8 the keypoints would move more from frame to frame.

Source: the specification of 8-bit quantization of LiteRT.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from pose_demo.weights.convert.tfjs import Array
from pose_demo.weights.convert.tflite import TENSOR_TYPES, ModelWriter, channel_scales

_CONVOLUTIONS = {"CONV_2D": 0, "DEPTHWISE_CONV_2D": 3}  # axis of the output channels in the filters
_STATIC = 9  # convolutions
_LINEAR_LIMITS = (28.0, 4.5, 5.0)  # of the activations without ReLU6, in that order: what nearly all values are within
_RELU6_SCALE, _RELU6_ZERO_POINT = 6 / 255, -128
_PIXEL_SCALE, _PIXEL_ZERO_POINT = 1 / 127.5, 128  # the network reads pixels from -1 to 1; 127.5 is no zero point
_LARGEST = 127

_DTYPES = {number: name for name, number in TENSOR_TYPES.items()}
_OPCODES = {number: name for name, number in vars(schema.BuiltinOperator).items() if isinstance(number, int)}


def quantize(model: bytes) -> bytes:
    """Quantize MoveNet Thunder; deterministic.

    Args:
        model: content of ``movenet-thunder.tflite``.

    Returns:
        a .tflite file with the same input and output.
    """
    return _Quantization(schema.ModelT.InitFromObj(schema.Model.GetRootAs(model, 0))).run()


class _Quantized(NamedTuple):
    """A quantized activation of the new file."""

    tensor: int
    scale: float


class _Quantization:
    """State of one run: the tensors of the new file, by their index in the old one."""

    def __init__(self, model: Any) -> None:
        self._graph, self._buffers = model.subgraphs[0], model.buffers
        self._opcodes = [_OPCODES[code.builtinCode] for code in model.operatorCodes]
        self._writer = ModelWriter({})
        self._tensors: dict[int, int] = {}
        self._quantized: dict[int, _Quantized] = {}
        self._dequantized: dict[int, Any] = {}  # the operators that make filters from float16 constants, not yet copied
        self._float: set[int] = set()  # tensors that are read as float
        self._limits = iter(_LINEAR_LIMITS)

    def run(self) -> bytes:
        operators = self._graph.operators
        opcodes = [self._opcodes[operator.opcodeIndex] for operator in operators]
        static = [index for index, opcode in enumerate(opcodes) if opcode in _CONVOLUTIONS][:_STATIC]
        pyramid = opcodes.index("RESIZE_BILINEAR")
        self._float = {int(tensor) for k, each in enumerate(operators) if k not in static for tensor in each.inputs}
        self._add_input(operators[static[0]].inputs[0])
        for index, (operator, opcode) in enumerate(zip(operators, opcodes, strict=True)):
            if opcode == "DEQUANTIZE":
                self._dequantized[operator.outputs[0]] = operator
            elif index in static:
                self._static(operator, opcode)
            elif index > static[0]:  # before it, pixels are scaled
                self._copy(operator, opcode, dynamic=opcode == "CONV_2D" and index < pyramid)
        model_input, model_output = (self._tensor(indices[0]) for indices in (self._graph.inputs, self._graph.outputs))
        return self._writer.finish(model_input, model_output, "MoveNet Thunder, int8")

    def _add_input(self, scaled: int) -> None:
        """The pixels, and what the first convolution reads instead of the tensor of scaled pixels."""
        index = self._graph.inputs[0]
        pixels = self._add_quantized(index, "uint8", _PIXEL_SCALE, _PIXEL_ZERO_POINT)
        values = self._add_quantized(scaled, "int8", _PIXEL_SCALE, 0)
        self._writer.add_operator("QUANTIZE", [pixels.tensor], [values.tensor], "QuantizeOptions")
        self._tensors[index], self._quantized[scaled] = pixels.tensor, values

    def _static(self, operator: Any, opcode: str) -> None:
        """Copy a convolution of quantized activations, and its output as float where another operator reads that."""
        (source, weights, biases), output = operator.inputs, operator.outputs[0]
        activation, axis = self._quantized[source], _CONVOLUTIONS[opcode]
        filters = self._filters(operator)
        scales = activation.scale * channel_scales(filters, axis)
        inputs = [
            activation.tensor,
            self._writer.add_quantized_constant(filters, self._name(weights), axis),
            self._writer.add_quantized_bias(self._constant(biases), scales, self._name(biases)),
        ]
        self._quantized[output] = result = self._add_output(operator)
        self._add_operator(operator, opcode, inputs, [result.tensor])
        if output in self._float:
            self._writer.add_operator("DEQUANTIZE", [result.tensor], [self._tensor(output)], "DequantizeOptions")

    def _add_output(self, operator: Any) -> _Quantized:
        if operator.builtinOptions.fusedActivationFunction == schema.ActivationFunctionType.RELU6:
            return self._add_quantized(operator.outputs[0], "int8", _RELU6_SCALE, _RELU6_ZERO_POINT)
        return self._add_quantized(operator.outputs[0], "int8", next(self._limits) / _LARGEST, 0)

    def _add_quantized(self, index: int, dtype: str, scale: float, zero_point: int) -> _Quantized:
        name, shape = f"{self._name(index)}/{dtype}", tuple(self._graph.tensors[index].shape)
        return _Quantized(self._writer.add_quantized_tensor(name, dtype, shape, scale, zero_point), scale)

    def _copy(self, operator: Any, opcode: str, dynamic: bool = False) -> None:
        """Copy an operator; a dynamic one gets int8 weights."""
        inputs = list(operator.inputs)
        if dynamic:
            filters = self._filters(operator)
            self._tensors[inputs[1]] = self._writer.add_quantized_constant(filters, self._name(inputs[1]))
        tensors = [self._tensor(index) for index in inputs]
        self._add_operator(operator, opcode, tensors, [self._tensor(index) for index in operator.outputs])

    def _add_operator(self, operator: Any, opcode: str, inputs: list[int], outputs: list[int]) -> None:
        options = operator.builtinOptions
        name = None if options is None else type(options).__name__.removesuffix("T")
        self._writer.add_operator(opcode, inputs, outputs, name, **({} if options is None else vars(options)))

    def _tensor(self, index: int) -> int:
        """The tensor of the new file; constants, and filters made from constants, are copied when they are needed."""
        if index not in self._tensors:
            tensor = self._graph.tensors[index]
            if self._buffers[tensor.buffer].data is not None:
                self._tensors[index] = self._writer.add_constant(self._constant(index), self._name(index))
            else:
                dtype, shape = _DTYPES[tensor.type], tuple(tensor.shape)
                self._tensors[index] = self._writer.add_tensor(self._name(index), dtype, shape)
            if index in self._dequantized:
                self._copy(self._dequantized[index], "DEQUANTIZE")
        return self._tensors[index]

    def _filters(self, operator: Any) -> Array:
        return self._constant(self._dequantized[operator.inputs[1]].inputs[0]).astype(np.float32)

    def _constant(self, index: int) -> Array:
        tensor = self._graph.tensors[index]
        return np.asarray(self._buffers[tensor.buffer].data).view(_DTYPES[tensor.type]).reshape(tensor.shape)

    def _name(self, index: int) -> str:
        name: str = self._graph.tensors[index].name.decode()
        return name
