"""A function that has its effect once, although Streamlit runs a callback twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """A function that is called once; further calls, also simultaneous ones, return the first result.

    Streamlit runs a callback again when the browser sends another request before it has the answer to the first one:
    the request repeats the value, and is processed while the first one is stopped at its next access to ``st``.
    """

    def __init__(self, function: Callable[[], T]) -> None:
        """Wrap ``function``; a call that raises does not count."""
        self._function, self._lock = function, threading.Lock()
        self._results: list[T] = []

    def __call__(self) -> T:
        """The result of the first call."""
        with self._lock:
            if not self._results:
                self._results.append(self._function())
            return self._results[0]
