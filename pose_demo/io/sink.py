"""Write results as a video and as keypoint files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from pose_demo.io.keypoints import open_keypoints
from pose_demo.io.letterbox import Size, fit_result, size_of
from pose_demo.io.sound import Sound
from pose_demo.io.video_writer import VideoWriter
from pose_demo.pipeline import Result


class ResultSink:
    """Writes results to files; as a context manager it completes them.

    The size of the first image is that of all files: later ones of another size are letterboxed, and keypoints have the
    same coordinates in every file.

    Frames written before Ctrl-C (or before a generator is closed) are kept, in complete and playable files. After a
    failure no file is left.
    """

    def __init__(self, video: Path | None, keypoints: Sequence[Path], fps: float, sound: Sound | None = None) -> None:
        """Create the files.

        Args:
            video: an MP4 file for the output images; None for none.
            keypoints: CSV and JSON files for the keypoints.
            fps: the approximate frame rate of the video; each frame is stored with its own timestamp.
            sound: that of the video; None for none.

        Raises:
            InputError: a suffix is another one, or a file cannot be written.
        """
        with ExitStack() as stack:  # discards the files created before one that cannot be
            self._keypoints = [stack.enter_context(open_keypoints(path)) for path in keypoints]
            self._video = stack.enter_context(VideoWriter(video, fps, sound)) if video else None
            self._files = stack.pop_all()
        self._size: Size | None = None

    def write(self, index: int, result: Result) -> None:
        """Append one frame.

        Raises:
            InputError: a file cannot be written, for example because the disk is full.
        """
        self._size = self._size or size_of(result.image)
        result = fit_result(result, self._size)
        for file in self._keypoints:
            file.write(index, result)
        if self._video:
            self._video.write(result.image, result.timestamp)

    def __enter__(self) -> ResultSink:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._files.__exit__(exc_type, error, traceback)
