"""What the split picture sends to the browser, and what it accepts from it."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from pose_demo.io.images import read_image
from pose_demo.ui.components import split


def parts(data):
    length = int.from_bytes(data[:4], "big")
    return json.loads(data[4 : 4 + length]), data[4 + length :]


@pytest.fixture
def mounted(monkeypatch):
    """The calls of the component, which answers with ``mounted.position``."""
    state = SimpleNamespace(calls=[], position=None)

    def mount(**arguments):
        state.calls.append(arguments)
        return SimpleNamespace(position=state.position)

    monkeypatch.setattr(split, "_component", lambda: mount)
    return state


def picture(level, size=(48, 64)):
    return np.full((*size, 3), level, np.uint8)


def test_both_pictures_are_sent_in_one(mounted):
    assert split.show(picture(50), picture(200), ("A", "B"), key="k", position=0.3) == 0.3
    header, jpeg = parts(mounted.calls[0]["data"])
    both = read_image(jpeg)
    assert (header["labels"], header["position"]) == (["A", "B"], 0.3) and both.shape == (48, 128, 3)
    assert both[:, :60].mean() == pytest.approx(50, abs=2) and both[:, 68:].mean() == pytest.approx(200, abs=2)


def test_pictures_of_another_size_are_scaled_to_the_left_one(mounted):
    split.show(picture(50), picture(200, (96, 256)), ("A", "B"), key="k")
    assert read_image(parts(mounted.calls[0]["data"])[1]).shape == (48, 128, 3)


def test_large_pictures_are_reduced(mounted):
    split.show(picture(50, (1000, 2560)), picture(200, (1000, 2560)), ("A", "B"), key="k")
    assert read_image(parts(mounted.calls[0]["data"])[1]).shape == (500, 2560, 3)


def test_a_divider_alone_has_no_picture(mounted):
    split.divider(("Ä", "B"), key="k")
    header, jpeg = parts(mounted.calls[0]["data"])
    assert header["labels"] == ["Ä", "B"] and not jpeg


@pytest.mark.parametrize(
    ("sent", "position"), [(0.25, 0.25), (1, 1.0), (7, 1.0), (-2.0, 0.0), (None, 0.5), ("x", 0.5), (float("nan"), 0.5)]
)
def test_the_position_is_that_of_the_browser_if_it_is_valid(mounted, sent, position):
    mounted.position = sent
    assert split.divider(("A", "B"), key="k") == position
