"""The folder of a sweep: outputs of the networks as Parquet, and the measures of each point.

Everything is written atomically under a key of what it was computed from, so a sweep can stop at any time and go on.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pose_demo.explore.replay.outputs import ModelOutputs, count_frames, read_outputs, write_outputs
from pose_demo.io.atomic import AtomicFile
from pose_demo.messages import message
from pose_demo.types import InputError

FORMAT = "pose_demo.sweep/1"
_MARKER = "sweep.json"

Row = Mapping[str, object]


@dataclass(frozen=True)
class Store:
    """A folder with the results of sweeps."""

    folder: Path

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open a folder; it is created if it does not exist.

        Raises:
            InputError: it cannot be written, or was written by another version.
        """
        store, marker = cls(folder.resolve()), folder / _MARKER
        try:
            if marker.exists():
                store._check(marker)
            for path in (store._outputs, store._points):
                path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                message(
                    "{folder}: cannot be created ({reason}); choose another folder",
                    folder=folder,
                    reason=error.strerror,
                )
            ) from None
        if not marker.exists():
            _write(marker, {"format": FORMAT})
        return store

    def _check(self, marker: Path) -> None:
        found = _read(marker) or {}
        if found.get("format") != FORMAT:
            raise InputError(
                f"{self.folder}: expected results in the format {FORMAT}, got {found.get('format')}, which another "
                "version wrote; choose another folder. Nothing was changed"
            )

    @property
    def _outputs(self) -> Path:
        return self.folder / "outputs"

    @property
    def _points(self) -> Path:
        return self.folder / "points"

    def has_outputs(self, key: str) -> bool:
        """Whether the outputs of an inference are stored."""
        return self._outputs_file(key).exists()

    def outputs(self, key: str, indices: Sequence[int] | None = None) -> ModelOutputs:
        """The stored outputs of an inference, for some frames or for all.

        Raises:
            InputError: they are missing or damaged.
        """
        return read_outputs(self._outputs_file(key), indices)

    def count_frames(self, key: str) -> int:
        """The number of frames of stored outputs; raises `InputError` when they are missing or damaged."""
        return count_frames(self._outputs_file(key))

    def save_outputs(self, key: str, outputs: ModelOutputs) -> None:
        """Store the outputs of an inference; raises `InputError` when that fails."""
        write_outputs(outputs, self._outputs_file(key))

    def _outputs_file(self, key: str) -> Path:
        return self._outputs / f"{key}.parquet"

    def has_point(self, key: str) -> bool:
        """Whether the measures of a point are stored and not damaged."""
        return self.point(key) is not None

    def point(self, key: str) -> Row | None:
        """The stored measures of a point; None when they are missing or damaged."""
        return _read(self._points / f"{key}.json")

    def save_point(self, key: str, row: Row) -> None:
        """Store the measures of a point; raises `InputError` when that fails."""
        _write(self._points / f"{key}.json", row)


def _read(path: Path) -> Row | None:
    with contextlib.suppress(OSError, ValueError):
        value = json.loads(path.read_text(encoding="utf-8"))
        return value if isinstance(value, dict) else None
    return None


def _write(path: Path, value: Row) -> None:
    with AtomicFile(path) as temporary:
        temporary.write_text(json.dumps(value, allow_nan=False), encoding="utf-8")
