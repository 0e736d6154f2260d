"""Who dances in a clip: from tracked poses to one sequence for each dancer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pose_demo.dance.dancer_tracks import MIN_SECONDS, MIN_SHARE, SIMILAR_SIZE
from pose_demo.dance.pictures import Pictures
from pose_demo.dance.reference import MAX_DANCERS, DanceReference
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.smoothing import bridged, cuts, smoothed
from pose_demo.dance.take_pictures import TakePictures
from pose_demo.io.keypoint_reader import DetectedPoses
from pose_demo.messages import Message, message, plural
from pose_demo.types import InputError, Pose
from pose_demo.user_text import display_name


@dataclass(frozen=True, eq=False)
class Dance:
    """A dance that was read, and what is to be told about it.

    Attributes:
        reference: its dancers.
        notes: sentences about what may surprise: several dancers, cuts, a file that ends early.
        images: its images: the path of a video, "sample:SCENE", small pictures, or those of a take, in which the
            skeleton is drawn; "" without images.
    """

    reference: DanceReference
    notes: tuple[Message, ...] = ()
    images: str | Pictures | TakePictures = ""


@dataclass(eq=False)
class _Track:
    """The poses of one person: the index of the frame -> the pose."""

    poses: dict[int, Pose]

    @property
    def height(self) -> float:
        boxes = [pose.bounding_box(0.0) for pose in self.poses.values()]
        return float(np.median([box.longer_side for box in boxes if box] or [0.0]))

    def continues(self, other: _Track) -> bool:
        """Whether both may be the same person: at different times, of a similar size."""
        low, high = sorted((max(self.height, 1.0), max(other.height, 1.0)))
        return not self.poses.keys() & other.poses.keys() and high / low <= SIMILAR_SIZE


def dance_of(detected: DetectedPoses, name: str) -> Dance:
    """The dancers of a clip: smoothed without lag, short gaps bridged, the most prominent one first.

    A person who is tracked again after a cut, or after having been lost, goes on with the same sequence.

    Args:
        detected: the poses of its frames.
        name: the clip's name, for the dance and for messages.

    Raises:
        InputError: nobody is in it for half a second, or it is too long.
    """
    dancers = [_sequence(track, detected) for track in _prominent(_tracks(detected))]
    if not dancers:
        raise InputError(
            message("{name}: nobody dances in it; choose a video that shows a whole person, large enough", name=name)
        )
    jumps = [dancer.timestamps[cuts(dancer)] for dancer in dancers]
    pairs = [bridged(smoothed(dancer)) for dancer in dancers]
    sequences, marks = zip(*pairs, strict=True)
    made = DanceReference(display_name(name), sequences, marks, detected.model)
    notes = (*_note_on_damage(name, detected), *_note_on_dancers(name, len(dancers)), *_note_on_cuts(name, jumps[0]))
    return Dance(made, notes)


def _note_on_damage(name: str, detected: DetectedPoses) -> tuple[Message, ...]:
    if not detected.read_error:
        return ()
    text = message(
        "{name}: the file is damaged after {seconds:.1f} s ({reason}); the rest is missing",
        name=name,
        seconds=detected.timestamps[-1],
        reason=detected.read_error,
    )
    return (text,)


def _note_on_dancers(name: str, count: int) -> tuple[Message, ...]:
    if count == 1:
        return ()
    return (message("{name}: {count} persons dance; the most prominent one is dancer 1", name=name, count=count),)


def _note_on_cuts(name: str, times: npt.NDArray[np.float64]) -> tuple[Message, ...]:
    if not len(times):
        return ()
    text = plural(
        "{name}: the dancer is suddenly somewhere else at {first:.1f} s: is the video cut there? "
        "Choose one without cuts",
        "{name}: the dancer is suddenly somewhere else {count} times, first at {first:.1f} s: is the video cut there? "
        "Choose one without cuts",
        len(times),
        name=name,
        first=times[0].item(),
    )
    return (text,)


def _tracks(detected: DetectedPoses) -> list[_Track]:
    """The tracks that last half a second, the most prominent first: by size and time."""
    poses: dict[int, dict[int, Pose]] = {}
    for index, frame in enumerate(detected.poses):
        for number, pose in enumerate(frame):
            poses.setdefault(number if pose.track_id is None else pose.track_id, {})[index] = pose.as_coco()
    times = detected.timestamps
    tracks = [_Track(found) for found in poses.values() if times[max(found)] - times[min(found)] >= MIN_SECONDS]
    return sorted(tracks, key=lambda track: -track.height * len(track.poses))


def _prominent(tracks: Sequence[_Track]) -> list[_Track]:
    """The dancers: tracks at different times are joined, and who is there for a short time only is left out."""
    dancers: list[_Track] = []
    for track in tracks:
        same = next((dancer for dancer in dancers if dancer.continues(track)), None)
        if same:
            same.poses |= track.poses
        else:
            dancers.append(_Track(dict(track.poses)))
    longest = max((len(dancer.poses) for dancer in dancers[:1]), default=0)
    kept = [dancer for dancer in dancers if len(dancer.poses) >= MIN_SHARE * longest]
    return sorted(kept, key=lambda dancer: -dancer.height * len(dancer.poses))[:MAX_DANCERS]


def _sequence(track: _Track, detected: DetectedPoses) -> PoseSequence:
    """The dancer in all frames of the clip."""
    poses = [track.poses.get(index) for index in range(len(detected.timestamps))]
    return PoseSequence.from_poses(detected.timestamps, poses, detected.size)
