"""Frames on their way through the server: the latest wins, each is sent once, and the end is clean."""

import asyncio
import threading

import pytest
import streamlit_webrtc.factory
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from pose_demo.ui import camera
from pose_demo.ui.track import NewestTrack


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

    def __init__(self, free=True):
        self.free, self.seen, self.ended, self.threads = threading.Event(), [], 0, set()
        if free:
            self.free.set()

    def recv(self, frame):
        self.seen.append(frame)
        self.threads.add(threading.current_thread())
        assert self.free.wait(5)
        return frame.upper()

    def on_ended(self):
        self.ended += 1


def run(play, free=True):
    async def whole():
        camera, processor = Camera(), Processor(free)
        track = NewestTrack(camera, processor)
        try:
            await asyncio.wait_for(play(camera, processor, track), 5)
        finally:
            processor.free.set()
            track.stop()

    asyncio.run(whole())


def test_frames_are_processed_in_order_each_once_and_off_the_loops_thread():
    async def play(camera, processor, track):
        for frame in "abc":
            await camera.give(frame)
            assert await track.recv() == frame.upper()
        await asyncio.sleep(0.02)
        assert processor.seen == ["a", "b", "c"] and threading.current_thread() not in processor.threads

    run(play)


def test_nothing_is_sent_twice():
    async def play(camera, processor, track):
        await camera.give("a")
        assert await track.recv() == "A"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(asyncio.ensure_future(track.recv())), 0.1)

    run(play)


def test_while_one_is_processed_only_the_newest_waits():
    async def play(camera, processor, track):
        first = asyncio.ensure_future(track.recv())
        await camera.give("a")
        await camera.give("b", "c", "d")
        processor.free.set()
        assert await first == "A" and await track.recv() == "D"
        assert processor.seen == ["a", "d"]

    run(play, free=False)


def test_the_next_frame_is_begun_while_the_last_is_encoded():
    async def play(camera, processor, track):
        await camera.give("a")
        await track.recv()
        await camera.give("b")  # nobody asked for it yet
        assert processor.seen == ["a", "b"]

    run(play)


def test_a_slow_frame_leaves_the_loop_free():
    async def play(camera, processor, track):
        waiting = asyncio.ensure_future(track.recv())
        await camera.give("a")
        await asyncio.sleep(0.05)  # would hang if the processor ran here
        assert not waiting.done()

    run(play, free=False)


def test_when_the_camera_ends_so_does_the_stream():
    async def play(camera, processor, track):
        await camera.give("a")
        await track.recv()
        waiting = asyncio.ensure_future(track.recv())
        await camera.give(None)
        with pytest.raises(MediaStreamError):
            await waiting
        with pytest.raises(MediaStreamError):
            await track.recv()
        assert processor.ended == 1

    run(play)


def test_it_can_be_stopped_from_another_thread_and_before_it_began():
    async def play(camera, processor, track):
        waiting = asyncio.ensure_future(track.recv())
        await asyncio.sleep(0.02)
        await asyncio.to_thread(track.stop)
        with pytest.raises(MediaStreamError):
            await waiting
        assert camera.readyState == "ended"
        NewestTrack(Camera(), Processor()).stop()

    run(play)


def test_streamlit_webrtc_takes_it():
    assert camera.NewestTrack is streamlit_webrtc.factory._get_track_class("video", True)
