"""The footage of one visitor: video files in a temporary folder, scenes of the sample, and what is known about them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from pose_demo.explore.footage.annotations import check_annotations
from pose_demo.explore.footage.clip import Clip, Span, open_clip
from pose_demo.imaging import limit_size
from pose_demo.io import seekable
from pose_demo.io.atomic import AtomicFile
from pose_demo.io.limits import PAGE
from pose_demo.io.seek import CACHE_BYTES, SeekableFrames, SeekableSample, end_time, index_at
from pose_demo.io.temporary import temporary_folder
from pose_demo.io.video_writer import VideoWriter
from pose_demo.messages import message, with_name
from pose_demo.types import Frame, Image, InputError
from pose_demo.user_text import display_name

MAX_ITEMS = 10
MAX_BYTES = 500_000_000  # of all files of a visitor
_THUMBNAIL_SIDE = 320  # pixels
_PREVIEW_BYTES = 20_000_000  # of decoded frames
_THUMBNAIL_S = 1.0  # time of the thumbnail: many videos start with a black frame


@dataclass(frozen=True, eq=False)
class Footage:
    """A clip and what the page shows about it.

    Attributes:
        name: unique display name.
        clip: the frames to process.
        thumbnail: a small RGB image.
        duration: of the whole video in seconds.
        frames: number of frames of the whole video.
        size: (width, height) in pixels.
        read_error: what is wrong with the file; empty otherwise.
    """

    name: str
    clip: Clip
    thumbnail: Image
    duration: float
    frames: int
    size: tuple[int, int]
    read_error: str = ""

    @property
    def start(self) -> float:
        """Start of the part to process, in seconds."""
        return self.clip.start

    @property
    def end(self) -> float:
        """End of the part to process, in seconds."""
        return self.duration if self.clip.end is None else self.clip.end

    @property
    def fps(self) -> float:
        """Average number of frames per second."""
        return self.frames / self.duration

    @property
    def expected_frames(self) -> int:
        """Approximate number of frames of the part to process."""
        return max(1, round((self.end - self.start) * self.fps))

    @property
    def known(self) -> str:
        """What accuracy is measured against."""
        if self.clip.scene or self.clip.annotations:
            return message("true keypoints")
        return message("consensus keypoints of the heaviest ready models")


class FootageStore:
    """The footage of one browser tab; the temporary folder is created when it is needed.

    Attributes:
        items: all footage, in the order in which it was added.
    """

    def __init__(self) -> None:
        self.items: list[Footage] = []
        self._selection: set[str] = set()
        self._folder: TemporaryDirectory[str] | None = None
        self._files = 0

    # ---- add

    def add_upload(self, file: BinaryIO) -> Footage:
        """Add an uploaded video with the file's name.

        Raises:
            InputError: it is not a video, there is too much footage, or it cannot be stored.
        """
        name = display_name(file.name)
        return self._add_video(name, self._store(file, name))

    def add_file(self, path: Path, name: str) -> Footage:
        """Add a copy of a video file; see `add_upload` for the errors."""
        with path.open("rb") as file:
            return self._add_video(name, self._store(file, path.name))

    def add_frames(self, frames: Iterable[Frame], name: str, fps: float) -> Footage:
        """Add frames as an H.264 video; see `add_upload` for the errors.

        Args:
            frames: with increasing timestamps.
            name: display name.
            fps: their approximate rate.
        """
        self._check_room()
        path = self._new_path(".mp4")
        with VideoWriter(path, fps) as writer:
            start = None
            for frame in frames:
                start = frame.timestamp if start is None else start
                writer.write(frame.image, frame.timestamp - start)
        if not writer.frames:
            raise InputError(message("{name}: expected frames, got none; start the video first", name=name))
        return self._add_video(name, path)

    def add_sample(self, scene: str) -> Footage:
        """Add ten seconds of a scene of the sample, whose true keypoints are known.

        Raises:
            InputError: there is no such scene, or there is too much footage.
        """
        self._check_room()
        return self._add(_inspect(open_clip(f"sample:{scene}", name=self._unique(f"sample {scene}"))))

    def _add_video(self, name: str, path: Path) -> Footage:
        try:
            clip = Clip(self._unique(name), str(path))
            footage = _inspect(clip)  # first: it refuses what is beyond the limits of the page
            open_clip(path)
            return self._add(footage)
        except InputError as error:
            path.unlink(missing_ok=True)
            raise InputError(with_name(error, path.name, name)) from None

    def _add(self, footage: Footage) -> Footage:
        self.items.append(footage)
        self._selection.add(footage.name)
        return footage

    def _unique(self, name: str) -> str:
        names = {item.name for item in self.items}
        candidates = (name, *(f"{name} ({number})" for number in range(2, MAX_ITEMS + 2)))
        return next(candidate for candidate in candidates if candidate not in names)

    # ---- files

    def _store(self, file: BinaryIO, name: str) -> Path:
        self._check_room()
        path = self._new_path()
        try:
            with AtomicFile(path) as temporary, temporary.open("wb") as target:
                shutil.copyfileobj(file, target)
        except InputError as error:
            raise InputError(with_name(error, str(path), name)) from None
        if self.bytes > MAX_BYTES:
            size = path.stat().st_size
            path.unlink()
            raise InputError(
                message(
                    "{name}: expected at most {limit:.0f} MB of footage, and {size:.0f} MB is too much; remove other "
                    "footage, or use a shorter clip",
                    name=name,
                    limit=MAX_BYTES / 1e6,
                    size=size / 1e6,
                )
            )
        return path

    def _new_path(self, suffix: str = "") -> Path:
        """The path of another file; nothing in it comes from the user."""
        self._folder = self._folder or temporary_folder("footage")
        self._files += 1
        return Path(self._folder.name, f"footage-{self._files}{suffix}")

    def _check_room(self) -> None:
        if len(self.items) >= MAX_ITEMS:
            raise InputError(
                message("expected at most {limit} clips; remove one before adding another", limit=MAX_ITEMS)
            )

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(path.stat().st_size for path in Path(self._folder.name).iterdir()) if self._folder else 0

    # ---- use

    @property
    def selected(self) -> list[Footage]:
        """The footage that the tools use."""
        return [item for item in self.items if item.name in self._selection]

    def select(self, name: str, selected: bool) -> None:
        """Select footage for the tools, or not."""
        (self._selection.add if selected else self._selection.discard)(name)

    def find(self, name: str) -> Footage:
        """The footage of a name.

        Raises:
            KeyError: there is none.
        """
        for item in self.items:
            if item.name == name:
                return item
        raise KeyError(name)

    def remove(self, name: str) -> None:
        """Remove footage and delete its files."""
        clip = self.find(name).clip
        self.items = [item for item in self.items if item.name != name]
        self._selection.discard(name)
        for path in () if clip.scene else (clip.source, clip.annotations):
            if path:
                Path(path).unlink(missing_ok=True)

    def set_part(self, name: str, start: float, end: float) -> None:
        """Process only a part of the footage, in seconds."""
        item = self.find(name)
        self._set_clip(item, replace(item.clip, start=start, end=None if end >= item.duration else end))

    def set_spans(self, name: str, spans: tuple[Span, ...]) -> None:
        """Mark where the pose matches the reference, and where it does not."""
        item = self.find(name)
        self._set_clip(item, item.clip.with_spans(spans))

    def set_annotations(self, name: str, file: BinaryIO | None) -> None:
        """Use the true keypoints of a COCO keypoint JSON; None removes them.

        Raises:
            InputError: the file cannot be read, or belongs to other frames; the previous annotations are kept.
        """
        item = self.find(name)
        path = None
        if file is not None:
            path = self._store(file, "annotations.json")
            try:
                check_annotations(path, item.size, item.frames, display_name(file.name))
            except InputError:
                path.unlink()
                raise
        if item.clip.annotations:
            Path(item.clip.annotations).unlink(missing_ok=True)
        self._set_clip(item, replace(item.clip, annotations=str(path or "")))

    def _set_clip(self, item: Footage, clip: Clip) -> None:
        self.items[self.items.index(item)] = replace(item, clip=clip)

    def close(self) -> None:
        """Remove all footage and delete its files."""
        self.items, self._selection = [], set()
        if self._folder:
            self._folder.cleanup()
            self._folder = None


def open_seekable(clip: Clip, cache_bytes: int = CACHE_BYTES) -> SeekableFrames:
    """The frames of the whole video of a clip, with random access.

    Raises:
        InputError: it cannot be read, or is beyond the limits of the page.
    """
    if clip.scene:
        return SeekableSample(clip.scene)
    return seekable.open_seekable(Path(clip.source), clip.name, cache_bytes, PAGE)


def _inspect(clip: Clip) -> Footage:
    """Read the size, the duration and the thumbnail of a clip."""
    with closing(open_seekable(clip, cache_bytes=0)) as video:
        duration = end_time(video.timestamps)
        shown = video.frame(index_at(video.timestamps, min(_THUMBNAIL_S, duration / 2)))
        thumbnail = limit_size(shown.image, _THUMBNAIL_SIDE)
        return Footage(clip.name, clip, thumbnail, duration, len(video.timestamps), shown.size, video.read_error)


class ClipPreview:
    """Single frames of a clip.

    Attributes:
        clip: the clip.
    """

    def __init__(self, clip: Clip) -> None:
        """Open the clip; raises `InputError` if it cannot be read."""
        self.clip = clip
        self._video = open_seekable(clip, _PREVIEW_BYTES)

    def frame_at(self, seconds: float) -> Frame:
        """The frame that is shown at a time."""
        return self._video.frame(index_at(self._video.timestamps, seconds))

    def close(self) -> None:
        """Close the file."""
        self._video.close()
