"""Between the video frames of WebRTC and the images of the pipeline."""

from __future__ import annotations

import av
import numpy as np

from pose_demo.io.color import BT601, to_image
from pose_demo.live.placeholder import placeholder
from pose_demo.types import Frame, Image

_STEP_S = 1 / 30  # assumed between two frames whose times do not tell
_MAX_STEP_S = 60.0  # after a longer one the time has jumped
_DEFAULT_SIZE = (640, 480)  # of the placeholder of a frame without a size


class CameraFrames:
    """Converts the frames of one connection; their times increase without jumps.

    A camera that is exchanged may count from elsewhere: aiortc takes a time that goes back for an overflow of 32 bits,
    13 hours later. Without this a recording would end, and what was stored about persons would be lost.
    """

    def __init__(self) -> None:
        self._received: float | None = None  # time of the last frame that had one, as it came
        self._time: float | None = None

    def convert(self, received: av.VideoFrame) -> Frame:
        """The RGB image of a video frame, and its time in seconds."""
        # Untagged WebRTC frames are BT.601 at any size, as VP8 is (RFC 6386); the answer is encoded likewise.
        return Frame(to_image(received, untagged=BT601), self._advance(received.time))

    def _advance(self, received: float | None) -> float:
        if self._time is None:
            self._time = received or 0.0
        else:
            step = _STEP_S if received is None or self._received is None else received - self._received
            self._time += step if 0 <= step <= _MAX_STEP_S else _STEP_S
        self._received = self._received if received is None else received
        return self._time


def video_frame(image: Image, received: av.VideoFrame) -> av.VideoFrame:
    """An RGB image as a video frame with the time of the received one."""
    output = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(image), format="rgb24")  # without a copy
    output.pts = received.pts
    if received.time_base is not None:
        output.time_base = received.time_base
    return output


def placeholder_frame(received: av.VideoFrame, text: str) -> av.VideoFrame:
    """A dark picture with a text, of the size and time of a video frame whose image must not be shown."""
    size = (received.width, received.height) if received.width and received.height else _DEFAULT_SIZE
    return video_frame(placeholder(size, text), received)
