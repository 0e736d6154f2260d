"""The choreographies in golden images. The tests iterate over the registry, so every new one requires an image."""

from __future__ import annotations

import pytest

from pose_demo import sample


@pytest.mark.parametrize("name", sample.CHOREOGRAPHIES)
def test_choreography(name, golden):
    """Between counts 6 and 7 of the first phrase, which is in the air where there are jumps."""
    made = sample.CHOREOGRAPHIES[name]
    image = sample.performance_frame(sample.performances(made), 5.5 * 60 / made.bpm, size=(160, 120)).image
    golden(f"choreography-{name}", image)
