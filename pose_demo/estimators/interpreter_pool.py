"""LiteRT networks, loaded once per process and shared by every stream that uses them."""

from __future__ import annotations

import queue
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt

try:
    from ai_edge_litert.interpreter import Interpreter as Interpreter
except ImportError:  # the same runtime under its old name
    from tflite_runtime.interpreter import Interpreter as Interpreter


Shape = tuple[int, ...]
Tensor = npt.NDArray[Any]
Fill = Callable[[Tensor], None]
Found = TypeVar("Found")


class _Lane:
    """One interpreter, for one caller at a time."""

    def __init__(self, model: str | bytes, threads: int) -> None:
        source = {"model_path": model} if isinstance(model, str) else {"model_content": model}
        self._interpreter = Interpreter(**source, num_threads=threads)
        self._interpreter.allocate_tensors()
        details, outputs = self._interpreter.get_input_details()[0], self._interpreter.get_output_details()
        self._index = details["index"]
        self.input_shape = _without_batch(details["shape"])
        self.output_shapes = [_without_batch(output["shape"]) for output in outputs]
        self.input = self._interpreter.tensor(self._index)
        self.outputs = [self._interpreter.tensor(output["index"]) for output in outputs]
        self.invoke: Callable[[], None] = self._interpreter.invoke

    def resize(self, input_shape: Shape) -> None:
        if input_shape != self.input_shape:
            self._interpreter.resize_tensor_input(self._index, (1, *input_shape), strict=True)
            self._interpreter.allocate_tensors()
            self.input_shape = input_shape


def _model(path: Path, member: str) -> str | bytes:
    """What an interpreter is made from: a file's name, or the bytes of a member of a zip."""
    if not member:
        return str(path)
    with zipfile.ZipFile(path) as bundle:
        return bundle.read(member)


def _without_batch(shape: Sequence[int]) -> Shape:
    return tuple(int(side) for side in shape[1:])


class Net:
    """A network with one input. As many callers as it has lanes run it at once; the others wait for their turn.

    Attributes:
        output_shapes: as the file says, without the batch axis.
    """

    def __init__(self, path: Path, threads: int = 1, member: str = "") -> None:
        self._made_of = _model(path, member), threads  # the lanes share these bytes
        self._lanes, self._widening = 0, threading.Lock()
        self._free: queue.LifoQueue[_Lane] = queue.LifoQueue()  # the last one used has the warmest cache
        self.widen(1)
        with self._lane() as lane:
            self.output_shapes = lane.output_shapes

    def widen(self, lanes: int) -> None:
        """Let at least so many callers run it at once; each lane takes as much memory as the first."""
        with self._widening:
            while self._lanes < lanes:
                self._free.put(_Lane(*self._made_of))
                self._lanes += 1

    @contextmanager
    def _lane(self) -> Iterator[_Lane]:
        lane = self._free.get()
        try:
            yield lane
        finally:
            self._free.put(lane)

    def run(self, fill: Fill, input_shape: Shape | None = None) -> list[npt.NDArray[np.float32]]:
        """Let ``fill`` write the input tensor in place, run, and return copies of the outputs; none has a batch axis.

        Args:
            fill: writes into the array it is given.
            input_shape: for nets that take several; another one than the last caller's costs 3 ms.
        """
        return self.read(fill, lambda outputs: [output.copy() for output in outputs], input_shape)

    def read(self, fill: Fill, look: Callable[[Sequence[Tensor]], Found], input_shape: Shape | None = None) -> Found:
        """Like `run`, without the copies: ``look`` sees the outputs themselves and must keep no view of them."""
        with self._lane() as lane:
            if input_shape:
                lane.resize(input_shape)
            fill(lane.input()[0])  # LiteRT refuses to run while a view of a tensor is alive: none outlives its line
            lane.invoke()
            return look([output()[0] for output in lane.outputs])

    def bare(self) -> None:
        """Run once more on the input that is there."""
        with self._lane() as lane:
            lane.invoke()


_nets: WeakValueDictionary[tuple[Path, int, str], Net] = WeakValueDictionary()  # unused ones give their memory back
_loading = threading.Lock()
_width = 1


def shared_net(path: Path, threads: int = 1, member: str = "") -> Net:
    """The net of a file, or of a ``member`` of a zip; the same object for every caller that asks for the same."""
    key = path, threads, member
    with _loading:
        net = _nets.get(key)
        if net is None:
            net = _nets[key] = Net(*key)
        net.widen(_width if threads == 1 else 1)
    return net


def share_between(streams: int) -> None:
    """Give every net with one thread a lane for each of so many streams; it may load, so never while a frame waits."""
    global _width
    with _loading:
        _width = streams
        for (_, threads, _), net in list(_nets.items()):
            net.widen(streams if threads == 1 else 1)
