"""Write keypoints as CSV and JSON files.

The width and height in a file are those of the images in whose pixels its coordinates are. Where these images are
flipped horizontally, ``mirrored`` is 1 in a row of a CSV file, and true in a frame of a JSON file. World keypoints
(`Pose.world`, in meters) are in the columns world_x, world_y and world_z of a CSV file, and in JSON in a person's
``world_keypoints``, name -> [x, y, z]. Without world keypoints there are neither. With a reference pose a person's
match is in the columns match_score and match of a CSV file, and in JSON in a person's ``match``.

Joint angles (`pose_demo.joint_angles`, in degrees) are in the last column of a CSV file, joint_angle, in the row of the
keypoint at the joint. In JSON they are a person's ``joint_angles``, name -> degrees or null, and
``joint_angles_source`` is "world_keypoints" or "keypoints".
"""

from __future__ import annotations

import csv
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import repeat, zip_longest
from pathlib import Path
from types import TracebackType
from typing import Any

from pose_demo.io.atomic import AtomicFile, keeps_partial_output
from pose_demo.io.letterbox import size_of
from pose_demo.joint_angles import JointAngles
from pose_demo.matching.similarity import report
from pose_demo.pipeline import Result
from pose_demo.types import InputError, Keypoints, Pose

JSON_FORMAT = "pose_demo.keypoints/1"
COLUMNS = ("frame", "timestamp", "person", "keypoint", "x", "y", "score", "width", "height", "mirrored")
WORLD_COLUMNS = ("world_x", "world_y", "world_z")
MATCH_COLUMNS = ("match_score", "match")
ANGLE_COLUMNS = ("joint_angle",)


def csv_rows(
    index: int, result: Result, with_world: bool = False, with_match: bool = False
) -> list[tuple[object, ...]]:
    """The rows of one frame: one for each keypoint of each person and their hands, such as ``left_hand.wrist``.

    ``person`` is the track id, or without tracking the index of the pose in the frame. Faces are in JSON only: they
    would be most of the rows.

    Args:
        index: of the frame.
        result: gives the keypoints.
        with_world: the rows also have the `WORLD_COLUMNS`, empty for hands and poses without world keypoints.
        with_match: the rows also have the `MATCH_COLUMNS` of the person: similarity, empty without one, and 1 or 0.
    """
    time, image = f"{result.timestamp:.4f}", (*size_of(result.image), int(result.mirrored))
    return [
        (
            *(index, time, person_id(i, pose), name, f"{x:.2f}", f"{y:.2f}", f"{score:.4f}"),
            *(*image, *world, *match, _angle_cell(angles, name)),
        )
        for i, ((pose, angles), match) in enumerate(
            zip(_poses_with_angles(result), _match_cells(result, with_match), strict=False)
        )
        for (name, x, y, score), world in zip(_body_and_hands(pose), _world_cells(pose, with_world), strict=False)
    ]


def _poses_with_angles(result: Result) -> Iterator[tuple[Pose, JointAngles | None]]:
    """The poses; a result that was not measured has no angles."""
    return zip_longest(result.estimate.poses, result.joint_angles)


def _angle_cell(angles: JointAngles | None, joint: str) -> str:
    angle = angles and angles.degrees.get(joint)
    return "" if angle is None else f"{angle:z.1f}"


def _world_cells(pose: Pose, with_world: bool) -> Iterator[Sequence[str]]:
    """The cells in the `WORLD_COLUMNS` of each keypoint of the body, then of any number of others."""
    if with_world and pose.world is not None:
        yield from ([f"{value:.4f}" for value in point] for point in pose.world)
    yield from repeat(("",) * len(WORLD_COLUMNS) if with_world else ())


def _match_cells(result: Result, with_match: bool) -> Iterator[Sequence[object]]:
    """The cells in the `MATCH_COLUMNS` of each person, then of any number of others."""
    for state in result.matches if with_match else ():
        score = state.match.score
        yield "" if score is None else f"{score:.4f}", int(state.is_match)
    yield from repeat(("",) * len(MATCH_COLUMNS) if with_match else ())


def json_frame(index: int, result: Result) -> dict[str, Any]:
    """The JSON object of one frame."""
    persons = [_json_person(i, pose, angles) for i, (pose, angles) in enumerate(_poses_with_angles(result))]
    for person, state in zip(persons, result.matches, strict=False):
        person["match"] = report(state.match) | {"match": state.is_match}  # with hysteresis, as it is shown
    time = round(result.timestamp, 4)
    return {"frame": index, "timestamp": time, "mirrored": result.mirrored, "persons": persons}


def _json_person(index: int, pose: Pose, angles: JointAngles | None) -> dict[str, Any]:
    person = {"person": person_id(index, pose), "score": round(pose.score, 4), "keypoints": _json_keypoints(pose)}
    if pose.world is not None:
        world = zip(pose.skeleton.keypoints, pose.world.tolist(), strict=True)
        person["world_keypoints"] = {name: [round(value, 4) for value in point] for name, point in world}
    if angles:
        degrees = {joint: angle if angle is None else round(angle, 1) + 0.0 for joint, angle in angles.degrees.items()}
        person |= {"joint_angles": degrees, "joint_angles_source": angles.source}
    return person | {name: _json_keypoints(part) for name, part in pose.parts.items()}


def _body_and_hands(pose: Pose) -> Iterator[tuple[str, float, float, float]]:
    yield from _rows(pose)
    for name, part in pose.parts.items():
        if name != "face":
            yield from _rows(part, f"{name}.")


def _rows(part: Pose | Keypoints, prefix: str = "") -> Iterator[tuple[str, float, float, float]]:
    """Name, x, y and score of each keypoint."""
    names = (f"{prefix}{name}" for name in part.skeleton.keypoints)
    return zip(names, *part.xy.T.tolist(), part.scores.tolist(), strict=True)


def _json_keypoints(part: Pose | Keypoints) -> dict[str, list[float]]:
    return {name: [round(x, 2), round(y, 2), round(score, 4)] for name, x, y, score in _rows(part)}


def person_id(index: int, pose: Pose) -> int:
    """The track id, or without tracking the index of the pose in the frame."""
    return index if pose.track_id is None else pose.track_id


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
    """The first person in the file decides whether it has the `WORLD_COLUMNS` and the `MATCH_COLUMNS`."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._writer = csv.writer(self._file)
        self._with: tuple[bool, bool] | None = None  # world keypoints, matches; None: no person so far

    def _append(self, index: int, result: Result) -> None:
        poses = result.estimate.poses
        if poses and self._with is None:
            self._write_header(poses[0].world is not None, bool(result.matches))
        self._writer.writerows(csv_rows(index, result, *(self._with or ())))

    def _write_header(self, with_world: bool, with_match: bool) -> None:
        self._with = with_world, with_match
        optional = (WORLD_COLUMNS if with_world else ()) + (MATCH_COLUMNS if with_match else ())
        self._writer.writerow((*COLUMNS, *optional, *ANGLE_COLUMNS))

    def _write_footer(self) -> None:
        if self._with is None:
            self._write_header(False, False)


class _JsonWriter(KeypointWriter):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._is_empty = True

    def _append(self, index: int, result: Result) -> None:
        self._file.write(",\n" if not self._is_empty else self._header(*size_of(result.image)))
        self._file.write(json.dumps(json_frame(index, result), allow_nan=False))
        self._is_empty = False

    def _header(self, width: int | None, height: int | None) -> str:
        fields = json.dumps({"format": JSON_FORMAT, "width": width, "height": height})
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
