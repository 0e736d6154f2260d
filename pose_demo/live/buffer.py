"""The last seconds of a live stream, in memory."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from pose_demo.imaging import limit_size
from pose_demo.io.images import encode_jpeg, read_image
from pose_demo.matching.hysteresis import ScoreHistory
from pose_demo.pipeline import Result
from pose_demo.types import Frame

SECONDS = 20.0
FPS = 15.0  # frames kept per second: as many as slow machines process, at half the memory of a camera's 30
_TOLERANCE_S = 0.01  # of the time between two frames: camera timestamps jitter
_MAX_SIDE = 640  # pixels; no network has a larger input
_QUALITY = 90  # 640x480 takes 1 ms and up to 65 kB, with noise; 95 takes 1.6 times the memory

_MAX_BYTES = 20_000_000


@dataclass(frozen=True)
class _StoredFrame:
    timestamp: float
    jpeg: bytes


class LiveBuffer:
    """The camera images of the last 20 seconds, unmirrored and without drawings, and the match scores.

    The video thread calls `add`; any thread may read.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()  # never held while an image is encoded or decoded
        self._frames: deque[_StoredFrame] = deque()
        self._scores: deque[tuple[float, float | None]] = deque()
        self._bytes = 0

    def add(self, result: Result) -> None:
        """Keep the camera image and the best match score of a processed frame."""
        if result.source is None:
            return
        scores = [state.match.score for state in result.matches if state.match.score is not None]
        self._add_score(result.timestamp, max(scores, default=None))
        if not self._frames or result.timestamp - self._frames[-1].timestamp >= 1 / FPS - _TOLERANCE_S:
            image = limit_size(result.source.image, _MAX_SIDE)
            self._add_frame(_StoredFrame(result.timestamp, encode_jpeg(image, _QUALITY)))

    def _add_score(self, timestamp: float, score: float | None) -> None:
        with self._lock:
            if self._scores and timestamp < self._scores[-1][0]:  # another stream
                self._clear()
            self._scores.append((timestamp, score))
            while timestamp - self._scores[0][0] > SECONDS:
                self._scores.popleft()

    def _add_frame(self, frame: _StoredFrame) -> None:
        with self._lock:
            self._frames.append(frame)
            self._bytes += len(frame.jpeg)
            while frame.timestamp - self._frames[0].timestamp > SECONDS or self._bytes > _MAX_BYTES:
                self._bytes -= len(self._frames.popleft().jpeg)

    @property
    def seconds(self) -> float:
        """Duration of the frames it keeps."""
        with self._lock:
            return self._frames[-1].timestamp - self._frames[0].timestamp if self._frames else 0.0

    @property
    def bytes(self) -> int:
        """Memory of the frames it keeps."""
        return self._bytes

    def frames(self) -> Iterator[Frame]:
        """The frames it keeps now, oldest first; each is decoded when it is needed."""
        with self._lock:
            stored = tuple(self._frames)
        return (Frame(read_image(frame.jpeg), frame.timestamp) for frame in stored)

    @property
    def scores(self) -> ScoreHistory:
        """The best match score of each processed frame; None without a person, a reference, or enough keypoints."""
        with self._lock:
            return tuple(self._scores)

    def clear(self) -> None:
        """Delete everything."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        self._frames.clear()
        self._scores.clear()
        self._bytes = 0
