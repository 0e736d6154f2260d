"""Small pictures of a dance, compressed: a frame callback cannot read a video while it shows the teacher."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.imaging import as_uint8
from pose_demo.types import Frame, Image, InputError

FPS = 15.0
HEIGHT = 360  # pixels
MAX_BYTES = 40_000_000  # a song of 3 minutes takes 30 to 50 MB at 15 fps; a longer one gets fewer pictures per second
_QUALITY = 75


@dataclass(frozen=True, eq=False)
class Pictures:
    """JPEG images of a dance.

    Attributes:
        timestamps: float64 ``(M,)``, seconds of the reference, increasing.
        jpegs: M files, at least one, of one size.

    Raises:
        InputError: there are none, or not as many as timestamps.
    """

    timestamps: npt.NDArray[np.float64]
    jpegs: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not self.jpegs or len(self.jpegs) != len(self.timestamps):
            raise InputError(f"expected a picture for each timestamp, got {len(self.jpegs)}")

    def at(self, timestamp: float) -> Image:
        """The RGB image that is nearest in time, decoded in about 1 ms."""
        data = np.frombuffer(self.jpegs[nearest(self.timestamps, timestamp)], np.uint8)
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), np.uint8)

    def trimmed(self, start: float, end: float) -> Pictures | None:
        """Those from ``start`` to ``end``, in seconds, with their timestamps; None if there are none."""
        first, last = np.searchsorted(self.timestamps, (start, end)).tolist()
        return Pictures(self.timestamps[first:last], self.jpegs[first:last]) if first < last else None

    def shifted(self, seconds: float) -> Pictures:
        """The same pictures ``seconds`` later."""
        return Pictures(self.timestamps + seconds, self.jpegs)

    @property
    def byte_count(self) -> int:
        """Memory that the pictures take."""
        return sum(map(len, self.jpegs))


class PictureEncoder:
    """Makes pictures of the frames of a dance, one after another."""

    def __init__(self, max_bytes: int = MAX_BYTES, fps: float = FPS, height: int = HEIGHT) -> None:
        """Start without pictures.

        Args:
            max_bytes: beyond it only every second picture is kept, and so on.
            fps: the largest number of pictures per second.
            height: the largest height of a picture in pixels.
        """
        self._max_bytes, self._height = max_bytes, height
        self._interval = 1 / fps
        self._timestamps: list[float] = []
        self._jpegs: list[bytes] = []
        self._bytes = 0

    def add(self, frame: Frame) -> None:
        """Encode a frame unless it follows the last picture too soon; timestamps increase."""
        if self._timestamps and frame.timestamp < self._timestamps[-1] + self._interval - 1e-3:
            return
        self._timestamps.append(frame.timestamp)
        self._jpegs.append(_encoded(frame.image, self._height))
        self._bytes += len(self._jpegs[-1])
        if self._bytes > self._max_bytes:
            self._interval *= 2
            self._keep(slice(None, None, 2))

    def drop_before(self, timestamp: float) -> None:
        """Forget the pictures of an earlier time."""
        self._keep(slice(bisect_left(self._timestamps, timestamp), None))

    def _keep(self, kept: slice) -> None:
        self._timestamps, self._jpegs = self._timestamps[kept], self._jpegs[kept]
        self._bytes = sum(map(len, self._jpegs))

    @property
    def pictures(self) -> Pictures | None:
        """The pictures so far; None without a frame."""
        return Pictures(np.array(self._timestamps), tuple(self._jpegs)) if self._jpegs else None


def nearest(timestamps: npt.NDArray[np.float64], timestamp: float) -> int:
    """The index of the nearest of some increasing timestamps."""
    after = int(np.searchsorted(timestamps, timestamp).clip(1, max(1, len(timestamps) - 1)))
    if len(timestamps) == 1:
        return 0
    return after - int(timestamp - timestamps[after - 1] <= timestamps[after] - timestamp)


def _encoded(image: Image, max_height: int) -> bytes:
    height, width = image.shape[:2]
    if height > max_height:
        size = max(1, round(width * max_height / height)), max_height
        image = as_uint8(cv2.resize(image, size, interpolation=cv2.INTER_AREA))
    _, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return data.tobytes()
