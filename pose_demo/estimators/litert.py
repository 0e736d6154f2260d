"""LiteRT networks, loaded once per process and shared by every stream."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

try:
    from ai_edge_litert.interpreter import Interpreter
except ImportError:  # the same runtime under its old name
    from tflite_runtime.interpreter import Interpreter


class Net:
    """One interpreter with one input. Calls from several threads take turns."""

    def __init__(self, path: Path, threads: int = 1, input_shape: tuple[int, ...] | None = None) -> None:
        self._interpreter = Interpreter(str(path), num_threads=threads)
        details = self._interpreter.get_input_details()[0]
        if input_shape is not None:
            self._interpreter.resize_tensor_input(details["index"], input_shape, strict=True)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.tensor(details["index"])
        self._outputs = [self._interpreter.tensor(d["index"]) for d in self._interpreter.get_output_details()]
        self._turn = threading.Lock()
        self.input_shape: tuple[int, ...] = tuple(int(n) for n in self._input().shape[1:])

    def run(self, fill: Callable[[npt.NDArray[Any]], None]) -> list[npt.NDArray[np.float32]]:
        """Let ``fill`` write the input tensor (batch axis removed) in place, run, and return copies of the outputs."""
        with self._turn:
            fill(self._input()[0])  # LiteRT refuses to run while a view of a tensor is alive: none outlives its line
            self._interpreter.invoke()
            return [output()[0].copy() for output in self._outputs]

    def bare(self) -> None:
        """Run once more on the input that is there."""
        with self._turn:
            self._interpreter.invoke()


@lru_cache(maxsize=32)
def shared_net(path: Path, threads: int = 1, input_shape: tuple[int, ...] | None = None) -> Net:
    """The net of a file; the same object for every caller that asks for the same."""
    return Net(path, threads, input_shape)
