"""A reference dance: the poses of one or several dancers over time, independent of the model, with a JSON format."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pose_demo.dance.sequence import PoseSequence
from pose_demo.json_text import JsonFormat
from pose_demo.messages import message
from pose_demo.skeletons import COCO_17
from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, InputError, Pose
from pose_demo.user_text import visible_text

FORMAT = "pose_demo.dance/1"
MAX_TEXT_LENGTH = 25_000_000  # bytes; 20 minutes of two dancers in full HD at 30 fps have 23 MB
MAX_SECONDS = 1200.0
MAX_FRAMES = 36_000  # 20 minutes at 30 fps
MAX_DANCERS = 6
MIN_SPEED, MAX_SPEED = 0.5, 1.0

_KEYPOINTS = len(COCO_17.keypoints)
_NUMBERS = 3 * _KEYPOINTS  # x, y and score of each keypoint
_LEAST_LENGTH = 4 * _NUMBERS  # of a pose, with numbers such as 0.5: what is too long for sure is not made first

DANCE_FILE = JsonFormat(message("dance file"), message("make a new one from a video"))
_LIMITS = message("1 to {frames:,} frames", frames=MAX_FRAMES)

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class DanceReference:
    """A dance to follow; compared by identity.

    Attributes:
        name: its display name, 1 to 100 characters.
        dancers: the poses of each dancer, of a clip the most prominent one first; all have the same image size.
        bridged: ``(N,)`` for each dancer: in which frames the dancer was not detected and the pose is interpolated.
        model: the name of the model that estimated the poses; "" if unknown.

    Raises:
        InputError: a value is invalid, there is no dancer, or too much.
    """

    name: str
    dancers: tuple[PoseSequence, ...]
    bridged: tuple[BoolArray, ...] = ()
    model: str = ""

    def __post_init__(self) -> None:
        DANCE_FILE.expect_name(self.name)
        count = len(self.dancers)
        expected = message("1 to {limit} dancers", limit=MAX_DANCERS)
        DANCE_FILE.expect(1 <= count <= MAX_DANCERS, "dancers", expected, count)
        DANCE_FILE.expect_size(self.size)
        for dancer in self.dancers:
            DANCE_FILE.expect(dancer.size == self.size, "size", message("the same size of image"), dancer.size)
            _check_dancer(dancer)
        if not self.bridged:
            none = tuple(np.zeros(len(dancer.timestamps), np.bool_) for dancer in self.dancers)
            object.__setattr__(self, "bridged", none)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the image in pixels."""
        return self.dancers[0].size

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        times = [dancer.timestamps for dancer in self.dancers]
        return float(max(it[-1] for it in times) - min(it[0] for it in times))

    @classmethod
    def from_json(cls, text: str | bytes) -> DanceReference:
        """A dance from the text of `to_json`.

        Raises:
            InputError: the text is invalid; the message says what was expected and what to do.
        """
        keys = ("format", "skeleton", "name", "model", "size", "dancers")
        data = DANCE_FILE.fields(DANCE_FILE.parse(text, MAX_TEXT_LENGTH), message("the file"), keys)
        DANCE_FILE.expect(data["format"] == FORMAT, "format", repr(FORMAT), data["format"])
        DANCE_FILE.expect(data["skeleton"] == COCO_17.name, "skeleton", repr(COCO_17.name), data["skeleton"])
        DANCE_FILE.expect_name(data["name"])
        is_model = data["model"] == "" or (isinstance(data["model"], str) and visible_text(data["model"]) != "")
        DANCE_FILE.expect(
            is_model and len(data["model"]) <= 100, "model", message("the name of a model"), data["model"]
        )
        size = DANCE_FILE.size(data["size"])
        given = DANCE_FILE.items(data["dancers"], "dancers")
        expected = message("1 to {limit} dancers", limit=MAX_DANCERS)
        DANCE_FILE.expect(1 <= len(given) <= MAX_DANCERS, "dancers", expected, len(given))
        dancers, bridged = zip(*(_read_dancer(item, size) for item in given), strict=True)
        return cls(visible_text(data["name"]), dancers, bridged, visible_text(data["model"]))

    def to_json(self) -> str:
        """The dance as JSON, with fewer frames where all of them would take more than `MAX_TEXT_LENGTH`.

        A frame of ``keypoints`` has x, y and score of each COCO-17 keypoint in turn, or nothing where the dancer was
        not detected. ``bridged`` are the indices of the frames whose pose is interpolated.
        """
        poses = sum(int(dancer.scores.any(axis=1).sum()) for dancer in self.dancers)
        step = math.ceil(max(1, poses * _LEAST_LENGTH / MAX_TEXT_LENGTH))
        while True:
            text = self._every(step)._text()
            size = len(text.encode())
            if size <= MAX_TEXT_LENGTH:
                return text
            step = max(step + 1, math.ceil(step * size / MAX_TEXT_LENGTH))

    def _text(self) -> str:
        data: dict[str, Any] = {"format": FORMAT, "skeleton": COCO_17.name, "name": self.name, "model": self.model}
        dancers = [_json_dancer(*pair) for pair in zip(self.dancers, self.bridged, strict=True)]
        data |= {"size": list(self.size), "dancers": dancers}
        return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    def _every(self, step: int) -> DanceReference:
        """The dance with every ``step``-th frame."""
        return replace(
            self,
            dancers=tuple(dancer.every(step) for dancer in self.dancers),
            bridged=tuple(bridged[::step] for bridged in self.bridged),
        )

    def trimmed(self, start: float, end: float) -> DanceReference:
        """The dance from ``start`` to ``end``, in seconds; dancers who are not there then are left out.

        Raises:
            InputError: nobody is there then.
        """
        kept = [(dancer.timestamps >= start) & (dancer.timestamps <= end) for dancer in self.dancers]
        there = [k for k, dancer in enumerate(self.dancers) if dancer.scores[kept[k]].any()]
        if not there:
            raise InputError(
                message(
                    "{name}: nobody dances from {start:.1f} to {end:.1f} s; choose another part",
                    name=self.name,
                    start=start,
                    end=end,
                )
            )
        dancers = tuple(self.dancers[k].trimmed(start, end) for k in there)
        return replace(self, dancers=dancers, bridged=tuple(self.bridged[k][kept[k]] for k in there))

    def at_speed(self, factor: float) -> DanceReference:
        """The dance slowed down to ``factor``, from 0.5 to 1, of its speed.

        Raises:
            InputError: another factor.
        """
        if not MIN_SPEED <= factor <= MAX_SPEED:
            text = message(
                "expected a speed from {low:g} to {high:g}, got {value}", low=MIN_SPEED, high=MAX_SPEED, value=factor
            )
            raise InputError(text)
        return replace(self, dancers=tuple(dancer.at_speed(factor) for dancer in self.dancers))


def pose_at(dancer: PoseSequence, index: int) -> Pose:
    """The pose of one frame, in pixels of the image."""
    return Pose(COCO_17, dancer.xy[index], dancer.scores[index])


def _json_dancer(dancer: PoseSequence, bridged: BoolArray) -> dict[str, Any]:
    values = np.concatenate(
        [dancer.xy.astype(np.float64).round(1), dancer.scores[..., None].astype(np.float64).round(3)], axis=2
    )
    frames = [row.ravel().tolist() if row[:, 2].any() else [] for row in values]
    times = dancer.timestamps.round(4).tolist()
    return {"timestamps": times, "bridged": np.flatnonzero(bridged).tolist(), "keypoints": frames}


def _read_dancer(value: object, size: tuple[int, int]) -> tuple[PoseSequence, BoolArray]:
    data = DANCE_FILE.fields(value, "dancers", ("timestamps", "bridged", "keypoints"))
    frames = DANCE_FILE.items(data["keypoints"], "keypoints")
    DANCE_FILE.expect(1 <= len(frames) <= MAX_FRAMES, "keypoints", _LIMITS, len(frames))
    times = np.array(DANCE_FILE.numbers(data["timestamps"], "timestamps", len(frames)), np.float64)
    _check_times(times)
    numbers = [DANCE_FILE.numbers(frame or [0] * _NUMBERS, "keypoints", _NUMBERS) for frame in frames]
    rows = np.array(numbers, np.float32).reshape(-1, _KEYPOINTS, 3)
    indices = DANCE_FILE.items(data["bridged"], "bridged")
    in_range = all(type(index) is int and 0 <= index < len(frames) for index in indices)
    DANCE_FILE.expect(in_range, "bridged", message("numbers of frames"), indices)
    bridged = np.zeros(len(frames), np.bool_)
    bridged[indices] = True
    return PoseSequence(times, rows[..., :2], rows[..., 2], size), bridged


def _check_times(times: npt.NDArray[np.float64]) -> None:
    late = times[1:][np.diff(times) <= 0]
    DANCE_FILE.expect(not len(late), "timestamps", message("seconds that increase"), late[:1].tolist())
    seconds = float(times[-1] - times[0])
    minutes = message("at most {minutes:.0f} minutes", minutes=MAX_SECONDS / 60)
    DANCE_FILE.expect(seconds <= MAX_SECONDS + 1, "timestamps", minutes, seconds / 60)


def _check_dancer(dancer: PoseSequence) -> None:
    DANCE_FILE.expect(1 <= len(dancer.timestamps) <= MAX_FRAMES, "keypoints", _LIMITS, len(dancer.timestamps))
    _check_times(dancer.timestamps)
    invalid = dancer.scores[~((dancer.scores >= 0) & (dancer.scores <= 1))]  # also what is not a number
    DANCE_FILE.expect(not len(invalid), "keypoints", message("scores from 0 to 1"), invalid[:1].tolist())
    width, height = dancer.size
    far = dancer.xy[~(np.abs(dancer.xy) <= 2 * max(dancer.size))]
    position = message("positions in or near the image of {width}x{height} pixels", width=width, height=height)
    DANCE_FILE.expect(not len(far), "keypoints", position, far[:1].tolist())
    if not (dancer.scores >= DEFAULT_KEYPOINT_CONFIDENCE).any():
        raise InputError(
            message("dance file: nobody is visible in it; make a new one from a video that shows a person")
        )
