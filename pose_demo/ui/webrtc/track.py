"""The track that processes a camera's frames on the server: only the latest frame waits, frames are not queued."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

log = logging.getLogger(__name__)


class Processor(Protocol):
    """The wrapper of a frame callback by streamlit-webrtc."""

    def recv(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Process one frame; may block."""
        ...

    def on_ended(self) -> None:
        """Called when the stream has ended."""
        ...


class ProcessedTrack(MediaStreamTrack):  # type: ignore[misc]  # aiortc is not typed
    """Returns each processed frame once, as soon as it is ready.

    The track of streamlit-webrtc returns a result when the next frame arrives, which is one frame late, and returns
    old results again, to be encoded again.
    """

    kind = "video"

    def __init__(self, track: MediaStreamTrack, processor: Processor) -> None:
        super().__init__()
        self.processor = processor  # streamlit-webrtc sets its callbacks in each script run
        self._camera, self._error = track, ""
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="pose")
        track.on("ended", self.stop)

    async def recv(self) -> av.VideoFrame:
        """The next processed frame. A frame whose processing fails is left out: it is never returned as it came.

        Raises:
            MediaStreamError: the stream has ended; any other error would make the consumer wait forever.
        """
        while True:
            frame: av.VideoFrame = await self._camera.recv()
            if self.readyState != "live":
                raise MediaStreamError
            try:
                return await asyncio.get_running_loop().run_in_executor(self._worker, self.processor.recv, frame)
            except Exception as error:
                if self.readyState != "live":  # stopped meanwhile, together with the worker
                    raise MediaStreamError from None
                self._report(error)

    def _report(self, error: Exception) -> None:
        if str(error) != self._error:  # the same line thirty times a second would flood the log
            log.error("a frame is left out", exc_info=error)
        self._error = str(error)

    def stop(self) -> None:
        """End the stream without blocking; may be called from any thread.

        The camera's track ends by itself: stopping it here would leave a pending `recv` blocked.
        """
        if self.readyState != "live":
            return
        super().stop()
        self._worker.shutdown(wait=False)
        self.processor.on_ended()
