"""Write keypoints as CSV and JSON files.

The width and height in a file are those of the images in whose pixels its coordinates are.
"""

from __future__ import annotations

import csv
import json
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Any

from pose_demo.io.atomic import AtomicFile, keeps_partial_output
from pose_demo.io.letterbox import size_of
from pose_demo.pipeline import Result
from pose_demo.types import InputError

COLUMNS = ("frame", "timestamp", "person", "keypoint", "x", "y", "score", "width", "height")


def csv_rows(index: int, result: Result) -> list[tuple[object, ...]]:
    """The rows of one frame: one for each keypoint of each person.

    ``person`` is the track id, or without tracking the index of the pose in the frame.
    """
    time, size = f"{result.timestamp:.4f}", size_of(result.image)
    return [
        (index, time, _person_id(i, pose.track_id), name, f"{x:.2f}", f"{y:.2f}", f"{score:.4f}", *size)
        for i, pose in enumerate(result.estimate.poses)
        for name, (x, y), score in zip(pose.skeleton.keypoints, pose.xy, pose.scores, strict=True)
    ]


def json_frame(index: int, result: Result) -> dict[str, Any]:
    """The JSON object of one frame."""
    persons = [
        {
            "person": _person_id(i, pose.track_id),
            "score": round(pose.score, 4),
            "keypoints": {
                name: [round(float(x), 2), round(float(y), 2), round(float(score), 4)]
                for name, (x, y), score in zip(pose.skeleton.keypoints, pose.xy, pose.scores, strict=True)
            },
        }
        for i, pose in enumerate(result.estimate.poses)
    ]
    return {"frame": index, "timestamp": round(result.timestamp, 4), "persons": persons}


def _person_id(index: int, track_id: int | None) -> int:
    return index if track_id is None else track_id


class KeypointWriter(ABC):
    """Writes keypoints frame by frame; the file appears under its name when it is complete.

    All results have the size of the first: see `fit_result`.
    """

    def __init__(self, path: Path) -> None:
        self._atomic_file = AtomicFile(path)
        self._file = self._atomic_file.temporary.open("w", newline="", encoding="utf-8")

    def write(self, index: int, result: Result) -> None:
        """Append one frame.

        Raises:
            InputError: the file cannot be written, for example because the disk is full; no partial file is left.
        """
        try:
            self._append(index, result)
        except OSError as error:
            raise self._atomic_file.discard_and_describe(error) from None

    @abstractmethod
    def _append(self, index: int, result: Result) -> None:
        """Write one frame in the file's format."""

    def _write_footer(self) -> None:  # noqa: B027  (only some formats need it)
        """Write what follows the last frame."""

    def __enter__(self) -> KeypointWriter:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        keep = keeps_partial_output(exc_type)
        try:
            if keep:
                self._write_footer()
            self._file.close()
        except OSError as failure:
            raise self._atomic_file.discard_and_describe(failure) from None
        if keep:
            self._atomic_file.commit()
        else:
            self._atomic_file.discard()


class _CsvWriter(KeypointWriter):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)

    def _append(self, index: int, result: Result) -> None:
        self._writer.writerows(csv_rows(index, result))


class _JsonWriter(KeypointWriter):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._is_empty = True

    def _append(self, index: int, result: Result) -> None:
        self._file.write(",\n" if not self._is_empty else self._header(*size_of(result.image)))
        self._file.write(json.dumps(json_frame(index, result), allow_nan=False))
        self._is_empty = False

    def _header(self, width: int | None, height: int | None) -> str:
        fields = json.dumps({"format": "pose_demo.keypoints/1", "width": width, "height": height})
        return f'{fields[:-1]}, "frames": [\n'

    def _write_footer(self) -> None:
        self._file.write(f"{self._header(None, None) if self._is_empty else ''}\n]}}\n")


_WRITERS: dict[str, type[KeypointWriter]] = {".csv": _CsvWriter, ".json": _JsonWriter}


def open_keypoints(path: Path) -> KeypointWriter:
    """Create a keypoint file in the format of its suffix.

    Raises:
        InputError: the suffix is neither .csv nor .json, or the file cannot be written.
    """
    if path.suffix.lower() not in _WRITERS:
        raise InputError(f"{path}: expected a name ending in .csv or .json")
    return _WRITERS[path.suffix.lower()](path)
