"""The music of a choreography: as long as the dance, loud on the counts, with a count-in before it."""

from __future__ import annotations

import numpy as np
import pytest

from pose_demo import sample

RATE = 16000


@pytest.mark.parametrize("name", sample.CHOREOGRAPHIES)
def test_length_level_and_type(name: str) -> None:
    made = sample.CHOREOGRAPHIES[name]
    sound = made.sound(RATE)
    assert sound.dtype == np.float32
    assert len(sound) == round(made.duration * RATE)
    assert np.abs(sound).max() == pytest.approx(0.8)
    assert abs(sound.mean()) < 0.01
    assert abs(sound[-1]) < 1e-3  # no click at the end
    assert np.array_equal(sound, made.sound(RATE))


@pytest.mark.parametrize("name", sample.CHOREOGRAPHIES)
def test_every_count_is_heard_at_its_time(name: str) -> None:
    """The loudness rises most within 10 ms after each count."""
    made = sample.CHOREOGRAPHIES[name]
    sound, beat = made.sound(RATE), 60 / made.bpm
    window = round(0.01 * RATE)
    loudness = np.sqrt(np.convolve(sound**2, np.ones(window) / window)[window - 1 :])  # of the 10 ms after a sample
    for count in range(1, made.counts):
        start = round(count * beat * RATE)
        before, after = loudness[start - 2 * window], loudness[start]
        assert after > 2 * before, count


def test_four_clicks_count_in() -> None:
    made = sample.CHOREOGRAPHIES["first-steps"]
    sound, plain, beat = made.sound(RATE, count_in=True), made.sound(RATE), 60 / made.bpm
    start = round(4 * beat * RATE)
    assert len(sound) == len(plain) + start
    assert sound[start:] == pytest.approx(plain, abs=1e-4)
    loud = np.flatnonzero(np.abs(sound[:start]) > 0.05) / RATE
    clicks = loud[np.diff(loud, prepend=-1) > 0.1]
    assert clicks == pytest.approx([0, beat, 2 * beat, 3 * beat], abs=0.005)
