"""Work in small portions on the page's thread, so that the page stays responsive and can stop it."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from typing import Generic, TypeVar

from pose_demo.messages import message
from pose_demo.types import InputError

log = logging.getLogger(__name__)

Step = TypeVar("Step")


class SlicedJob(ABC, Generic[Step]):
    """Runs a generator for a part of a second at a time.

    Attributes:
        running: whether there are steps left.
        error: why it ended early; empty otherwise.
    """

    def __init__(self, steps: Generator[Step], name: str = "") -> None:
        """Prepare a job.

        Args:
            steps: the work; its models and files are released when it is closed.
            name: begins the message of an unexpected error; empty for none.
        """
        self._steps, self._name = steps, name
        self._lock = threading.Lock()  # another thread closes the job when the browser tab is gone
        self.running, self.error = True, ""

    @abstractmethod
    def _add(self, step: Step) -> None:
        """Keep the result of a step."""

    def advance(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Work for about ``seconds``; sets `error` instead of raising if that fails."""
        end = clock() + seconds
        while self.running and clock() < end:
            with self._lock:
                if self.running:
                    self._advance()

    def _advance(self) -> None:
        try:
            step = next(self._steps, None)
            self.running = step is not None
            if step is not None:
                self._add(step)
        except InputError as error:
            self.running, self.error = False, str(error)
        except Exception as error:  # shown on the page, whatever it is
            log.exception("a job of the page failed")
            self.running, self.error = False, self._unexpected(error)

    def _unexpected(self, error: Exception) -> str:
        text = message("{type}: {error}; try another model", type=type(error).__name__, error=str(error))
        return message("{name}: {error}", name=self._name, error=text) if self._name else text

    def stop(self) -> None:
        """End the job, after the step that another thread may be processing; what is done is kept."""
        self.running = False
        with self._lock:
            self._steps.close()

    def close(self) -> None:
        """End the job and delete what it keeps."""
        try:
            self.stop()
        finally:
            self._delete()

    def _delete(self) -> None:
        """Delete what the job keeps."""
