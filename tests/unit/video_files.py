"""Video files of phones, and files that are not videos."""

from __future__ import annotations

import struct
import wave

import av
import numpy as np

from pose_demo.io.video_writer import VideoWriter

# The upper left 2 x 2 part of all display matrices: rotations and reflections.
MATRICES = [(a, 0, 0, d) for a in (1, -1) for d in (1, -1)] + [(0, b, c, 0) for b in (1, -1) for c in (1, -1)]


def with_display_matrix(data, numbers):
    start = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (number * 0x10000 for number in numbers)
    return data[:start] + struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000) + data[start + 36 :]


def audio(path):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * 8000)


def audio_in_mp4(path):
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 44100), np.float32), format="fltp", layout="mono")
        frame.rate = 44100
        for packet in [*stream.encode(frame), *stream.encode()]:
            container.mux(packet)


def playlist(path):
    with VideoWriter(path.parent / "private.mp4") as writer:
        writer.write(np.zeros((48, 64, 3), np.uint8), 0.0)
    path.write_text("ffconcat version 1.0\nfile private.mp4\n")


INVALID_VIDEOS = {
    "0 bytes": ("a.mp4", lambda path: path.write_bytes(b""), "0 bytes"),
    "text": ("notes.txt", lambda path: path.write_text("hello\n" * 300), "not a video"),
    "text named mp4": ("a.mp4", lambda path: path.write_text("hello\n" * 300), "not a video"),
    "html": ("a.mp4", lambda path: path.write_text("<html><body>404</body></html>"), "not a video"),
    "zeros": ("a.mp4", lambda path: path.write_bytes(b"\0" * 5000), "not a video"),
    "audio": ("a.wav", audio, "not a video"),
    "audio in an mp4": ("a.mp4", audio_in_mp4, "no video stream"),
    "playlist": ("a.mp4", playlist, "not a video"),
    "folder": ("a.mp4", lambda path: path.mkdir(), "not a file"),
    "missing": ("a.mp4", lambda path: None, "cannot be opened"),
}
