"""LiteRT networks, loaded once per process and shared by every stream."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

try:
    from ai_edge_litert.interpreter import Interpreter as Interpreter
except ImportError:  # the same runtime under its old name
    from tflite_runtime.interpreter import Interpreter as Interpreter


Tensor = npt.NDArray[Any]
Fill = Callable[[Tensor], None]
Found = TypeVar("Found")


class Net:
    """One interpreter with one input. Calls from several threads take turns.

    Attributes:
        input_shape, output_shapes: of the tensors, without the batch axis.
    """

    def __init__(
        self, path: Path, threads: int = 1, input_shape: tuple[int, ...] | None = None, member: str = ""
    ) -> None:
        self._interpreter = _interpreter(path, threads, member)
        details = self._interpreter.get_input_details()[0]
        if input_shape is not None:
            self._interpreter.resize_tensor_input(details["index"], input_shape, strict=True)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.tensor(details["index"])
        outputs = self._interpreter.get_output_details()
        self._outputs = [self._interpreter.tensor(d["index"]) for d in outputs]
        self._turn = threading.Lock()
        self.input_shape: tuple[int, ...] = self._input().shape[1:]
        # As the file says: MultiPose's outputs have no memory to look at before its first run.
        self.output_shapes: list[tuple[int, ...]] = [tuple(int(n) for n in d["shape"][1:]) for d in outputs]

    def run(self, fill: Fill) -> list[npt.NDArray[np.float32]]:
        """Let ``fill`` write the input tensor (batch axis removed) in place, run, and return copies of the outputs."""
        return self.read(fill, lambda outputs: [output.copy() for output in outputs])

    def read(self, fill: Fill, look: Callable[[Sequence[Tensor]], Found]) -> Found:
        """Like `run`, without the copies: ``look`` sees the outputs themselves and must keep no view of them."""
        with self._turn:
            fill(self._input()[0])  # LiteRT refuses to run while a view of a tensor is alive: none outlives its line
            self._interpreter.invoke()
            return look([output()[0] for output in self._outputs])

    def bare(self) -> None:
        """Run once more on the input that is there."""
        with self._turn:
            self._interpreter.invoke()


def _interpreter(path: Path, threads: int, member: str) -> Any:
    if not member:
        return Interpreter(str(path), num_threads=threads)
    with zipfile.ZipFile(path) as bundle:
        return Interpreter(model_content=bundle.read(member), num_threads=threads)


@lru_cache(maxsize=32)
def shared_net(path: Path, threads: int = 1, input_shape: tuple[int, ...] | None = None, member: str = "") -> Net:
    """The net of a file, or of a ``member`` of a zip; the same object for every caller that asks for the same."""
    return Net(path, threads, input_shape, member)
