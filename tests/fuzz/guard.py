"""What must hold for every example: no crash, no hang, no file elsewhere, and refusals with a clear message."""

from __future__ import annotations

import faulthandler
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pose_demo.types import InputError

# A hang may be in a C library, where only the end of the process helps; the traceback names it. In an ordinary run
# of the tests, which other programs may slow down, it is not ended.
IS_FUZZING = "POSE_DEMO_FUZZ" in os.environ
HANG_S = 10 if IS_FUZZING else 60

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_EVENTS = ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.link", "os.truncate", "shutil.rmtree")

examples = refusals = 0
_folder: Path | None = None
_violations: list[str] = []


def allow(folder: Path | None) -> None:
    """Set the folder in which files may be written; None allows everything."""
    global _folder
    _folder = folder


def folder() -> Path:
    """The folder in which files may be written."""
    assert _folder is not None
    return _folder


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if _folder is None:
        return
    if event == "socket.connect" or event == "subprocess.Popen":
        _violations.append(f"{event} {arguments}")
    is_write = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES
    path = arguments[0] if arguments else None
    if (is_write or event in _EVENTS) and isinstance(path, str | bytes | os.PathLike) and not _is_allowed(path):
        _violations.append(f"{event} {path!r}")


def _is_allowed(path: str | bytes | os.PathLike[str]) -> bool:
    text = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 (no access to the file system)
    return text == os.devnull or Path(text).is_relative_to(str(_folder))


sys.addaudithook(_audit)


@contextmanager
def guarded() -> Iterator[None]:
    """Run one example; only `InputError` may be raised."""
    global examples, refusals
    examples += 1
    _violations.clear()
    faulthandler.dump_traceback_later(HANG_S, exit=IS_FUZZING, file=sys.__stderr__)
    try:
        yield
    except InputError as error:
        refusals += 1
        check_message(str(error))
    finally:
        faulthandler.cancel_dump_traceback_later()
    assert not _violations, _violations


def check_message(message: str) -> None:
    """A refusal says something, in a few lines that can be sent to a browser, and contains no path of the machine."""
    assert 10 <= len(message) <= 3000, message[:200]
    message.encode()
    assert _folder is None or str(_folder) not in message, message
    assert "Traceback" not in message and "object at 0x" not in message, message
