"""Writer of TFLite models, with the flatbuffer schema included in LiteRT.

Source: the schema is tensorflow/lite/schema/schema.fbs.
"""

from __future__ import annotations

from typing import Any

import flatbuffers
import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema

from pose_demo.weights.convert.tfjs import Array

TENSOR_TYPES = {
    "float32": schema.TensorType.FLOAT32,
    "float16": schema.TensorType.FLOAT16,
    "int32": schema.TensorType.INT32,
    "uint8": schema.TensorType.UINT8,
    "int8": schema.TensorType.INT8,
    "bool": schema.TensorType.BOOL,
}
Shape = tuple[int, ...]
_INT8_LIMIT = 127  # symmetric: -128 is not used


def channel_scales(data: Array, axis: int) -> Array:
    """The scale of each output channel of a kernel that is stored as int8: its largest weight becomes 127 or -127."""
    largest = np.abs(data).max(axis=_other_axes(data, axis))
    return np.where(largest > 0, largest / _INT8_LIMIT, 1).astype(np.float32)


def _other_axes(data: Array, axis: int) -> tuple[int, ...]:
    return tuple(other for other in range(data.ndim) if other != axis)


def _quantization(scales: Array, zero_points: Array, axis: int = 0) -> Any:
    parameters = schema.QuantizationParametersT()
    parameters.scale, parameters.zeroPoint = scales.astype(np.float32), zero_points.astype(np.int64)
    parameters.quantizedDimension = axis
    return parameters


class AlignedBuffer(schema.BufferT):  # type: ignore[misc]  # the schema module has no types
    """A buffer whose data are aligned to 16 bytes.

    The schema requires it (``force_align: 16``), but the generated ``Pack`` does not align.
    """

    def __init__(self, data: bytes | None = None) -> None:
        super().__init__()
        self.data = data

    def Pack(self, builder: Any) -> Any:  # noqa: N802  (overrides a generated method)
        vector = None
        if self.data is not None:
            builder.Prep(16, len(self.data))
            vector = builder.CreateByteVector(self.data)
        schema.BufferStart(builder)
        if vector is not None:
            schema.BufferAddData(builder, vector)
        return schema.BufferEnd(builder)


def pack(model: Any) -> bytes:
    """Serialize a ``schema.ModelT``."""
    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


class ModelWriter:
    """Builder of a model with one subgraph.

    Args:
        shapes: known shapes of activation tensors by name; -1 for a dynamic dimension.
    """

    def __init__(self, shapes: dict[str, Shape]) -> None:
        self.shapes = shapes
        self._tensors: list[Any] = []
        self._operators: list[Any] = []
        self._buffers = [AlignedBuffer()]  # the schema reserves buffer 0 as the empty buffer
        self._opcodes: list[int] = []
        self._names: set[str] = set()

    def add_constant(self, data: Array, name: str) -> int:
        """Add a constant tensor; returns its index."""
        tensor = self._tensor(name, data.dtype)
        tensor.shape, tensor.buffer = np.array(data.shape, np.int32), len(self._buffers)
        self._buffers.append(AlignedBuffer(np.ascontiguousarray(data).tobytes()))
        return len(self._tensors) - 1

    def add_quantized_constant(self, data: Array, name: str, axis: int = 0) -> int:
        """Add a kernel as int8 with a scale for each output channel, its first axis or ``axis``; returns its index.

        Source: the specification of 8-bit quantization of LiteRT; the weights are symmetric.
        """
        scales = channel_scales(data, axis)
        rounded = np.rint(data / np.expand_dims(scales, _other_axes(data, axis))).astype(np.int8)
        index = self.add_constant(rounded, name)
        self._tensors[index].quantization = _quantization(scales, np.zeros(len(scales), np.int64), axis)
        return index

    def add_quantized_bias(self, bias: Array, scales: Array, name: str) -> int:
        """Add a bias as int32; returns its index.

        Args:
            bias: ``(C,)``.
            scales: ``(C,)``, the scale of the input times that of the filters.
            name: of the tensor.
        """
        index = self.add_constant(np.rint(bias / scales).astype(np.int32), name)
        self._tensors[index].quantization = _quantization(scales, np.zeros(len(scales), np.int64))
        return index

    def add_quantized_tensor(self, name: str, dtype: npt.DTypeLike, shape: Shape, scale: float, zero_point: int) -> int:
        """Add an activation tensor of values ``scale * (stored - zero_point)``; returns its index."""
        index = self.add_tensor(name, dtype, shape)
        self._tensors[index].quantization = _quantization(np.array([scale]), np.array([zero_point]))
        return index

    def add_tensor(self, name: str, dtype: npt.DTypeLike, shape: Shape = (), signature: Shape = ()) -> int:
        """Add an activation tensor or the model input; returns its index.

        Args:
            name: it gets a suffix if it is not unique.
            dtype: of its values.
            shape: -1 for a dynamic dimension, which is 1 until the input is resized.
            signature: the shape with -1 for dimensions that may be resized from those in ``shape``.
        """
        tensor = self._tensor(name, dtype)
        shape = self.shapes.get(tensor.name, shape)
        tensor.shape = np.array([max(dimension, 1) for dimension in shape], np.int32)
        if -1 in (signature or shape):
            tensor.shapeSignature = np.array(signature or shape, np.int32)
        return len(self._tensors) - 1

    def add_operator(
        self, opcode: str, inputs: list[int], outputs: list[int], options: str | None = None, **fields: Any
    ) -> None:
        """Add an operator.

        Args:
            opcode: name of the builtin operator in the schema, such as ``CONV_2D``.
            inputs: tensor indices.
            outputs: tensor indices.
            options: name of the option table in the schema, if the operator needs one.
            fields: fields of that table.

        Raises:
            AttributeError: the option table has no such field.
        """
        operator = schema.OperatorT()
        operator.opcodeIndex = self._opcode_index(getattr(schema.BuiltinOperator, opcode))
        operator.inputs, operator.outputs = inputs, outputs
        if options is not None:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, options)
            operator.builtinOptions = getattr(schema, options + "T")()
            _set_fields(operator.builtinOptions, fields)
        self._operators.append(operator)

    def finish(self, model_input: int, model_output: int, description: str) -> bytes:
        """Serialize the model with the signature ``serving_default``: ``input`` -> ``output_0``."""
        graph, model = schema.SubGraphT(), schema.ModelT()
        graph.name, graph.tensors, graph.operators = "main", self._tensors, self._operators
        graph.inputs, graph.outputs = [model_input], [model_output]
        model.version, model.description, model.subgraphs, model.buffers = 3, description, [graph], self._buffers
        model.operatorCodes = [_operator_code(opcode) for opcode in self._opcodes]
        model.signatureDefs = [_signature(model_input, model_output)]
        return pack(model)

    def _tensor(self, name: str, dtype: npt.DTypeLike) -> Any:
        tensor = schema.TensorT()
        tensor.name = name if name not in self._names else f"{name};{len(self._names)}"
        tensor.type, tensor.buffer = TENSOR_TYPES[np.dtype(dtype).name], 0
        self._names.add(tensor.name)
        self._tensors.append(tensor)
        return tensor

    def _opcode_index(self, opcode: int) -> int:
        if opcode not in self._opcodes:
            self._opcodes.append(opcode)
        return self._opcodes.index(opcode)


def _set_fields(table: Any, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if not hasattr(table, name):  # setattr would silently accept a misspelled field
            raise AttributeError(f"{type(table).__name__} has no field {name}")
        setattr(table, name, value)


def _operator_code(opcode: int) -> Any:
    entry = schema.OperatorCodeT()
    entry.builtinCode, entry.deprecatedBuiltinCode, entry.version = opcode, min(opcode, 127), 1  # int8 in old schemas
    return entry


def _signature(model_input: int, model_output: int) -> Any:
    signature = schema.SignatureDefT()
    signature.signatureKey, signature.subgraphIndex = "serving_default", 0
    signature.inputs, signature.outputs = [schema.TensorMapT()], [schema.TensorMapT()]
    signature.inputs[0].name, signature.inputs[0].tensorIndex = "input", model_input
    signature.outputs[0].name, signature.outputs[0].tensorIndex = "output_0", model_output
    return signature
