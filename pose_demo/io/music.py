"""The music of the choreographies as sound files."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from typing import BinaryIO

import av
import numpy as np

from pose_demo import sample

_RATE = 48_000  # samples per second
_BITS_PER_SECOND = 128_000


def music_file(name: str) -> BinaryIO:
    """The music of a choreography as an MP4 file with AAC, from count 1 on.

    Args:
        name: a key of ``sample.CHOREOGRAPHIES``.
    """
    file = BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=_RATE, layout="mono", bit_rate=_BITS_PER_SECOND)
        container.mux(stream.encode(_audio_frame(name)))
        container.mux(stream.encode())
    file.seek(0)
    return file


def _audio_frame(name: str) -> av.AudioFrame:
    samples = sample.CHOREOGRAPHIES[name].sound(_RATE)
    frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="fltp", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = _RATE, Fraction(1, _RATE), 0
    return frame
