"""Keypoints as files that other programs read."""

from __future__ import annotations

import csv
from pathlib import Path
from types import TracebackType

from pose_demo.media import PendingFile
from pose_demo.pipeline import Result

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


def _person(place: int, track_id: int | None) -> int:
    return place if track_id is None else track_id


class KeypointsCsv:
    """Writes keypoints frame by frame; the file appears under its name when it is closed."""

    def __init__(self, path: Path) -> None:
        self._pending = PendingFile(path)
        self._file = self._pending.path.open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)

    def write(self, index: int, result: Result) -> None:
        """Append one frame.

        Raises:
            InputError: the disk is full; nothing is left behind.
        """
        try:
            self._writer.writerows(rows(index, result))
        except OSError as failure:
            raise self._pending.failed(failure) from None

    def __enter__(self) -> KeypointsCsv:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            self._file.close()
        except OSError as failure:
            raise self._pending.failed(failure) from None
        if kind is None or not issubclass(kind, Exception):
            self._pending.commit()
        else:
            self._pending.discard()
