"""What the visitor of a page uploads."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pose_demo.dance.teacher import Teacher
from pose_demo.live import prometheus
from pose_demo.matching.reference import Reference
from pose_demo.plan import Uploads
from pose_demo.types import InputError


@dataclass(eq=False)
class UploadStore:
    """The user's uploads, and what was wrong with the files.

    Attributes:
        current: the uploads in use.
        capture_at: when the live image becomes the reference pose, on the monotonic clock; None without a countdown.
    """

    current: Uploads = field(default_factory=Uploads)
    capture_at: float | None = None
    _file_ids: dict[str, object] = field(default_factory=dict)
    _problems: dict[str, str] = field(default_factory=dict)

    @property
    def capture_in(self) -> float | None:
        """Whole seconds until the live image becomes the reference pose; None without a countdown."""
        return None if self.capture_at is None else max(0.0, math.ceil(self.capture_at - time.monotonic()))

    def read_once(self, kind: str, file_id: object, read: Callable[[], None]) -> str:
        """Call ``read`` if the file is new; returns what is wrong with the file, or an empty string.

        Args:
            kind: what the file is for.
            file_id: identifies the file and how it is read.
            read: sets the upload; may raise `InputError`.
        """
        if self._file_ids.get(kind) != file_id:
            self._file_ids[kind], self._problems[kind] = file_id, ""
            try:
                read()
            except InputError as error:
                self._problems[kind] = str(error)
                prometheus.count_refusal("file")
        return self._problems[kind]

    def set_reference(self, reference: Reference) -> None:
        """Use another reference pose."""
        self.current = replace(self.current, reference=reference)

    def set_teacher(self, teacher: Teacher) -> None:
        """Use another dance of the user's own."""
        self.current = replace(self.current, teacher=teacher)

    def remove_image(self, effect: str) -> None:
        """Remove the image of an effect."""
        images = {name: image for name, image in self.current.images.items() if name != effect}
        self.current = replace(self.current, images=images)
        self._file_ids.pop(effect, None)
