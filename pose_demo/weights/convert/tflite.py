"""Write a TFLite model, with the flatbuffer schema that LiteRT brings along.

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
    "bool": schema.TensorType.BOOL,
}
Shape = tuple[int, ...]


class AlignedBuffer(schema.BufferT):  # type: ignore[misc]  # the schema module has no types
    """A buffer whose data begin at a multiple of 16 bytes.

    The schema asks for it (``force_align: 16``), and the generated ``Pack`` does not do it.
    """

    def __init__(self, data: bytes | None = None) -> None:
        super().__init__()
        self.data = data

    def Pack(self, builder: Any) -> Any:  # noqa: N802  (the schema's own name)
        vector = None
        if self.data is not None:
            builder.Prep(16, len(self.data))
            vector = builder.CreateByteVector(self.data)
        schema.BufferStart(builder)
        if vector is not None:
            schema.BufferAddData(builder, vector)
        return schema.BufferEnd(builder)


def pack(model: Any) -> bytes:
    """Serialise a ``schema.ModelT``."""
    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


class ModelWriter:
    """Collects tensors and operators of one graph and writes them as a model.

    Args:
        shapes: shapes of computed tensors by name, where they are known; -1 for a side that may change.
    """

    def __init__(self, shapes: dict[str, Shape]) -> None:
        self.shapes = shapes
        self._tensors: list[Any] = []
        self._operators: list[Any] = []
        self._buffers = [AlignedBuffer()]  # by the schema the first buffer is the empty one
        self._codes: list[int] = []
        self._names: set[str] = set()

    def constant(self, data: Array, name: str) -> int:
        """Add a tensor that holds ``data``; its index."""
        tensor = self._tensor(name, data.dtype)
        tensor.shape, tensor.buffer = np.array(data.shape, np.int32), len(self._buffers)
        self._buffers.append(AlignedBuffer(np.ascontiguousarray(data).tobytes()))
        return len(self._tensors) - 1

    def computed(self, name: str, dtype: npt.DTypeLike, shape: Shape = ()) -> int:
        """Add a tensor that an operator fills (or the caller, for the model's input); its index."""
        tensor = self._tensor(name, dtype)
        shape = self.shapes.get(tensor.name, shape)
        tensor.shape = np.array([max(side, 1) for side in shape], np.int32)
        if -1 in shape:
            tensor.shapeSignature = np.array(shape, np.int32)
        return len(self._tensors) - 1

    def operator(
        self, code: str, inputs: list[int], outputs: list[int], options: str | None = None, **fields: Any
    ) -> None:
        """Add an operator.

        Args:
            code: its name in the schema, such as ``CONV_2D``.
            inputs: indices of tensors.
            outputs: indices of tensors.
            options: name of its table of options in the schema, where it has one that matters.
            fields: what goes into that table.
        """
        operator = schema.OperatorT()
        operator.opcodeIndex = self._code(getattr(schema.BuiltinOperator, code))
        operator.inputs, operator.outputs = inputs, outputs
        if options is not None:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, options)
            operator.builtinOptions = getattr(schema, options + "T")()
            _set(operator.builtinOptions, fields)
        self._operators.append(operator)

    def finish(self, model_input: int, model_output: int, description: str) -> bytes:
        """The model's bytes, with one signature ``serving_default``: ``input`` -> ``output_0``."""
        graph, model = schema.SubGraphT(), schema.ModelT()
        graph.name, graph.tensors, graph.operators = "main", self._tensors, self._operators
        graph.inputs, graph.outputs = [model_input], [model_output]
        model.version, model.description, model.subgraphs, model.buffers = 3, description, [graph], self._buffers
        model.operatorCodes = [_operator_code(code) for code in self._codes]
        model.signatureDefs = [_signature(model_input, model_output)]
        return pack(model)

    def _tensor(self, name: str, dtype: npt.DTypeLike) -> Any:
        tensor = schema.TensorT()
        tensor.name = name if name not in self._names else f"{name};{len(self._names)}"
        tensor.type, tensor.buffer = TENSOR_TYPES[np.dtype(dtype).name], 0
        self._names.add(tensor.name)
        self._tensors.append(tensor)
        return tensor

    def _code(self, code: int) -> int:
        if code not in self._codes:
            self._codes.append(code)
        return self._codes.index(code)


def _set(table: Any, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if not hasattr(table, name):  # a misspelt option would be lost without a word
            raise AttributeError(f"{type(table).__name__} has no field {name}")
        setattr(table, name, value)


def _operator_code(code: int) -> Any:
    entry = schema.OperatorCodeT()
    entry.builtinCode, entry.deprecatedBuiltinCode, entry.version = code, min(code, 127), 1
    return entry


def _signature(model_input: int, model_output: int) -> Any:
    signature = schema.SignatureDefT()
    signature.signatureKey, signature.subgraphIndex = "serving_default", 0
    signature.inputs, signature.outputs = [schema.TensorMapT()], [schema.TensorMapT()]
    signature.inputs[0].name, signature.inputs[0].tensorIndex = "input", model_input
    signature.outputs[0].name, signature.outputs[0].tensorIndex = "output_0", model_output
    return signature
