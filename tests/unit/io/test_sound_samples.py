"""The sound of a video in memory: in time with the picture, silent where it is missing, and refused when damaged."""

import numpy as np
import pytest
from sound_files import ONSET, SECONDS, write_video_with_sound

from pose_demo.dance.sound import RATE
from pose_demo.io import sound_samples
from pose_demo.io.sound_samples import read_sound
from pose_demo.io.video_writer import VideoWriter


def onset(sound):
    """Seconds of the frames' timestamps at which it becomes loud."""
    return sound.start + int(np.argmax(np.abs(sound.samples) > 3000)) / RATE


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("a.mp4", "aac", {}),
        ("a.mp4", "aac", {"layout": "mono", "rate": 44_100}),
        ("a.mp4", "aac", {"sound_at": 0.5}),
        ("a.mp4", "aac", {"picture_at": 0.5}),
        ("a.mkv", "libopus", {}),
        ("a.mkv", "pcm_s16le", {"rate": 8_000}),
    ],
    ids=str,
)
def test_the_sound_is_in_time_with_the_picture(tmp_path, name, codec, options):
    path = write_video_with_sound(tmp_path / name, codec, **options)
    sound, notes = read_sound(path)
    assert notes == () and sound.samples.dtype == np.int16
    assert len(sound.samples) / RATE == pytest.approx(SECONDS, abs=0.1)
    assert onset(sound) == pytest.approx(ONSET + options.get("sound_at", 0.0), abs=0.03)


def test_a_silent_video_has_no_sound_and_no_note(tmp_path):
    path = tmp_path / "silent.mp4"
    with VideoWriter(path, 10) as writer:
        writer.write(np.zeros((48, 64, 3), np.uint8), 0.0)
    assert read_sound(path) == (None, ())


def test_at_most_20_minutes_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(sound_samples, "MAX_SAMPLES", RATE)
    sound, _ = read_sound(write_video_with_sound(tmp_path / "a.mp4"))
    assert len(sound.samples) == RATE


def test_a_damaged_part_is_silent(tmp_path):
    path = write_video_with_sound(tmp_path / "a.mkv", "libopus")
    whole, _ = read_sound(path)
    sound, notes = with_errors(path, lambda number: 60 <= number < 90)
    assert notes == ("parts of the sound are damaged; they are silent",)
    assert onset(sound) == pytest.approx(onset(whole), abs=0.005)
    quiet = sound.samples[round((1.35 - sound.start) * RATE) : round((1.65 - sound.start) * RATE)]
    assert not quiet.any() and len(sound.samples) == pytest.approx(len(whole.samples), abs=RATE * 0.03)


def test_sound_that_cannot_be_decoded_is_none_with_the_reason(tmp_path):
    path = write_video_with_sound(tmp_path / "a.mp4")
    assert with_errors(path, lambda number: True) == (None, ("the sound cannot be played (it is damaged)",))
    assert read_sound(tmp_path / "missing.mp4")[0] is None


def with_errors(path, is_damaged):
    """The sound, with packets that cannot be decoded, by their number."""
    decode, numbers = sound_samples._Decoder._decode, iter(range(10_000))

    def failing(decoder, packet):
        if is_damaged(next(numbers)):
            decoder._damaged += 1
            return []
        return decode(decoder, packet)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sound_samples._Decoder, "_decode", failing)
        return read_sound(path)
