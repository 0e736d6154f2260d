"""The sound of a reference, at every speed, and what of it is heard in a take."""

import numpy as np
import pytest

from pose_demo.dance.matcher import DanceState
from pose_demo.dance.music import Music
from pose_demo.dance.playback import Playback
from pose_demo.dance.schedule import Schedule
from pose_demo.dance.sound import RATE, Sound

CLICKS = (0.5, 1.5, 2.5)


def clicks(seconds=4.0):
    """Clicks at known times, with a quiet tone."""
    times = np.arange(0, seconds, 1 / RATE)
    wave = 0.01 * np.sin(2 * np.pi * 220 * times)
    for at in CLICKS:
        wave += np.where((times >= at) & (times < at + 0.02), 0.8 * np.sin(2 * np.pi * 1000 * (times - at)), 0)
    return wave.astype(np.float32)


def ramp(seconds, start=0.0):
    """A sample in every ten milliseconds tells its number."""
    samples = np.repeat(np.arange(round(seconds * 100), dtype=np.int16), RATE // 100)
    return Sound(samples, start)


def onsets(samples, around):
    """Seconds at which it becomes loud near each of the given ones."""
    loud = np.abs(samples.astype(float)) > 6000
    found = [slice(round((time - 0.2) * RATE), round((time + 0.2) * RATE)) for time in around]
    return [part.start / RATE + int(np.argmax(loud[part])) / RATE for part in found]


def test_samples_are_integers_within_their_range():
    assert Sound.of(np.array([0, 0.5, -1, 2], np.float32)).samples.tolist() == [0, 16383, -32767, 32767]


def test_a_passage_is_silent_where_there_is_no_sound():
    passage = ramp(1.0, start=0.5).passage(0.25, 2.0, 1.0)
    assert len(passage) == 1.75 * RATE and not passage[: RATE // 4].any()
    at = passage[RATE // 200 :: RATE // 100].tolist()
    assert at[25:125] == list(range(100)) and not any(at[125:])
    assert not ramp(1.0).passage(5, 6, 1.0).any() and len(ramp(1.0).passage(5, 6, 1.0)) == RATE
    assert not ramp(1.0, start=9).passage(5, 6, 1.0).any()


@pytest.mark.parametrize("speed", [1.0, 0.8, 0.5])
def test_a_slower_passage_has_its_beats_later_and_the_same_pitch(speed):
    passage = Sound.of(clicks()).passage(0, 4, speed)
    assert len(passage) == round(4 / speed * RATE)
    assert onsets(passage, [at / speed for at in CLICKS]) == pytest.approx([at / speed for at in CLICKS], abs=0.03)
    quiet = passage[round(1.0 / speed * RATE) :][: RATE // 4].astype(float)
    assert np.argmax(np.abs(np.fft.rfft(quiet))) * 4 == pytest.approx(220, abs=4)


def test_the_last_passage_is_kept():
    sound = Sound.of(clicks())
    passage = sound.passage(0, 2, 0.5)
    assert sound.passage(0, 2, 0.5) is passage
    assert sound.passage(0, 2, 0.7) is not passage and sound.passage(0, 2, 0.5) is not passage


def music(**options):
    schedule = Schedule(**{"start": 1.0, "end": 2.0, "count_in": 2.0, **options})
    return Music.of(ramp(3.0), schedule)


def test_the_count_in_clicks_and_the_passage_begins_on_time():
    heard = music().samples(-RATE, 4 * RATE)
    assert not heard[:RATE].any()
    for second in (1, 2):
        click, rest = heard[second * RATE :][: RATE // 50], heard[second * RATE :][RATE // 10 : RATE]
        assert np.abs(click).max() > 5000 and not rest.any()
    assert heard[3 * RATE + 5] == 100 and heard[4 * RATE - 5] == 199


def test_after_the_end_nothing_is_heard_and_the_last_samples_are_padded():
    heard = music().samples(3 * RATE - 240, 480)
    assert (heard[:240] == 199).all() and not heard[240:].any()
    assert music().samples(3 * RATE, 480) is None


def test_a_repeated_passage_begins_again():
    heard = music(loop=True).samples(4 * RATE - 240, 480)
    assert (heard[:240] == 199).all() and (heard[240:] == 100).all()
    assert music(loop=True, count_in=0.0).samples(10 * RATE, 480)[0] == 100


def test_at_half_the_speed_a_passage_takes_twice_the_time():
    slow = music(speed=0.5)
    assert slow.samples(round(3.9 * RATE), 480) is not None and slow.samples(4 * RATE, 480) is None


def test_where_the_music_is_in_a_take():
    made = music(speed=0.5)
    for elapsed in (0.5, 2.5, 5.0):
        state = DanceState(moment=made.schedule.moment(elapsed), start=1.0, end=2.0, take=1)
        found = Playback.of(made, state, 77.0)
        assert found.elapsed == pytest.approx(elapsed) and found.at == 77 and found.music is made
    preview = DanceState(moment=made.schedule.preview(3.0), start=1.0, end=2.0)
    assert Playback.of(made, preview, 0) is None
    assert Playback.of(None, state, 0) is None and Playback.of(made, None, 0) is None


def test_a_passage_within_the_sound_is_no_copy():
    sound = Sound(np.arange(4 * RATE, dtype=np.int16))
    assert np.shares_memory(sound.passage(1, 3, 1.0), sound.samples)
