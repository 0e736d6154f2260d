"""Get a teacher ready in the background: read what a visitor brought, or draw a built-in choreography."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

from pose_demo.dance import library
from pose_demo.dance.reference import MAX_TEXT_LENGTH
from pose_demo.dance.teacher import Teacher
from pose_demo.io.animation import is_animation
from pose_demo.io.formats import Kind, recognize
from pose_demo.io.limits import PAGE
from pose_demo.io.reasons import reason
from pose_demo.io.recorder import Recorder
from pose_demo.io.seekable import open_seekable
from pose_demo.io.temporary import temporary_folder
from pose_demo.messages import message, text_of, with_name
from pose_demo.offline.dance.source import Progress
from pose_demo.offline.dance.teacher import read_teacher, recorded_teacher
from pose_demo.priority import lower_priority
from pose_demo.types import InputError, UnavailableModel

log = logging.getLogger(__name__)

_FILE = "teacher-upload"  # no file of ours is named by a user
_WAIT_S = 0.2  # between two looks whether a job that waits was cancelled

_reading = threading.Lock()  # held by the one job of the process that reads


class _CancelledError(Exception):
    """The job was closed."""


class TeacherJob:
    """A thread that gets one teacher ready.

    Attributes:
        name: display name of what it reads.
        waiting: another job has the turn.
        fraction: what is done, in [0, 1]; None if unknown.
        teacher: the teacher; None before the end, and if it failed.
        error: why it failed; empty otherwise.
    """

    def __init__(
        self,
        name: str,
        read: Callable[[Progress], Teacher],
        release: Callable[[], None] = lambda: None,
        *,
        in_turn: bool = True,
    ) -> None:
        """Start the thread.

        Args:
            name: display name.
            read: makes the teacher, and calls its argument after each frame; may raise `InputError`.
            release: deletes what was read; called at the end, and by `close`.
            in_turn: work with low priority, one after another with the other jobs of the process; else at once.
        """
        self.name, self.waiting = name, False
        self.fraction: float | None = None
        self.teacher: Teacher | None = None
        self.error = ""
        self._read, self._release, self._in_turn = read, release, in_turn
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="teacher", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether the teacher is still to come."""
        return self._thread.is_alive()

    def close(self) -> None:
        """End the thread after the frame it is at, and delete what it reads; does not wait."""
        self._closed.set()
        self.teacher = None
        self._release()

    def _run(self) -> None:
        try:
            with self._turn() if self._in_turn else nullcontext():
                teacher = self._read(self._advance)
            self.teacher = None if self._closed.is_set() else teacher
        except _CancelledError:
            pass
        except UnavailableModel as error:
            self.error = error.public_message
        except InputError as error:
            self.error = text_of(error)
        except Exception as error:  # shown on the page, whatever it is
            log.exception("a teacher could not be read")
            self.error = message("{name}: {error}", name=self.name, error=str(error) or type(error).__name__)
        finally:
            self._release()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        lower_priority()
        while not _reading.acquire(timeout=_WAIT_S):
            self.waiting = True
            self._check_open()
        self.waiting = False
        try:
            yield
        finally:
            _reading.release()

    def _advance(self, frames: int, fraction: float | None) -> None:
        self._check_open()
        self.fraction = fraction

    def _check_open(self) -> None:
        if self._closed.is_set():
            raise _CancelledError


def read_upload(data: bytes, name: str, model: str = "", threads: int = 1) -> TeacherJob:
    """Read an uploaded video, dance file or keypoint file. The upload is in a temporary folder while it is read.

    Args:
        data: the content of the file.
        name: its display name.
        model: the model for videos; "" for the most accurate one that is ready.
        threads: CPU threads of each network.

    Raises:
        InputError: a text is too large, or the file cannot be stored.
    """
    _check_size(data, name)
    folder = temporary_folder("teacher")
    path = Path(folder.name, _FILE)
    try:
        path.write_bytes(data)
    except OSError as error:
        folder.cleanup()
        raise InputError(message("{name}: cannot be stored ({reason})", name=name, reason=reason(error))) from None
    return TeacherJob(name, partial(_read_file, path, name, model, threads), folder.cleanup)


def read_recording(recorder: Recorder, name: str) -> TeacherJob:
    """Make the person of a finished recording the teacher.

    Args:
        recorder: keeps its files.
        name: display name of the dance.
    """

    def read(on_progress: Progress) -> Teacher:
        recorder.finish()
        teacher = recorded_teacher(recorder.poses, recorder.video, mirrored=recorder.mirrored, on_progress=on_progress)
        return _named(teacher, recorder.poses.name, name)

    return TeacherJob(name, read)


def draw(choreography: str) -> TeacherJob:
    """Draw a built-in choreography, which is then loaded for everybody."""

    def read(on_progress: Progress) -> Teacher:
        return library.load(choreography, lambda fraction: on_progress(0, fraction))

    return TeacherJob(choreography, read, in_turn=False)


def _is_video(source: Path | bytes) -> bool:
    file_format = recognize(source)
    return file_format is not None and file_format.kind is not Kind.POSE


def _check_size(data: bytes, name: str) -> None:
    """Refuse a text that takes hundreds of megabytes when it is parsed."""
    if len(data) > MAX_TEXT_LENGTH and not _is_video(data):
        raise InputError(
            message(
                "{name}: expected a dance of at most {limit:g} MB, got {size:.1f} MB; choose a shorter one",
                name=name,
                limit=MAX_TEXT_LENGTH / 1e6,
                size=len(data) / 1e6,
            )
        )


def _read_file(path: Path, name: str, model: str, threads: int, on_progress: Progress) -> Teacher:
    try:
        _check_video(path)
        teacher = read_teacher(str(path), model, threads, on_progress)
    except UnavailableModel:
        raise
    except InputError as error:
        raise InputError(with_name(error, path.name, name)) from None
    return _named(teacher, path.name, name)


def _check_video(path: Path) -> None:
    """Refuse a video beyond the limits of the page."""
    file_format = recognize(path)
    if is_animation(path) or (file_format and file_format.kind is Kind.VIDEO):
        with closing(open_seekable(path, path.name, limits=PAGE)):
            pass


def _named(teacher: Teacher, old: str, name: str) -> Teacher:
    """The teacher with another name than that of the file it was read from."""
    reference, notes = teacher.reference, tuple(note.replaced(old, name) for note in teacher.notes)
    if reference.name == old:
        reference = replace(reference, name=name)
    return replace(teacher, reference=reference, notes=notes)
