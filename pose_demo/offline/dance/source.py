"""Read a dance: from a video, a dance file, a keypoint file, or the drawn sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pose_demo import estimators, sample
from pose_demo.dance.reference import MAX_FRAMES, MAX_SECONDS, DanceReference
from pose_demo.estimators import AUTO_DETECTOR, MODELS
from pose_demo.fields import NONE
from pose_demo.io.formats import Kind, json_kind, recognize
from pose_demo.io.images import check_file
from pose_demo.io.keypoint_reader import DetectedPoses, is_keypoint_csv, read_keypoints
from pose_demo.io.letterbox import Size, fit_poses
from pose_demo.io.limits import COMMAND_LINE
from pose_demo.io.sources import FrameSource, open_source, scene_of
from pose_demo.messages import message
from pose_demo.offline.dance.dancers import Dance, dance_of
from pose_demo.offline.run import results
from pose_demo.pipeline import Result
from pose_demo.settings import Settings
from pose_demo.types import Frame, InputError, Pose

MODELS_BY_ACCURACY = (
    "movenet-thunder",
    "blazepose-heavy",
    "blazepose-full",
    "movenet-thunder-int8",
    "movenet-lightning",
    "blazepose-lite",
    "movenet-lightning-int8",
)

_LIMITS = replace(COMMAND_LINE, seconds=MAX_SECONDS + 1, frames=MAX_FRAMES)
_SAMPLE_SIZE = (640, 480)

Progress = Callable[[int, float | None], None]  # frames that are done, and their fraction in [0, 1]; None if unknown
OnFrame = Callable[[Frame], None]


class CollectedPoses:
    """The poses of a clip that is processed frame by frame, in pixels of its first frame, unmirrored."""

    def __init__(self) -> None:
        self._timestamps: list[float] = []
        self._poses: list[tuple[Pose, ...]] = []
        self._size: Size | None = None

    @property
    def seconds(self) -> float:
        """From the first frame to the last; there is one at least."""
        return self._timestamps[-1] - self._timestamps[0]

    def add(self, result: Result) -> None:
        """Append the poses of the next frame; those of a frame of another size are scaled to fit."""
        size = (result.source or Frame(result.image)).size
        self._size = self._size or size
        self._timestamps.append(result.timestamp)
        self._poses.append(fit_poses(result.unmirrored_poses, size, self._size))

    def detected(self, model: str = "", read_error: str = "") -> DetectedPoses:
        """The poses so far; see `DetectedPoses`."""
        return DetectedPoses(tuple(self._timestamps), tuple(self._poses), self._size or (1, 1), model, read_error)


def read_dance(
    source: str,
    model: str = "",
    threads: int = 1,
    on_progress: Progress = lambda frames, fraction: None,
    on_frame: OnFrame = lambda frame: None,
) -> Dance:
    """Read a dance.

    Args:
        source: the path of a video, a dance file, or a keypoint file in CSV or JSON; or "sample:SCENE", whose keypoints
            are known, so that no model runs unless one is given.
        model: the model for videos; "" for the most accurate one that is ready.
        threads: CPU threads of each network.
        on_progress: called after each frame of a video.
        on_frame: called with each frame of a video.

    Raises:
        InputError: it cannot be read, nobody dances in it, or it is too long; the message says which.
    """
    if scene := scene_of(source):
        poses = _estimated(source, model, threads, on_progress, on_frame) if model else _true_poses(scene)
        return replace(dance_of(poses, source), images=source)
    path = Path(source)
    check_file(path)
    name = path.name
    if is_keypoint_csv(path):
        return dance_of(read_keypoints(path), name)
    file_format = recognize(path)
    if file_format is None or file_format.kind is not Kind.POSE:
        return replace(dance_of(_estimated(source, model, threads, on_progress, on_frame), name), images=source)
    if json_kind(path) == "keypoints":
        return dance_of(read_keypoints(path), name)
    return _from_dance_file(path)


def is_dance(path: Path) -> bool:
    """Whether a file is a moving reference: anything but an image or a saved pose."""
    file_format = recognize(path)
    if file_format is None:
        return is_keypoint_csv(path)
    return file_format.kind is Kind.VIDEO or json_kind(path) in ("dance", "keypoints")


def dance_settings(model: str = "") -> Settings:
    """The settings that estimate dances: all persons where a detector is ready, and no smoothing, which would lag.

    Raises:
        InputError: no model is ready.
    """
    ready = [name for name in MODELS_BY_ACCURACY if estimators.is_ready(name)]
    if not model and not ready:
        raise InputError(
            message("no model is ready; run: python -m pose_demo models fetch {name}", name="movenet-thunder")
        )
    chosen = model or ready[0]
    if chosen not in MODELS or MODELS[chosen].skeleton is None:
        raise InputError(message("{name}: expected a model that estimates keypoints", name=chosen))
    detector = AUTO_DETECTOR if estimators.is_ready(AUTO_DETECTOR) else NONE
    hidden = {"skeleton": False, "keypoints": False, "boxes": False}
    return Settings.from_dict({"model": chosen, "detector": detector, "smooth.on": False, **hidden})


def _from_dance_file(path: Path) -> Dance:
    if json_kind(path) == "reference":
        raise InputError(
            message("{name}: a pose, not a dance; choose a video, a dance file or a keypoint file", name=path.name)
        )
    return Dance(DanceReference.from_json(path.read_bytes()))


def _true_poses(scene: str) -> DetectedPoses:
    """The known keypoints of the drawn sample."""
    with open_source(f"sample:{scene}") as frames:
        count = frames.count or 0
    poses = tuple(sample.ground_truth(index, size=_SAMPLE_SIZE, scene=scene) for index in range(count))
    return DetectedPoses(tuple(index / sample.FPS for index in range(count)), poses, _SAMPLE_SIZE)


def _estimated(source: str, model: str, threads: int, on_progress: Progress, on_frame: OnFrame) -> DetectedPoses:
    settings = dance_settings(model)
    poses = CollectedPoses()
    path = None if scene_of(source) else Path(source)
    name = path.name if path else source
    with open_source(path or source) as frames:
        _check(frames, name)
        for count, result in enumerate(results(frames, settings, threads), start=1):
            poses.add(result)
            _LIMITS.check_length(name, count, poses.seconds)
            on_frame(result.source or Frame(result.image, result.timestamp))
            on_progress(count, frames.progress(count, result.timestamp))
    return poses.detected(settings.model, frames.read_error)


def _check(frames: FrameSource, name: str) -> None:
    """Reject what is too long, before hours of inference, and what does not move."""
    if frames.still:
        raise InputError(message("{name}: a photo, and a dance moves; choose a video", name=name))
    _LIMITS.check_length(name, frames.count or 0, frames.end - frames.start if frames.end else 0.0)
