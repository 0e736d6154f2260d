"""The sound of a teacher as an audio track of WebRTC, in step with the picture."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import deque
from collections.abc import Callable

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from pose_demo.dance.playback import Playback
from pose_demo.dance.sound import RATE, Samples, audio_frame

_FRAME = RATE // 50  # samples of 20 ms
# Encoding and the browser's buffers delay sound more than pictures: by 35 to 115 ms in eight takes in Chromium on a
# busy machine with two cores, and by -3 and 28 ms with this lead (tests/e2e/dance_camera.py measures it).
_LEAD_S = 0.06
_DRIFT_S = 0.025  # larger ones are corrected by a jump
_SMOOTHED_FRAMES = 30  # frames of the camera over which the clock is averaged: their processing time varies
_OTHER_CLOCK_S = 0.3  # from one frame to the next: a pause of the camera, or another take
_SILENT_S = 0.5  # without a frame
_TAIL_S = 0.5  # of silence, before nothing is sent at all
_LATE_S = 0.2  # of the event loop, after which the frames that were missed are left out


class Player:
    """Reads the music at the pace of the picture."""

    def __init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self._last: Playback | None = None
        self._offsets: deque[float] = deque(maxlen=_SMOOTHED_FRAMES)  # clock minus time of the take
        self._next: int | None = None  # sample of the take

    def read(self, playback: Playback | None, now: float) -> Samples | None:
        """The 20 ms that are heard from ``now`` on; None while there is nothing to hear.

        Args:
            playback: of the last frame.
            now: seconds of the clock of `Playback.at`.
        """
        if playback is None or now - playback.at > _SILENT_S:
            self._reset()
            return None
        self._observe(playback)
        wanted = round((now + _LEAD_S - statistics.median(self._offsets)) * RATE)
        if self._next is None or abs(wanted - self._next) > _DRIFT_S * RATE:
            self._next = wanted
        samples = playback.music.samples(self._next, _FRAME)
        self._next += _FRAME
        return samples

    def _observe(self, playback: Playback) -> None:
        last, self._last = self._last, playback
        if last is playback:
            return
        offset = playback.at - playback.elapsed
        if last and abs(offset - (last.at - last.elapsed)) > _OTHER_CLOCK_S:
            self._offsets.clear()
        self._offsets.append(offset)


class SoundTrack(MediaStreamTrack):  # type: ignore[misc]  # aiortc is not typed
    """Frames of 20 ms in real time. While there is nothing to hear it sends nothing, which costs nothing."""

    kind = "audio"

    def __init__(self, playback: Callable[[], Playback | None], clock: Callable[[], float] = time.monotonic) -> None:
        """Follow what ``playback`` returns; ``clock`` is that of `Playback.at`."""
        super().__init__()
        self._playback, self._clock = playback, clock
        self._player = Player()
        self._started: float | None = None
        self._pts = self._silence = 0

    async def recv(self) -> av.AudioFrame:
        """The next frame.

        Raises:
            MediaStreamError: the track has ended.
        """
        while self.readyState == "live":
            due = await self._pace()
            if (samples := self._heard(due)) is not None:
                return audio_frame(samples, self._pts)
        raise MediaStreamError

    async def _pace(self) -> float:
        """Wait for the next frame; returns when it is due."""
        now = self._clock()
        if self._started is None:
            self._started = now
        else:
            self._pts += _FRAME
        due = self._started + self._pts / RATE
        if now - due > _LATE_S:
            self._pts += _FRAME * int((now - due) * RATE / _FRAME)
            due = self._started + self._pts / RATE
        await asyncio.sleep(max(0.0, due - now))
        return due

    def _heard(self, due: float) -> Samples | None:
        samples = self._player.read(self._playback(), due)
        if samples is not None:
            self._silence = round(_TAIL_S * RATE)
        elif self._silence > 0:
            self._silence -= _FRAME
            samples = np.zeros(_FRAME, np.int16)
        return samples
