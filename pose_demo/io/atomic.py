"""Atomic writes: a file appears under its name only when it is complete."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from types import TracebackType

from pose_demo.io.reasons import reason
from pose_demo.messages import message
from pose_demo.types import InputError


class AtomicFile:
    """A temporary file in the folder of ``target`` that replaces it on `commit` and is deleted by `discard`.

    As a context manager it commits, or discards after an exception.

    Attributes:
        temporary: where to write.
    """

    def __init__(self, target: Path) -> None:
        """Create the temporary file.

        Raises:
            InputError: the folder is missing, read-only or full.
        """
        self._target = target
        try:
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}-", suffix=target.suffix)
            os.close(handle)
        except OSError as error:
            raise _cannot_write(target, error) from None
        self.temporary = Path(name)

    def commit(self) -> None:
        """Move the temporary file to the target.

        Raises:
            InputError: that failed; the temporary file is deleted.
        """
        try:
            self.temporary.chmod(0o644)  # mkstemp creates private files
            self.temporary.replace(self._target)
        except OSError as error:
            raise self.discard_and_describe(error) from None

    def discard_and_describe(self, error: Exception) -> InputError:
        """Delete the temporary file after an error of the operating system; returns the exception to raise."""
        self.discard()
        return _cannot_write(self._target, error)

    def discard(self) -> None:
        """Delete the temporary file."""
        self.temporary.unlink(missing_ok=True)

    def __enter__(self) -> Path:
        return self.temporary

    def __exit__(
        self, exc_type: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if exc_type is None:
            return self.commit()
        self.discard()
        if isinstance(error, OSError):
            raise _cannot_write(self._target, error) from None
        return None


def keeps_partial_output(exc_type: type[BaseException] | None) -> bool:
    """Whether output written before an exception of this type is committed.

    It is when the user stopped (Ctrl-C, a closed generator); after a failure incomplete output would mislead.
    """
    return exc_type is None or not issubclass(exc_type, Exception)


def _cannot_write(target: Path, error: Exception) -> InputError:
    return InputError(
        message(
            "{path}: cannot be written ({reason}); no partial file is left. Choose another folder or free some space",
            path=target,
            reason=reason(error),
        )
    )
