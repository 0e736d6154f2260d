"""Between the video frames of WebRTC and the images of the pipeline."""

from __future__ import annotations

import av
import numpy as np

from pose_demo.io.color import BT601, to_image
from pose_demo.live.placeholder import placeholder
from pose_demo.types import Frame, Image

_DEFAULT_SIZE = (640, 480)  # of the placeholder of a frame without a size


def camera_frame(received: av.VideoFrame) -> Frame:
    """The RGB image of a video frame and its time, 0 without one."""
    # Untagged WebRTC frames are BT.601 at any size, as VP8 is (RFC 6386); the answer is encoded likewise.
    return Frame(to_image(received, untagged=BT601), float(received.time or 0.0))


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
