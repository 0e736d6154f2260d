"""Frames on their way through the server: each is sent once, the latest wins, and the end is clean."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import streamlit_webrtc.webrtc
from aiortc import MediaStreamTrack
from aiortc.contrib.media import MediaRelay
from aiortc.mediastreams import MediaStreamError

from pose_demo.ui.webrtc import stream
from pose_demo.ui.webrtc.track import ProcessedTrack


class Camera(MediaStreamTrack):
    """Gives what a test puts in."""

    kind = "video"

    def __init__(self):
        super().__init__()
        self.frames = asyncio.Queue()

    async def recv(self):
        frame = await self.frames.get()
        if frame is None:
            self.stop()
            raise MediaStreamError
        return frame

    async def give(self, *frames):
        for frame in frames:
            self.frames.put_nowait(frame)
        await asyncio.sleep(0.02)


class Processor:
    """Answers in capitals, when the test lets it."""

    def __init__(self, free=True, error=None):
        self.free, self.error, self.seen, self.ended, self.threads = threading.Event(), error, [], 0, set()
        if free:
            self.free.set()

    def recv(self, frame):
        self.seen.append(frame)
        self.threads.add(threading.current_thread())
        assert self.free.wait(5)
        if self.error:
            raise self.error
        return frame.upper()

    def on_ended(self):
        self.ended += 1


def run(play, **how):
    """Let a test play with a camera, a processor and the track as streamlit-webrtc makes and sends it."""
    complaints = []

    async def whole():
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: complaints.append(context))
        source, processor, relay = Camera(), Processor(**how), MediaRelay()
        wrap = streamlit_webrtc.webrtc._wrap_with_processor
        track = wrap(source, processor, async_processing=True, relay=relay)
        try:
            await asyncio.wait_for(play(source, processor, track, relay.subscribe(track)), 5)
        finally:
            processor.free.set()
            track.stop()
            await asyncio.sleep(0.02)

    with ThreadPoolExecutor(1) as another:  # in this thread the browser tests may have left a loop that runs
        another.submit(asyncio.run, whole()).result()
    assert not complaints


def test_streamlit_webrtc_takes_ours():
    async def play(source, processor, track, sent):
        assert isinstance(track, ProcessedTrack) and stream.ProcessedTrack is ProcessedTrack

    run(play)


def test_frames_are_processed_in_order_each_once_and_off_the_loops_thread():
    async def play(source, processor, track, sent):
        for frame in "abc":
            asyncio.get_running_loop().call_later(0.02, source.frames.put_nowait, frame)
            assert await sent.recv() == frame.upper()
        await asyncio.sleep(0.02)
        assert processor.seen == ["a", "b", "c"] and threading.current_thread() not in processor.threads

    run(play)


def test_nothing_is_sent_twice():
    async def play(source, processor, track, sent):
        asyncio.get_running_loop().call_later(0.02, source.frames.put_nowait, "a")
        assert await sent.recv() == "A"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(sent.recv(), 0.1)

    run(play)


def test_while_one_is_processed_only_the_newest_waits():
    async def play(source, processor, track, sent):
        first = asyncio.ensure_future(sent.recv())
        await source.give("a")
        await source.give("b", "c", "d")
        processor.free.set()
        assert await first == "A" and await sent.recv() == "D"
        assert processor.seen == ["a", "d"]

    run(play, free=False)


def test_while_one_is_encoded_only_the_newest_result_waits():
    async def play(source, processor, track, sent):
        first = asyncio.ensure_future(sent.recv())
        await asyncio.sleep(0)
        for frame in "abcd":
            await source.give(frame)
        assert await first == "A" and await sent.recv() == "D"

    run(play)


def test_a_slow_frame_leaves_the_loop_free():
    async def play(source, processor, track, sent):
        waiting = asyncio.ensure_future(sent.recv())
        await source.give("a")
        await asyncio.sleep(0.05)  # would hang if the processor ran here
        assert processor.seen == ["a"] and not waiting.done()
        processor.free.set()
        assert await waiting == "A"

    run(play, free=False)


def test_a_frame_that_cannot_be_processed_goes_back_as_it_came():
    async def play(source, processor, track, sent):
        asyncio.get_running_loop().call_later(0.02, source.frames.put_nowait, "a")
        assert await sent.recv() == "a"

    run(play, error=KeyError("no"))


def test_when_the_camera_ends_so_does_the_stream():
    async def play(source, processor, track, sent):
        waiting = asyncio.ensure_future(sent.recv())
        await source.give(None)
        for waits in (waiting, sent.recv(), track.recv()):
            with pytest.raises(MediaStreamError):
                await waits
        assert processor.ended == 1

    run(play)


@pytest.mark.parametrize("begun", [True, False], ids=["in a frame", "between frames"])
def test_it_can_be_stopped_from_another_thread_at_any_moment(begun):
    async def play(source, processor, track, sent):
        waiting = asyncio.ensure_future(sent.recv())
        await source.give(*(["a", "b"] if begun else []))
        await asyncio.to_thread(track.stop)
        processor.free.set()
        await source.give("c", None)
        with pytest.raises(MediaStreamError):
            await waiting
            await sent.recv()
        assert processor.ended == 1

    run(play, free=False)
