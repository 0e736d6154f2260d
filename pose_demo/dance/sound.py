"""The sound of a reference dance."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt
from av.filter import Graph

from pose_demo.dance.reference import MAX_SECONDS

RATE = 24_000  # samples per second; 20 minutes have 58 MB
MAX_SAMPLES = int(MAX_SECONDS * RATE)

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Sound:
    """The sound of a reference dance; compared by identity.

    Attributes:
        samples: ``(N,)``, mono, `RATE` per second, at most `MAX_SAMPLES`.
        start: seconds of the reference's timestamps at the first sample.
    """

    samples: Samples
    start: float = 0.0
    _passage: dict[tuple[float, float, float], Samples] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, wave: npt.NDArray[np.float32], start: float = 0.0) -> Sound:
        """The sound of mono samples in [-1, 1]."""
        return cls((wave[:MAX_SAMPLES].clip(-1, 1) * 32767).astype(np.int16), start)

    def passage(self, start: float, end: float, speed: float) -> Samples:
        """The sound from ``start`` to ``end``, in seconds of the reference, slowed down without a change of pitch.

        The last passage is kept. Twenty minutes take some seconds.
        """
        key = start, end, speed
        found = self._passage.get(key)
        if found is None:
            found = _stretched(self._cut(start, end), speed)
            self._passage.clear()
            self._passage[key] = found
        return found

    def _cut(self, start: float, end: float) -> Samples:
        """The samples from ``start`` to ``end``, silent where there are none."""
        first, last = (round((time - self.start) * RATE) for time in (start, end))
        there = self.samples[max(first, 0) : max(last, 0)]
        missing = last - first - len(there)
        before = min(max(-first, 0), missing)
        return np.pad(there, (before, missing - before)) if missing else there  # a copy of 20 minutes has 58 MB


def _stretched(samples: Samples, speed: float) -> Samples:
    """Samples at ``speed`` in [0.5, 1] of their tempo, by FFmpeg's ``atempo`` (WSOLA)."""
    if speed == 1 or not len(samples):
        return samples
    graph = Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="s16", layout="mono", time_base=Fraction(1, RATE))
    graph.link_nodes(source, graph.add("atempo", f"{speed}"), graph.add("abuffersink")).configure()
    parts = []
    for frame in (audio_frame(samples, 0), None):
        graph.push(frame)
        parts += _pulled(graph)
    wanted = round(len(samples) / speed)
    found = np.concatenate([np.zeros(0, np.int16), *parts])[:wanted]
    return np.pad(found, (0, wanted - len(found)))


def _pulled(graph: Graph) -> list[Samples]:
    parts = []
    while True:
        try:
            parts.append(graph.pull().to_ndarray()[0])
        except (av.error.BlockingIOError, av.error.EOFError):
            return parts


def audio_frame(samples: Samples, pts: int) -> av.AudioFrame:
    """Samples as a frame; ``pts`` counts samples."""
    frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), pts
    return frame
