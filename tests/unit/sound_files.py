"""Videos with sound: a tone that starts at a known time."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np

SECONDS = 3.0
ONSET = 1.0  # of the tone, on the clock of the sound
RATE = 48_000
FPS = 30


def write_video_with_sound(
    path,
    codec="aac",
    video_codec="libx264",
    *,
    picture_at=0.0,
    sound_at=0.0,
    seconds=SECONDS,
    rate=RATE,
    layout="stereo",
):
    """Write 60 gray frames from ``picture_at`` on, and ``seconds`` of sound from ``sound_at`` on."""
    with av.open(str(path), "w") as container:
        video = container.add_stream(video_codec, rate=FPS)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio = container.add_stream(codec, rate=rate, layout=layout, options={"strict": "experimental"})
        packets = [*_pictures(video, picture_at), *_tone(audio, sound_at, seconds, rate, layout)]
        for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
            container.mux(packet)
    return path


def _pictures(stream, start):
    for index in range(60):
        frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 4 * index, np.uint8), format="rgb24")
        frame.pts, frame.time_base = round((start + index / FPS) * 90_000), Fraction(1, 90_000)
        yield from stream.encode(frame)
    yield from stream.encode()


def _tone(stream, start, seconds, rate, layout):
    time = np.arange(int(rate * seconds)) / rate
    tone = (0.5 * np.sin(2 * np.pi * 440 * time) * (time >= ONSET)).astype(np.float32)
    for first in range(0, len(tone), 1024):
        samples = np.stack([tone[first : first + 1024]] * (1 if layout == "mono" else 2))
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
        frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
        frame.pts = round(start * rate) + first
        yield from stream.encode(frame)
    yield from stream.encode()


def streams(path):
    """(codec, start, end) of the picture and of the sound, in seconds; None for one that is missing."""
    with av.open(str(path)) as container:
        found = {stream.type: stream for stream in container.streams}
        return _span(found.get("video")), _span(found.get("audio"))


def _span(stream):
    if stream is None:
        return None
    start, seconds = float(stream.start_time * stream.time_base), float(stream.duration * stream.time_base)
    return stream.codec_context.codec.canonical_name, start, start + seconds


def onset(path):
    """Seconds at which the sound of a file becomes loud."""
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            loud = np.abs(_samples(frame)) > 0.1
            if loud.any():
                return frame.time + int(np.argmax(loud)) / frame.sample_rate
    return None


def _samples(frame):
    (frame,) = av.AudioResampler(format="fltp", layout="mono").resample(frame)
    return frame.to_ndarray()[0]


def overwrite_sound(path, share):
    """Overwrite the last packets of the sound."""
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        packets = [(packet.pos, packet.size) for packet in container.demux(audio=0) if packet.size]
    for position, size in packets[-round(share * len(packets)) :]:
        data[position : position + size] = b"\xff" * size
    path.write_bytes(data)
