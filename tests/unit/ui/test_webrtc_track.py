"""The processed track: each frame is sent once, only the latest waits, and the stream ends cleanly."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import streamlit_webrtc.webrtc
from aiortc import MediaStreamTrack
from aiortc.contrib.media import MediaRelay
from aiortc.mediastreams import MediaStreamError

from pose_demo.live.sound_track import SoundTrack
from pose_demo.ui.webrtc import stream
from pose_demo.ui.webrtc.track import ProcessedTrack


class Camera(MediaStreamTrack):
    """Returns the frames of a test."""

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

    async def send(self, *frames):
        for frame in frames:
            self.frames.put_nowait(frame)
        await asyncio.sleep(0.02)


class Processor:
    """Returns frames in capitals, as soon as the test allows it."""

    def __init__(self, allowed=True, error=None):
        self.allowed, self.error, self.seen, self.ended, self.threads = threading.Event(), error, [], 0, set()
        if allowed:
            self.allowed.set()

    def recv(self, frame):
        self.seen.append(frame)
        self.threads.add(threading.current_thread())
        assert self.allowed.wait(5)
        if self.error:
            raise self.error
        return frame.upper()

    def on_ended(self):
        self.ended += 1


def run(scenario, **options):
    """Run a scenario with a camera, a processor and the track as streamlit-webrtc creates and relays it."""
    errors = []

    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: errors.append(context))
        source, processor, relay = Camera(), Processor(**options), MediaRelay()
        wrap = streamlit_webrtc.webrtc._wrap_with_processor
        track = wrap(source, processor, async_processing=True, relay=relay)
        try:
            await asyncio.wait_for(scenario(source, processor, track, relay.subscribe(track)), 5)
        finally:
            processor.allowed.set()
            track.stop()
            await asyncio.sleep(0.02)

    with ThreadPoolExecutor(1) as executor:  # the browser tests may have left a running loop in this thread
        executor.submit(asyncio.run, main()).result()
    assert not errors


def test_streamlit_webrtc_uses_the_processed_track():
    async def scenario(source, processor, track, sent):
        assert isinstance(track, ProcessedTrack) and stream.ProcessedTrack is ProcessedTrack

    run(scenario)


def test_the_sound_of_a_teacher_is_not_relayed_so_that_it_ends_with_its_only_consumer():
    async def scenario(source, processor, track, sent):
        sound = SoundTrack(lambda: None)
        assert MediaRelay().subscribe(sound) is sound and MediaRelay().subscribe(source) is not source

    run(scenario)


def test_frames_are_processed_once_in_order_outside_the_event_loop():
    async def scenario(source, processor, track, sent):
        for frame in "abc":
            asyncio.get_running_loop().call_later(0.02, source.frames.put_nowait, frame)
            assert await sent.recv() == frame.upper()
        await asyncio.sleep(0.02)
        assert processor.seen == ["a", "b", "c"] and threading.current_thread() not in processor.threads

    run(scenario)


def test_no_frame_is_sent_twice():
    async def scenario(source, processor, track, sent):
        asyncio.get_running_loop().call_later(0.02, source.frames.put_nowait, "a")
        assert await sent.recv() == "A"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(sent.recv(), 0.1)

    run(scenario)


def test_only_the_latest_frame_waits_while_one_is_processed():
    async def scenario(source, processor, track, sent):
        first = asyncio.ensure_future(sent.recv())
        await source.send("a")
        await source.send("b", "c", "d")
        processor.allowed.set()
        assert await first == "A" and await sent.recv() == "D"
        assert processor.seen == ["a", "d"]

    run(scenario, allowed=False)


def test_only_the_latest_result_waits_while_one_is_encoded():
    async def scenario(source, processor, track, sent):
        first = asyncio.ensure_future(sent.recv())
        await asyncio.sleep(0)
        for frame in "abcd":
            await source.send(frame)
        assert await first == "A" and await sent.recv() == "D"

    run(scenario)


def test_a_slow_frame_does_not_block_the_event_loop():
    async def scenario(source, processor, track, sent):
        waiting = asyncio.ensure_future(sent.recv())
        await source.send("a")
        await asyncio.sleep(0.05)  # would hang if the processor ran here
        assert processor.seen == ["a"] and not waiting.done()
        processor.allowed.set()
        assert await waiting == "A"

    run(scenario, allowed=False)


def test_a_frame_whose_processing_fails_is_left_out_and_never_sent_as_it_came(caplog):
    async def scenario(source, processor, track, sent):
        waiting = asyncio.ensure_future(sent.recv())
        for frame in "abc":
            await source.send(frame)
        assert processor.seen == ["a", "b", "c"] and not waiting.done()
        processor.error = None
        await source.send("d")
        assert await waiting == "D"

    run(scenario, error=KeyError("no"))
    assert len(caplog.records) == 1


def test_the_stream_ends_with_the_camera():
    async def scenario(source, processor, track, sent):
        waiting = asyncio.ensure_future(sent.recv())
        await source.send(None)
        for waits in (waiting, sent.recv(), track.recv()):
            with pytest.raises(MediaStreamError):
                await waits
        assert processor.ended == 1

    run(scenario)


@pytest.mark.parametrize("during", [True, False], ids=["in a frame", "between frames"])
def test_the_track_can_be_stopped_from_another_thread(during):
    async def scenario(source, processor, track, sent):
        waiting = asyncio.ensure_future(sent.recv())
        await source.send(*(["a", "b"] if during else []))
        await asyncio.to_thread(track.stop)
        processor.allowed.set()
        await source.send("c", None)
        with pytest.raises(MediaStreamError):
            await waiting
            await sent.recv()
        assert processor.ended == 1

    run(scenario, allowed=False)
