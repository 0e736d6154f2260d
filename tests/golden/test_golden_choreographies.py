"""The choreographies in golden images. The tests iterate over the registry, so every new one requires an image."""

from __future__ import annotations

import numpy as np
import pytest

from pose_demo import sample

SIZE = 96, 80


@pytest.mark.parametrize("name", sample.CHOREOGRAPHIES)
def test_choreography(name, golden):
    """A row for each phrase, with its counts 2 and 6 and a half, which is in the air where there is a jump."""
    made = sample.CHOREOGRAPHIES[name]
    dancers = sample.performances(made)
    beats = [phrase + count for phrase in range(0, made.counts, 8) for count in (1, 5.5)]
    images = [sample.performance_frame(dancers, beat * 60 / made.bpm, size=SIZE).image for beat in beats]
    golden(f"choreography-{name}", np.vstack([np.hstack(images[i : i + 2]) for i in range(0, len(images), 2)]))
