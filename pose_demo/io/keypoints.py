"""Keypoints as files that other programs read."""

from __future__ import annotations

import csv
import json
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Any

from pose_demo.io.images import PendingFile
from pose_demo.pipeline import Result
from pose_demo.types import InputError

COLUMNS = ("frame", "timestamp", "person", "keypoint", "x", "y", "score")


def rows(index: int, result: Result) -> list[tuple[object, ...]]:
    """The lines of one frame: one for each keypoint of each person.

    ``person`` is the track id where people are tracked, else their place in the frame, counted from 0.
    """
    return [
        (index, f"{result.timestamp:.4f}", _person(place, pose.track_id), name, f"{x:.2f}", f"{y:.2f}", f"{score:.4f}")
        for place, pose in enumerate(result.estimate.poses)
        for name, (x, y), score in zip(pose.skeleton.keypoints, pose.xy, pose.scores, strict=True)
    ]


def tree(index: int, result: Result) -> dict[str, Any]:
    """The JSON object of one frame."""
    persons = [
        {
            "person": _person(place, pose.track_id),
            "score": round(pose.score, 4),
            "keypoints": {
                name: [round(float(x), 2), round(float(y), 2), round(float(score), 4)]
                for name, (x, y), score in zip(pose.skeleton.keypoints, pose.xy, pose.scores, strict=True)
            },
        }
        for place, pose in enumerate(result.estimate.poses)
    ]
    return {"frame": index, "timestamp": round(result.timestamp, 4), "persons": persons}


def _person(place: int, track_id: int | None) -> int:
    return place if track_id is None else track_id


class KeypointsFile(ABC):
    """Takes keypoints frame by frame; the file appears under its name when it is closed, complete."""

    def __init__(self, path: Path) -> None:
        self._pending = PendingFile(path)
        self._file = self._pending.path.open("w", newline="", encoding="utf-8")

    def write(self, index: int, result: Result) -> None:
        """Append one frame.

        Raises:
            InputError: the disk is full; nothing is left behind.
        """
        try:
            self.append(index, result)
        except OSError as failure:
            raise self._pending.failed(failure) from None

    @abstractmethod
    def append(self, index: int, result: Result) -> None:
        """Write one frame in this file's own way."""

    def end(self) -> None:  # noqa: B027  # only some formats end with something
        """Write what stands after the last frame."""

    def __enter__(self) -> KeypointsFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        # What is there when the user stops (Ctrl-C, a closed generator) is kept; after a failure it may mislead.
        keep = kind is None or not issubclass(kind, Exception)
        try:
            if keep:
                self.end()
            self._file.close()
        except OSError as failure:
            raise self._pending.failed(failure) from None
        if keep:
            self._pending.commit()
        else:
            self._pending.discard()


class _Csv(KeypointsFile):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)

    def append(self, index: int, result: Result) -> None:
        self._writer.writerows(rows(index, result))


class _Json(KeypointsFile):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._file.write('{"format": "pose_demo.keypoints/1", "frames": [')
        self._between = "\n"

    def append(self, index: int, result: Result) -> None:
        self._file.write(self._between + json.dumps(tree(index, result), allow_nan=False))
        self._between = ",\n"

    def end(self) -> None:
        self._file.write("\n]}\n")


def open_keypoints(path: Path) -> KeypointsFile:
    """A keypoint file of the kind that the name asks for.

    Raises:
        InputError: the name ends in neither .csv nor .json, or the file cannot be written.
    """
    kinds: dict[str, type[KeypointsFile]] = {".csv": _Csv, ".json": _Json}
    if path.suffix.lower() not in kinds:
        raise InputError(f"{path}: expected a name ending in .csv or .json")
    return kinds[path.suffix.lower()](path)
