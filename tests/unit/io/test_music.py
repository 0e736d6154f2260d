"""The music of the choreographies as sound files."""

import av
import numpy as np
import pytest

from pose_demo import sample
from pose_demo.io.music import music_file


def test_the_file_has_the_music_at_its_time():
    made = sample.CHOREOGRAPHIES["first-steps"]
    with av.open(music_file("first-steps")) as container:
        frames = list(container.decode(audio=0))
    assert {(frame.sample_rate, frame.layout.name) for frame in frames} == {(48_000, "mono")}
    decoded = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    music = made.sound(48_000)
    assert len(decoded) == pytest.approx(len(music), abs=2048)
    part = slice(0, 96_000)
    lags = {lag: float(decoded[1000 + lag : 90_000 + lag] @ music[part][1000:90_000]) for lag in range(-960, 961, 48)}
    assert abs(max(lags, key=lags.get)) <= 48  # 1 ms
