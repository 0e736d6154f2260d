"""The sound of a teacher: in step with the picture, by an injected clock; silent and free without frames."""

import asyncio
import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import dance_streams
import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError
from fakes import FakeClock, FakeEstimator, plan_of

from pose_demo.dance.music import Music
from pose_demo.dance.playback import Playback
from pose_demo.dance.schedule import Schedule
from pose_demo.dance.sound import RATE, Sound
from pose_demo.live import sound_track
from pose_demo.live.sound_track import Player, SoundTrack
from pose_demo.live.stream import LiveStream
from pose_demo.types import Frame

FRAME = RATE // 50
LEAD_S = sound_track._LEAD_S


def music(seconds=20.0, count_in=0.0):
    """The value of a sample is its number in hundredths of a second."""
    samples = np.repeat(np.arange(round(seconds * 100), dtype=np.int16), RATE // 100)
    return Music.of(Sound(samples), Schedule(start=0.0, end=seconds, count_in=count_in))


MUSIC = music()


def position(samples):
    """Seconds of the music at the first sample, without the lead."""
    return samples[0] / 100 - LEAD_S


def played(delays, fps=20, seconds=4.0, began=100.0, given=MUSIC):
    """(time, position) of every 20 ms, with a frame that is processed for the next of ``delays``."""
    player, heard, playback = Player(), [], None
    ready = [(k / fps + delays[k % len(delays)], k / fps) for k in range(int(seconds * fps))]
    for tick in range(int(seconds * 50)):
        time = tick / 50
        frames = [(at, elapsed) for at, elapsed in ready if at <= time]
        if frames and (playback is None or playback.elapsed != frames[-1][1]):
            playback = Playback(given, frames[-1][1], began + frames[-1][0])
        samples = player.read(playback, began + time)
        if samples is not None:
            heard.append((time, position(samples)))
    return np.array(heard)


def test_the_music_is_where_the_picture_is():
    heard = played([0.03])
    assert (heard[:, 0] - heard[:, 1])[5:] == pytest.approx(np.full(len(heard) - 5, 0.03), abs=0.012)


def test_processing_times_that_vary_do_not_disturb_the_music():
    heard = played([0.02, 0.05, 0.03, 0.08, 0.03])
    steps = np.diff(heard[10:, 1])
    assert steps == pytest.approx(np.full(len(steps), 0.02), abs=0.0101)  # no jump: a value is good for 10 ms
    assert np.abs((heard[:, 0] - heard[:, 1])[10:] - 0.03).max() < 0.036


def test_a_drift_is_corrected_by_a_jump_when_it_is_large():
    player = Player()
    first = player.read(Playback(MUSIC, 1.0, 100.0), 100.0)
    near = player.read(Playback(MUSIC, 1.02 + 0.02, 100.02), 100.02)  # median of 0 and -20 ms: it goes on
    assert position(near) - position(first) == pytest.approx(0.02, abs=0.011)
    for k in range(2, 40):
        late = player.read(Playback(MUSIC, 1 + 0.02 * k + 0.05, 100 + 0.02 * k), 100 + 0.02 * k)
    assert position(late) == pytest.approx(1 + 0.02 * 39 + 0.05, abs=0.026)


def test_another_take_is_followed_at_once():
    player = Player()
    for k in range(50):
        player.read(Playback(MUSIC, 5 + 0.02 * k, 100 + 0.02 * k), 100 + 0.02 * k)
    assert position(player.read(Playback(MUSIC, 0.5, 101.0), 101.0)) == pytest.approx(0.5, abs=0.011)
    other = music(30.0)
    assert position(player.read(Playback(other, 9.0, 101.02), 101.02)) == pytest.approx(9.0, abs=0.011)


def test_without_frames_it_is_silent_after_half_a_second_and_comes_back_where_the_music_is():
    player, last = Player(), Playback(MUSIC, 1.0, 100.0)
    assert player.read(None, 100.0) is None
    assert position(player.read(last, 100.0)) == pytest.approx(1.0, abs=0.011)
    assert player.read(last, 100.49) is not None and player.read(last, 100.51) is None
    assert position(player.read(Playback(MUSIC, 5.0, 104.0), 104.0)) == pytest.approx(5.0, abs=0.011)


def test_after_the_end_there_is_nothing():
    player, short = Player(), music(1.0)
    assert player.read(Playback(short, 0.5, 100.0), 100.0) is not None
    assert player.read(Playback(short, 1.5, 101.0), 101.0) is None


def test_a_stream_tells_where_the_music_of_a_take_is():
    clock = FakeClock()
    stream = LiveStream(clock)
    given = dance_streams.plan(count_in=0)
    teacher = replace(given.teacher, sound=Sound(np.zeros(9 * RATE, np.int16)))
    dancing = replace(given, teacher=teacher, take=2)
    for plan, is_heard in ((given, False), (dancing, True), (replace(dancing, take=0), False)):
        stream.set_plan(replace(plan_of(FakeEstimator()), dance=plan))
        for _ in range(2):
            clock.now += 0.1
            stream.process_frame(Frame(np.zeros((48, 64, 3), np.uint8), clock.now - 7))
        assert (stream.playback is not None) == is_heard
        if stream.playback:
            assert (stream.playback.elapsed, stream.playback.at) == (pytest.approx(0.1), clock.now)
            assert stream.playback.music is dancing.music
    silent = replace(dancing, options=replace(dancing.options, sound=False))
    assert silent.music is None and silent.continues(dancing)
    stream.set_plan(replace(plan_of(FakeEstimator()), dance=replace(dancing, take=3)))
    stream.process_frame(Frame(np.zeros((48, 64, 3), np.uint8), clock.now))
    assert stream.playback
    stream.restart()
    assert stream.playback is None


# ---- the track

REAL_SLEEP = asyncio.sleep


def run(coroutine):
    with ThreadPoolExecutor(1) as executor:  # the browser tests may have left a running loop in this thread
        return executor.submit(asyncio.run, coroutine).result()


class Clock:
    """A clock that a sleep moves on."""

    def __init__(self, monkeypatch):
        self.now, self.slept = 50.0, []
        monkeypatch.setattr(sound_track.asyncio, "sleep", self._sleep)

    def __call__(self):
        return self.now

    async def _sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def following(clock, given=MUSIC):
    """A stream that processes a frame whenever it is asked; the take began at 50 s."""
    return lambda: Playback(given, clock.now - 50.0, clock.now)


def received(track, count):
    async def receive():
        return [await track.recv() for _ in range(count)]

    return run(receive())


def test_frames_of_20_ms_in_real_time(monkeypatch):
    clock = Clock(monkeypatch)
    frames = received(SoundTrack(following(clock), clock), 100)
    assert [frame.pts for frame in frames] == [FRAME * k for k in range(100)]
    assert {(frame.samples, frame.sample_rate, frame.format.name, frame.layout.name) for frame in frames} == {
        (FRAME, RATE, "s16", "mono")
    }
    assert clock.now == pytest.approx(50 + 99 * 0.02)
    assert frames[50].to_ndarray()[0][0] / 100 - LEAD_S == pytest.approx(1.0, abs=0.011)


def test_after_a_pause_of_the_event_loop_the_frames_that_were_missed_are_left_out(monkeypatch):
    clock = Clock(monkeypatch)
    track = SoundTrack(following(clock), clock)
    received(track, 10)
    clock.now += 1.0
    late = received(track, 2)
    assert late[0].pts / RATE == pytest.approx(1.18, abs=0.021) and late[1].pts - late[0].pts == FRAME
    assert late[1].to_ndarray()[0][0] / 100 - LEAD_S == pytest.approx(late[1].pts / RATE, abs=0.03)


def test_a_short_pause_is_caught_up(monkeypatch):
    clock = Clock(monkeypatch)
    track = SoundTrack(following(clock), clock)
    received(track, 10)
    clock.now += 0.1
    assert [frame.pts for frame in received(track, 5)] == [FRAME * k for k in range(10, 15)]


def test_nothing_is_sent_while_there_is_nothing_to_hear(monkeypatch):
    clock, playback, frames = Clock(monkeypatch), [], []
    track = SoundTrack(lambda: playback[0] if playback else None, clock)

    async def sleep(seconds):
        clock.now += seconds
        await REAL_SLEEP(0)

    async def collect():
        with pytest.raises(MediaStreamError):
            while True:
                frames.append(await track.recv())

    async def scenario():
        sent = asyncio.ensure_future(collect())
        await passed(5.0)
        assert not frames
        playback.append(Playback(MUSIC, 3.0, clock.now))  # the only frame of the camera
        began = clock.now
        await passed(5.0)
        heard = [bool(frame.to_ndarray().any()) for frame in frames]
        assert heard in ([True] * count + [False] * 25 for count in (25, 26))
        assert frames[0].pts / RATE == pytest.approx(began - 50.0, abs=0.05)
        track.stop()
        await sent

    async def passed(seconds):
        end = clock.now + seconds
        for _ in range(10_000):
            await REAL_SLEEP(0)
            if clock.now > end:
                return
        raise AssertionError("the track does not go on")

    monkeypatch.setattr(sound_track.asyncio, "sleep", sleep)
    run(scenario())


def test_a_stopped_track_ends_and_keeps_nothing(monkeypatch):
    clock, given = Clock(monkeypatch), music(2.0)
    track = SoundTrack(following(clock, given), clock)
    received(track, 3)
    track.stop()
    with pytest.raises(MediaStreamError):
        received(track, 1)
    kept = weakref.ref(given)
    del track, given
    gc.collect()
    assert kept() is None
