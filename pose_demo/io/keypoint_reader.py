"""Read the keypoint files that `pose_demo.io.keypoints` writes: the poses of a clip, without its images."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pose_demo.io.images import check_file
from pose_demo.io.keypoints import COLUMNS, JSON_FORMAT
from pose_demo.json_text import JsonFormat
from pose_demo.messages import message
from pose_demo.skeletons import COCO_17
from pose_demo.types import InputError, Pose

MAX_BYTES = 50_000_000  # an hour of one person in CSV, twenty minutes with hands
MAX_SECONDS = 86_400.0

_FILE = JsonFormat(message("keypoint file"), message("write a new one with run --keypoints, or on the page"))
_JSON_KEYS = ("format", "width", "height", "frames")
_FRAME_KEYS = ("frame", "timestamp", "persons", "mirrored")
_REQUIRED_COLUMNS = [name for name in COLUMNS if name != "mirrored"]  # as in JSON: files of version 0.1 lack it
_Rows = dict[int, dict[int, dict[str, list[float]]]]  # frame -> person -> keypoint -> x, y, score


@dataclass(frozen=True)
class DetectedPoses:
    """The poses of all frames of a clip.

    Attributes:
        timestamps: of the N frames, in seconds, increasing.
        poses: of each frame, with track ids, in pixels of the unmirrored image.
        size: (width, height) of the image in pixels.
        model: that estimated them; "" if unknown.
        read_error: why reading stopped before the end of the clip; "" otherwise.
    """

    timestamps: tuple[float, ...]
    poses: tuple[tuple[Pose, ...], ...]
    size: tuple[int, int]
    model: str = ""
    read_error: str = ""


@dataclass
class _Content:
    """What is read from a file, frame by frame."""

    times: dict[int, float] = field(default_factory=dict)
    rows: _Rows = field(default_factory=dict)
    size: tuple[int, int] | None = None
    mirrored: set[int] = field(default_factory=set)  # frames in pixels of the flipped image

    def add(self, frame: int, person: int, name: str, values: list[float]) -> None:
        self.rows.setdefault(frame, {}).setdefault(person, {})[name] = values


def is_keypoint_csv(source: Path | bytes) -> bool:
    """Whether a file begins as a keypoint file in CSV does."""
    begin = ",".join(COLUMNS[:4]).encode()
    if isinstance(source, bytes):
        return source.removeprefix(b"\xef\xbb\xbf").startswith(begin)
    try:
        with source.open("rb") as file:
            return is_keypoint_csv(file.read(64))
    except OSError:
        return False


def read_keypoints(path: Path) -> DetectedPoses:
    """Read a keypoint file in CSV or JSON; see `parse_keypoints`.

    Raises:
        InputError: the file cannot be read, or it is not a keypoint file; the message says what was expected.
    """
    check_file(path)
    _check_bytes(path.stat().st_size)
    return parse_keypoints(path.read_bytes(), path.name)


def parse_keypoints(data: bytes, name: str) -> DetectedPoses:
    """The poses of a keypoint file; frames that CSV leaves out, because nobody is in them, are filled in.

    Args:
        data: the content of the file.
        name: its name, for messages.

    Raises:
        InputError: it is not a keypoint file; the message says what was expected.
    """
    _check_bytes(len(data))
    content = _from_csv(data) if is_keypoint_csv(data) else _from_json(_FILE.parse(data, MAX_BYTES))
    if content.size is None or not content.rows:
        raise InputError(message("{name}: nobody is in this keypoint file; choose another one", name=name))
    return _detected_poses(content, content.size)


def _check_bytes(size: int) -> None:
    _FILE.expect(size <= MAX_BYTES, message("the file"), message("at most {limit:g} MB", limit=MAX_BYTES / 1e6), size)


def _from_csv(data: bytes) -> _Content:
    content = _Content()
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        missing = [name for name in _REQUIRED_COLUMNS if name not in (reader.fieldnames or ())]
        _FILE.expect(not missing, message("the columns"), message("also {keys}", keys=", ".join(missing)), "")
        for number, row in enumerate(reader, start=2):
            if row["keypoint"] in COCO_17.keypoints:
                _add_row(content, row, message("line {number}", number=number))
    except (UnicodeDecodeError, csv.Error) as error:
        _FILE.reject(message("the file"), message("a CSV text in UTF-8"), str(error))
    return content


def _add_row(content: _Content, row: Mapping[str, str], line: str) -> None:
    try:
        frame, person, width, height = (int(row[name]) for name in ("frame", "person", "width", "height"))
        time, *values = (float(row[name]) for name in ("timestamp", "x", "y", "score"))
        is_mirrored = int(row.get("mirrored") or 0) != 0
    except (TypeError, ValueError):
        _FILE.reject(line, message("a number in every column"), list(row.values()))
    _check_frame(content, frame, time, line)
    _check_size(content, (width, height))
    _check_values(values, line)
    content.add(frame, person, row["keypoint"], values)
    if is_mirrored:
        content.mirrored.add(frame)


def _from_json(data: Any) -> _Content:
    data = _FILE.fields(data, message("the file"), _JSON_KEYS)
    _FILE.expect(data["format"] == JSON_FORMAT, "format", repr(JSON_FORMAT), data["format"])
    content = _Content()
    frames = _FILE.items(data["frames"], "frames")
    if frames:
        _check_size(content, _FILE.size([data["width"], data["height"]]))
    for item in frames:
        frame = _FILE.fields({"mirrored": False} | item if isinstance(item, dict) else item, "frames", _FRAME_KEYS)
        index, time = frame["frame"], frame["timestamp"]
        valid = type(index) is int and type(time) in (int, float)
        _FILE.expect(valid, "frames", message("a number and a time"), (index, time))
        _check_frame(content, index, float(min(max(time, -1e9), 1e9)), message("frame {number}", number=index))
        for person in _FILE.items(frame["persons"], "persons"):
            _add_person(content, index, person)
        _FILE.expect(type(frame["mirrored"]) is bool, "mirrored", "true, false", frame["mirrored"])
        if frame["mirrored"]:
            content.mirrored.add(index)
    return content


def _add_person(content: _Content, frame: int, person: object) -> None:
    where = message("frame {number}", number=frame)
    number, keypoints = (person.get("person"), person.get("keypoints")) if isinstance(person, dict) else (None, None)
    if not isinstance(number, int) or not isinstance(keypoints, dict):
        _FILE.reject(where, message("an object with {keys}", keys="person, keypoints"), person)
    for name in COCO_17.keypoints:
        if name in keypoints:
            values = _FILE.numbers(keypoints[name], name, 3)
            _check_values(values, where)
            content.add(frame, number, name, values)


def _check_frame(content: _Content, frame: int, time: float, where: str) -> None:
    known = content.times.get(frame)
    valid = time == known if known is not None else 0 <= frame < 10**7 and abs(time) <= MAX_SECONDS
    _FILE.expect(valid, where, message("frames with one time each"), (frame, time))
    if known is None and content.times:
        last = next(reversed(content.times))
        _FILE.expect(
            frame > last and time > content.times[last], where, message("frames and times that increase"), (frame, time)
        )
    content.times[frame] = time


def _check_size(content: _Content, size: tuple[int, int]) -> None:
    if content.size is None:
        _FILE.expect_size(size)
        content.size = size
    _FILE.expect(size == content.size, "size", message("the same size of image"), size)


def _check_values(values: Iterable[float], where: str) -> None:
    x, y, score = values
    valid = abs(x) <= 1e6 and abs(y) <= 1e6 and 0 <= score <= 1  # false for NaN
    _FILE.expect(valid, where, message("a position in pixels and a score from 0 to 1"), (x, y, score))


def _detected_poses(content: _Content, size: tuple[int, int]) -> DetectedPoses:
    known = np.array(list(content.times))
    _FILE.expect(len(known) * 100 > np.ptp(known), "frame", message("numbers one after another"), known[-1].item())
    frames = np.arange(known[0], known[-1] + 1)
    times = np.interp(frames, known, list(content.times.values()))
    poses = tuple(
        tuple(pose.mirrored(size[0]) if frame in content.mirrored else pose for pose in _poses(content, frame))
        for frame in frames.tolist()
    )
    return DetectedPoses(tuple(times.tolist()), poses, size)


def _poses(content: _Content, frame: int) -> Iterator[Pose]:
    """The persons of a frame, in pixels of the image that the file is about."""
    for person, values in content.rows.get(frame, {}).items():
        yield _pose(person, values)


def _pose(person: int, values: Mapping[str, list[float]]) -> Pose:
    rows = np.array([values.get(name, (0.0, 0.0, 0.0)) for name in COCO_17.keypoints], np.float32)
    return Pose(COCO_17, rows[:, :2], rows[:, 2], float(rows[:, 2].mean()), track_id=person)
