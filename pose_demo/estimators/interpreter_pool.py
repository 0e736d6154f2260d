"""Networks, loaded once per process and shared by all streams."""

from __future__ import annotations

import queue
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt

try:
    from ai_edge_litert.interpreter import Interpreter as Interpreter
except ImportError:  # the same runtime under its old name
    from tflite_runtime.interpreter import Interpreter as Interpreter


Shape = tuple[int, ...]
Tensor = npt.NDArray[Any]
FillInput = Callable[[Tensor], None]
Output = TypeVar("Output")

_REFERENCED = "reference to internal data"  # of LiteRT's message
_WAIT_S, _MAX_WAITS = 0.002, 250


class Slot(Protocol):
    """One interpreter, used by one caller at a time.

    Attributes:
        output_shapes: as the file declares them, without the batch axis.
    """

    output_shapes: list[Shape]

    def input(self) -> Tensor:
        """The input tensor, to be written in place; [0] is the batch axis."""
        ...

    def outputs(self) -> list[Tensor]:
        """The output tensors of the last inference; [0] is the batch axis."""
        ...

    def invoke(self) -> None:
        """Run inference."""
        ...

    def resize(self, input_shape: Shape) -> None:
        """Change the shape of the input, without the batch axis, where it differs."""
        ...


LoadSlot = Callable[[bytes, int], Slot]
"""Called with (content of the file of the network, threads)."""


class LiteRtSlot:
    """A LiteRT interpreter; see `Slot`."""

    def __init__(self, model: bytes, threads: int) -> None:
        self._interpreter = Interpreter(model_content=model, num_threads=threads)
        self._interpreter.allocate_tensors()
        details, outputs = self._interpreter.get_input_details()[0], self._interpreter.get_output_details()
        self._index = details["index"]
        self.input_shape = _without_batch(details["shape"])
        self.output_shapes = [_without_batch(output["shape"]) for output in outputs]
        self._input = self._interpreter.tensor(self._index)
        self._outputs = [self._interpreter.tensor(output["index"]) for output in outputs]

    def input(self) -> Tensor:
        view: Tensor = self._input()
        return view

    def outputs(self) -> list[Tensor]:
        return [view() for view in self._outputs]

    def invoke(self) -> None:
        _when_unreferenced(self._interpreter.invoke)

    def resize(self, input_shape: Shape) -> None:
        if input_shape != self.input_shape:
            _when_unreferenced(lambda: self._interpreter.resize_tensor_input(self._index, (1, *input_shape), True))
            _when_unreferenced(self._interpreter.allocate_tensors)
            self.input_shape = input_shape


def _when_unreferenced(call: Callable[[], object]) -> None:
    """Call LiteRT, which refuses while a view of a tensor exists.

    A profiler in the process, such as that of a Dask worker, keeps the frames of all threads, and so the views in their
    local variables, for a moment. A view that is kept for good raises its error after half a second.
    """
    for _ in range(_MAX_WAITS):
        try:
            call()
        except RuntimeError as error:
            if _REFERENCED not in str(error):
                raise
        else:
            return
        time.sleep(_WAIT_S)
    call()


class ModelSource(Protocol):
    """Where a network is read from. It is hashable; the streams whose sources are equal share one network."""

    def read(self) -> bytes:
        """The content of a .tflite or .onnx file."""
        ...


@dataclass(frozen=True)
class ModelFile:
    """A .tflite or .onnx file, or a ``member`` of a zip file."""

    path: Path
    member: str = ""

    def read(self) -> bytes:
        """See `ModelSource`.

        LiteRT would map a file by its name into memory, and end the process when the file is truncated later.
        """
        if not self.member:
            return self.path.read_bytes()
        with zipfile.ZipFile(self.path) as bundle:
            return bundle.read(self.member)


def _without_batch(shape: Sequence[int]) -> Shape:
    return tuple(int(side) for side in shape[1:])


class InterpreterPool:
    """A network with one input, served by a pool of interpreters: one caller per slot, further callers wait.

    Attributes:
        output_shapes: as the file declares them, without the batch axis.
    """

    def __init__(self, source: ModelSource, threads: int = 1, load: LoadSlot = LiteRtSlot) -> None:
        self._model, self._load = (source.read(), threads), load  # all slots share these bytes
        self._slots, self._grow_lock = 0, threading.Lock()
        self._free: queue.LifoQueue[Slot] = queue.LifoQueue()  # the slot used last has the warmest CPU cache
        self.grow(1)
        with self._slot() as slot:
            self.output_shapes = slot.output_shapes

    def grow(self, slots: int) -> None:
        """Load interpreters until there are at least ``slots``; each needs as much memory as the first."""
        with self._grow_lock:
            while self._slots < slots:
                self._free.put(self._load(*self._model))
                self._slots += 1

    @contextmanager
    def _slot(self) -> Iterator[Slot]:
        slot = self._free.get()
        try:
            yield slot
        finally:
            self._free.put(slot)

    def run(self, fill: FillInput, input_shape: Shape | None = None) -> list[npt.NDArray[np.float32]]:
        """Run inference and return copies of the outputs, without the batch axis.

        Args:
            fill: writes the input tensor in place.
            input_shape: for networks with variable input size; a change of shape takes 3 ms.
        """
        return self.infer(fill, lambda outputs: [output.copy() for output in outputs], input_shape)

    def infer(
        self, fill: FillInput, read_outputs: Callable[[Sequence[Tensor]], Output], input_shape: Shape | None = None
    ) -> Output:
        """Run inference without copies: ``read_outputs`` gets views of the output tensors and must not keep them."""
        with self._slot() as slot:
            if input_shape:
                slot.resize(input_shape)
            # No reference to the view is kept: LiteRT cannot invoke while one exists.
            fill(slot.input()[0])
            slot.invoke()
            return read_outputs([output[0] for output in slot.outputs()])

    def invoke_only(self) -> None:
        """Run inference on the previous input."""
        with self._slot() as slot:
            slot.invoke()


_pools: WeakValueDictionary[tuple[ModelSource, int], InterpreterPool] = WeakValueDictionary()  # unused ones are freed
_pools_lock = threading.Lock()
_pool_size = 1


def shared_pool(source: ModelSource, threads: int = 1, load: LoadSlot = LiteRtSlot) -> InterpreterPool:
    """The pool of a network; one per process for each source and number of threads.

    Args:
        source: the network.
        threads: CPU threads of one inference.
        load: loads an interpreter of the runtime that the network is for.
    """
    key = source, threads
    with _pools_lock:
        pool = _pools.get(key)
        if pool is None:
            pool = _pools[key] = InterpreterPool(*key, load)
        pool.grow(_slots_for(threads))
    return pool


def set_pool_size(slots: int) -> None:
    """Set the slots of all single-threaded pools, present and future. Do not call it on the video thread: it loads."""
    global _pool_size
    with _pools_lock:
        _pool_size = slots
        for (_, threads), pool in list(_pools.items()):
            pool.grow(_slots_for(threads))


def _slots_for(threads: int) -> int:
    """A network with several threads already uses several cores, so one slot is enough."""
    return _pool_size if threads == 1 else 1
