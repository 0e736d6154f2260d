"""Music with a constant tempo, synthesized: drums on the counts, a bass line, chords and a melody."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]  # mono samples in [-1, 1]

_CHORDS = ((0, 4, 7), (-5, -1, 2), (-3, 0, 4), (-7, -3, 0))  # semitones from C4, one chord per four counts
_C4 = 261.6  # Hz
_COUNT_IN = 4
_PEAK = 0.8
_FADE = 0.03  # seconds at the end
_MELODY = (0, 2, 1, 2)  # notes of the chord, one per count


def render(bpm: float, counts: int, rate: int, *, count_in: bool = False) -> Sound:
    """Mono samples of ``counts`` beats; count 1 is at the first sample, or follows four beats of clicks."""
    first = _COUNT_IN if count_in else 0
    sound = np.zeros(round((first + counts) * 60 / bpm * rate), np.float32)
    for count in range(first):
        _add(sound, _click(rate, 1500.0 if count == 0 else 1000.0), count, bpm, rate)
    for count in range(counts):
        for offset, note in _notes(count, rate):
            _add(sound, note, first + count + offset, bpm, rate)
    fade = sound[-round(_FADE * rate) :]
    fade *= np.linspace(1, 0, len(fade), dtype=np.float32)
    return sound * np.float32(_PEAK / np.abs(sound).max())


def _notes(count: int, rate: int) -> list[tuple[float, Sound]]:
    """What is heard in one count: offsets in beats, and sounds."""
    chord = _CHORDS[count // 4 % len(_CHORDS)]
    drum = _kick(rate) if count % 2 == 0 else _snare(rate)
    notes = [(0.0, drum), (0.0, _hi_hat(rate)), (0.5, _hi_hat(rate)), (0.0, _bass(rate, chord[0]))]
    notes += [(0.0, _pluck(rate, 12 + chord[_MELODY[count % 4]]))]
    if count % 2 == 1:
        notes += [(0.5, _bass(rate, chord[0] + 12))]
    if count % 4 == 0:
        notes += [(0.0, _chord(rate, chord))]
    if count % 8 == 7:  # a fill leads to the next phrase
        notes += [(0.5, _snare(rate)), (0.75, _snare(rate))]
    return notes


def _add(sound: Sound, note: Sound, beat: float, bpm: float, rate: int) -> None:
    start = round(beat * 60 / bpm * rate)
    part = sound[start : start + len(note)]
    part += note[: len(part)]


def _tone(rate: int, seconds: float, wave: Callable[[Sound], Sound], decay: float) -> Sound:
    """A decaying wave, a function of the time in seconds, without clicks at its start and end."""
    time: Sound = np.arange(round(rate * seconds), dtype=np.float32) / np.float32(rate)
    attack, release = np.minimum(1, time / 0.002), np.minimum(1, (seconds - time) / 0.02)
    return np.asarray(wave(time) * np.exp(-time / decay) * attack * release, np.float32)


def _sine(frequency: float, harmonics: tuple[float, ...] = ()) -> Callable[[Sound], Sound]:
    """A sine wave with harmonics of the given amplitudes, the second one first."""

    def wave(time: Sound) -> Sound:
        partials = [a * np.sin(2 * np.pi * n * frequency * time) for n, a in enumerate((1.0, *harmonics), start=1)]
        return np.asarray(sum(partials), np.float32)

    return wave


def _noise(time: Sound) -> Sound:
    return np.random.default_rng(1).uniform(-1, 1, len(time)).astype(np.float32)


def _high_noise(time: Sound) -> Sound:
    return np.asarray(np.diff(_noise(time), 2, prepend=(0, 0)) / 2, np.float32)


@lru_cache(maxsize=8)
def _click(rate: int, frequency: float) -> Sound:
    return _tone(rate, 0.08, _sine(frequency, (0.3,)), 0.02)


@lru_cache(maxsize=4)
def _kick(rate: int) -> Sound:
    """A sine wave whose frequency falls from 150 to 48 Hz."""
    return _tone(rate, 0.3, lambda time: np.sin(2 * np.pi * (48 * time - 102 * 0.03 * np.exp(-time / 0.03))), 0.09)


@lru_cache(maxsize=4)
def _snare(rate: int) -> Sound:
    return 0.3 * _tone(rate, 0.2, _noise, 0.05) + 0.25 * _tone(rate, 0.2, _sine(190.0), 0.05)


@lru_cache(maxsize=4)
def _hi_hat(rate: int) -> Sound:
    return 0.1 * _tone(rate, 0.08, _high_noise, 0.018)


@lru_cache(maxsize=32)
def _bass(rate: int, semitones: int) -> Sound:
    return 0.4 * _tone(rate, 0.35, _sine(_C4 / 4 * 2 ** (semitones / 12), (0.4, 0.15)), 0.18)


@lru_cache(maxsize=32)
def _pluck(rate: int, semitones: int) -> Sound:
    return 0.12 * _tone(rate, 0.5, _sine(_C4 * 2 ** (semitones / 12), (0.35, 0.2, 0.1)), 0.16)


@lru_cache(maxsize=16)
def _chord(rate: int, semitones: tuple[int, ...]) -> Sound:
    tones = [_tone(rate, 2.0, _sine(_C4 * 2 ** (note / 12), (0.25, 0.1)), 0.9) for note in semitones]
    return np.asarray(0.09 * sum(tones), np.float32)
