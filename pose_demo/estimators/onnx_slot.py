"""ONNX networks in onnxruntime, an optional package, for the pools of `interpreter_pool`."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np

from pose_demo.estimators.interpreter_pool import Shape, Tensor

PACKAGE, EXTRA = "onnxruntime", "onnx"  # the package, and the optional dependencies of pyproject.toml that install it


class OnnxSlot:
    """A session of a network with one float32 input; see `Slot`."""

    def __init__(self, model: bytes, threads: int) -> None:
        # From 1.29 it reports usage to a server, unless this is set before the import.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime  # takes a fifth of a second, so only when it is used

        onnxruntime.disable_telemetry_events()  # what Windows collects
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads use no CPU
        options.log_severity_level = 3  # errors only
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        (source,), outputs = self._session.get_inputs(), self._session.get_outputs()
        self._name, self._results = source.name, list[Tensor]()
        self.output_shapes = [_without_batch(output.shape) for output in outputs]
        self._input = np.zeros((1, *_without_batch(source.shape)), np.float32)

    def input(self) -> Tensor:
        return self._input

    def outputs(self) -> list[Tensor]:
        return self._results

    def invoke(self) -> None:
        self._results = self._session.run(None, {self._name: self._input})

    def resize(self, input_shape: Shape) -> None:
        if input_shape != self._input.shape[1:]:
            self._input = np.zeros((1, *input_shape), np.float32)


def _without_batch(shape: Sequence[int | str | None]) -> Shape:
    """The sides of a tensor; 1 for one that the file leaves open."""
    return tuple(side if isinstance(side, int) else 1 for side in shape[1:])
