"""The pictures of poses, backgrounds and effects."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pose_demo.background import MODES
from pose_demo.effects import EFFECTS
from pose_demo.ui import pictures
from pose_demo.ui.state import SPECS


@pytest.fixture(scope="module")
def drawn():
    return pictures.pictures()


def test_every_choice_has_a_picture_in_its_order(drawn):
    assert list(drawn["match.reference"]) == list(SPECS["match.reference"].options)
    assert list(drawn["dance.reference"]) == list(SPECS["dance.reference"].options)
    assert list(drawn["background.mode"]) == list(MODES) == list(SPECS["background.mode"].options)
    assert list(drawn["effects"]) == list(EFFECTS)


def test_choices_look_different(drawn):
    for key, images in drawn.items():
        small = {name: pictures._small(image).astype(int) for name, image in images.items()}
        for name, image in small.items():
            for other in small.keys() - {name}:
                if {name, other} == {"image", "gradient"}:  # until an image is uploaded
                    continue
                assert np.abs(image - small[other]).mean() > 1, f"{key}: {name} looks like {other}"


def test_the_style_sheet_is_small_and_complete(drawn):
    css = pictures.css()
    assert len(css) < 100_000
    for key, images in drawn.items():
        rules = re.findall(rf"pictured-{key.replace('.', '-')} button\[data-variant\]:nth-of-type\((\d+)\)", css)
        assert [int(number) for number in rules] == list(range(1, len(images) + 1))
