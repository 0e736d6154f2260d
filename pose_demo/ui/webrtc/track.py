"""A camera's frames on their way through the server: the latest wins, and nothing queues."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError


class Processor(Protocol):
    """What streamlit-webrtc wraps round a frame callback."""

    def recv(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Process one frame; it may take its time."""
        ...

    def on_ended(self) -> None:
        """The stream is over."""
        ...


class ProcessedTrack(MediaStreamTrack):  # type: ignore[misc]  # aiortc is not typed
    """Gives each processed frame once, as soon as it is done.

    streamlit-webrtc's own hands a result out when the next frame comes, which is a frame late, and hands old results
    out again, to be encoded again.
    """

    kind = "video"

    def __init__(self, track: MediaStreamTrack, processor: Processor) -> None:
        super().__init__()
        self.processor = processor  # streamlit-webrtc gives it the callbacks of each run
        self._camera = track
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="pose")
        track.on("ended", self.stop)

    async def recv(self) -> av.VideoFrame:
        """The next frame, processed; as it came if that failed.

        Raises:
            MediaStreamError: the stream is over; nothing else, or whoever listens would wait for ever.
        """
        frame: av.VideoFrame = await self._camera.recv()
        if self.readyState != "live":
            raise MediaStreamError
        try:
            frame = await asyncio.get_running_loop().run_in_executor(self._worker, self.processor.recv, frame)
        except Exception:
            if self.readyState != "live":  # stopped meanwhile, and the worker with it
                raise MediaStreamError from None
        return frame

    def stop(self) -> None:
        """End the stream; called from any thread, and waits for nothing.

        The camera is left to end by itself: stopped by us, it would never wake `recv`.
        """
        if self.readyState != "live":
            return
        super().stop()
        self._worker.shutdown(wait=False)
        self.processor.on_ended()
