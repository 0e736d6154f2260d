"""The way of a camera's frames through the server: the latest one wins, and nothing queues."""

from __future__ import annotations

import asyncio
import contextlib
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


class NewestTrack(MediaStreamTrack):  # type: ignore[misc]  # aiortc is not typed
    """Sends each processed frame once, as soon as it is done.

    streamlit-webrtc's own track keeps every frame that comes while one is encoded, so a busy server falls behind by
    seconds; it hands a result out when the next frame comes, a frame late; and it encodes old results again.
    """

    kind = "video"

    def __init__(self, track: MediaStreamTrack, processor: Processor) -> None:
        super().__init__()
        self.processor = processor  # streamlit-webrtc gives it the callbacks of each run
        self._camera = track
        self._newest: asyncio.Queue[av.VideoFrame] = asyncio.Queue(1)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="pose")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watching: asyncio.Future[None] | None = None
        self._ahead: asyncio.Future[av.VideoFrame] | None = None
        track.on("ended", self.stop)

    async def recv(self) -> av.VideoFrame:
        """The next processed frame; the one after it is begun at once, while this one is encoded.

        Raises:
            MediaStreamError: the stream is over.
        """
        if self.readyState != "live":
            raise MediaStreamError
        if self._ahead is None:
            self._loop = asyncio.get_running_loop()
            self._watching = asyncio.ensure_future(self._watch())
            self._ahead = asyncio.ensure_future(self._process())
        try:
            done = await self._ahead
        except asyncio.CancelledError:
            if self.readyState == "live":
                raise
            raise MediaStreamError from None
        self._ahead = asyncio.ensure_future(self._process())
        return done

    async def _watch(self) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await self._camera.recv()
                if self._newest.full():
                    self._newest.get_nowait()
                self._newest.put_nowait(frame)

    async def _process(self) -> av.VideoFrame:
        frame = await self._newest.get()
        return await asyncio.get_running_loop().run_in_executor(self._worker, self.processor.recv, frame)

    def stop(self) -> None:
        """End the stream; called from any thread, and waits for nothing."""
        if self.readyState != "live":
            return
        super().stop()
        self._camera.stop()
        self._worker.shutdown(wait=False)
        for task in (self._watching, self._ahead):
            if self._loop and task:
                with contextlib.suppress(RuntimeError):  # the server is closing, and its loop with it
                    self._loop.call_soon_threadsafe(task.cancel)
        self.processor.on_ended()
