"""Video files as cameras, browsers and editors make them; frame i has the gray level 4 i, and a corner the opposite."""

from __future__ import annotations

import io
import struct
from fractions import Fraction
from functools import cache
from itertools import accumulate

import av
import numpy as np
from av.stream import Disposition
from video_files import with_display_matrix

VARIABLE_STEPS = [1, 1, 7, 2, 30, 1, 1, 3, 12, 1] * 6  # of a 30th of a second
BURSTS_MS = [34, 33, 50, 1, 17, 16, 1, 33, 34, 34, 1, 1] * 5  # between the frames of a browser's recording


def level(index):
    return 4 * index % 256


def clip(
    format: str,
    codec: str,
    *,
    frames=60,
    b_frames=0,
    keyframe_interval=12,
    steps=(),
    unit=Fraction(1, 30),
    start=0,
    aspect_ratio=None,
    options=None,
    container_options=None,
    before=lambda container: None,
):
    """The bytes of a video of 64 x 48 pixels.

    Args:
        steps: units of time between its frames; one by default.
        unit: the unit of time in seconds.
        start: units before the first frame.
        before: adds other streams first, and returns a function that writes them.
    """
    file = io.BytesIO()
    times = list(accumulate(steps, initial=start)) if steps else range(start, start + frames)
    with av.open(file, "w", format=format, options=container_options or {}) as container:
        write_others = before(container)
        stream = container.add_stream(codec, rate=round(1 / unit), options={"sc_threshold": "0", **(options or {})})
        stream.width, stream.height = 64, 48
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        context = stream.codec_context
        context.gop_size, context.max_b_frames, context.time_base = keyframe_interval, b_frames, unit
        if aspect_ratio:
            context.sample_aspect_ratio = aspect_ratio
        packets = []
        for index, time in zip(range(frames), times, strict=False):
            frame = picture(level(index))
            frame.pts, frame.time_base = time, unit
            packets += stream.encode(frame)
        packets += stream.encode()
        if write_others:
            write_others()
        for packet in packets:
            container.mux(packet)
    return file.getvalue()


def picture(gray):
    image = np.full((48, 64, 3), gray, np.uint8)
    image[:24, :32] = 255 - gray
    return av.VideoFrame.from_ndarray(image, format="rgb24")


def sound(container):
    """Add a second of silence."""
    stream = container.add_stream("aac" if container.format.name != "avi" else "mp2", rate=44100)

    def write():
        sample_format = stream.codec_context.format.name
        dtype = np.float32 if sample_format.startswith("flt") else np.int16
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 44100), dtype), format=sample_format, layout="mono")
        frame.rate = 44100
        for packet in [*stream.encode(frame), *stream.encode()]:
            container.mux(packet)

    stream.layout = "mono"
    return write


def still(disposition=None):
    """Add one picture, larger than the frames, as a stream of its own."""

    def add(container):
        stream = container.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuvj420p"
        if disposition is not None:
            stream.disposition = disposition

        def write():
            frame = av.VideoFrame.from_ndarray(np.zeros((96, 128, 3), np.uint8), format="rgb24")
            for packet in [*stream.encode(frame), *stream.encode()]:
                container.mux(packet)

        return write

    return add


def trimmed():
    """The last 15 of 60 stored frames are shown, as after trimming without encoding."""
    data = clip("mp4", "libx264", keyframe_interval=30)
    entry = data.index(b"elst") + 12  # duration in ms and start in units of the stream
    return data[:entry] + struct.pack(">II", 500, 45 * 512) + data[entry + 8 :]


def browser_recording():
    """A WebM with times in ms, whose frame rate FFmpeg can only guess."""
    return clip("webm", "libvpx", steps=BURSTS_MS, unit=Fraction(1, 1000))


def negative_start(format="matroska"):
    """21 of 60 frames lie before 0; in Matroska they have no time then."""
    return clip(format, "libx264", b_frames=2, start=-21, container_options={"avoid_negative_ts": "disabled"})


def late_picture(format="mp4"):
    """The sound starts half a second before the picture."""
    return clip(format, "libx264", b_frames=2, start=15, before=sound)


def without_presentation_times():
    """An MP4 with B-frames that lost the table with the presentation times."""
    return clip("mp4", "libx264", b_frames=2).replace(b"ctts", b"free")


def joined():
    """Two recordings in one file; the clock starts again."""
    return 2 * clip("mpegts", "mpeg2video")


def song():
    """Sound with a cover picture."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        for write in (sound(container), still(Disposition.attached_pic)(container)):
            write()
    return file.getvalue()


CLIPS = {
    "constant rate": lambda: clip("mp4", "libx264"),
    "B-frames": lambda: clip("mp4", "libx264", b_frames=3),
    "open GOP": lambda: clip("mp4", "libx264", b_frames=3, options={"x264-params": "open-gop=1"}),
    "variable rate": lambda: clip("mp4", "libx264", b_frames=2, steps=VARIABLE_STEPS),
    "one keyframe": lambda: clip("mp4", "libx264", b_frames=2, keyframe_interval=1000),
    "one frame": lambda: clip("mp4", "libx264", frames=1),
    "motion JPEG": lambda: clip("mov", "mjpeg"),
    "AVI": lambda: clip("avi", "mpeg4", b_frames=2),
    "AVI with H.264": lambda: clip("avi", "libx264", b_frames=2),
    "AVI with H.264 and a variable rate": lambda: clip("avi", "libx264", b_frames=2, steps=VARIABLE_STEPS),
    "AVI with H.264 without B-frames": lambda: clip("avi", "libx264"),
    "Matroska": lambda: clip("matroska", "libx264", b_frames=3),
    "WebM": lambda: clip("webm", "libvpx"),
    "MPEG": lambda: clip("mpeg", "mpeg2video", b_frames=2),
    "MPEG with H.264": lambda: clip("mpeg", "libx264", b_frames=2),
    "FLV": lambda: clip("flv", "libx264", b_frames=2),
    "transport stream": lambda: clip("mpegts", "libx264", b_frames=3),
    "trimmed": trimmed,
    "browser's recording": browser_recording,
    "negative start": negative_start,
    "late picture": late_picture,
    "late picture in AVI": lambda: late_picture("avi"),
    "without presentation times": without_presentation_times,
    "joined": joined,
    "thumbnail first": lambda: clip("mp4", "libx264", before=still()),
    "anamorphic": lambda: clip("mp4", "libx264", aspect_ratio=Fraction(4, 3)),
    "mirrored": lambda: with_display_matrix(clip("mp4", "libx264"), (-1, 0, 0, 1)),
    "transposed": lambda: with_display_matrix(clip("mp4", "libx264"), (0, 1, 1, 0)),
    "rotated": lambda: with_display_matrix(clip("mp4", "libx264", b_frames=2), (0, 1, -1, 0)),
}


@cache
def data_of(name):
    """The bytes of one of the clips."""
    return CLIPS[name]()
