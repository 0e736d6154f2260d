"""What `make figures` measures with must see what is there: numbers in the picture, visitors side by side."""

from __future__ import annotations

import itertools

import barcode
import numpy as np
import pytest
from browser import Visitor, fake_camera, launch, visiting, wait_for
from playwright.sync_api import BrowserType

from pose_demo import sample


@pytest.fixture(scope="module")
def numbered(chromium, tmp_path_factory):
    """A browser whose camera's pictures are numbered."""
    camera = fake_camera(tmp_path_factory.mktemp("numbered") / "camera.y4m", mark=barcode.draw)
    kind: BrowserType = chromium.browser_type
    browser = launch(kind, camera)
    yield browser
    browser.close()


_PICTURES = 300  # of the camera's film


def _levels(picture):
    """The brightness of each block, as the browser reads it."""
    height, width = picture.shape[:2]
    columns = ((np.arange(barcode.CELLS) + 0.5) * width / barcode.CELLS).astype(int)
    return [float(picture[height // 24, column, 1]) for column in columns]


@pytest.mark.parametrize("number", [0, 1, 170, 299, 2**barcode.BITS - 1])
def test_a_number_drawn_is_the_number_read(number):
    picture = sample.frame(0, size=(640, 480)).image
    barcode.draw(picture, number)
    assert barcode.number(_levels(picture)) == number


def test_what_is_no_barcode_has_no_number():
    picture = sample.frame(0, size=(640, 480)).image
    assert barcode.number(_levels(picture)) is None
    barcode.draw(picture, 5)
    levels = _levels(picture)
    levels[3] = 255 - levels[3]  # one block is misread
    assert barcode.number(levels) is None


def test_a_delay_counts_once_from_the_camera_to_the_first_return():
    camera = [(0.0, 1), (33.0, 2), (66.0, 3), (1000.0, 1)]
    back = [(100.0, 1), (133.0, 1), (150.0, 3), (1100.0, 1)]
    assert list(barcode.delays(camera, back)) == [100.0, 84.0, 100.0]


def test_numbers_come_back_from_the_server_in_their_order(numbered, server):
    with visiting(numbered, server.url, path="/?mirror=off") as visitor:
        visitor.stream(fps=0.1)
        barcode.watch(visitor)
        camera, back = [], []

        def enough() -> bool:
            for known, new in zip((camera, back), barcode.take(visitor), strict=True):
                known += new
            return len(list(barcode.delays(camera, back))) >= 5

        wait_for(enough, 40, "numbers that the camera showed to come back", pause=1)
        visitor.stop()
    returned = [number for _, number in back]
    steps = [(b - a) % _PICTURES for a, b in itertools.pairwise(returned)]
    assert all(step < _PICTURES / 2 for step in steps)  # forward, and round to the film's beginning
    assert all(delay > 0 for delay in barcode.delays(camera, back))


def test_two_visitors_stream_side_by_side(chromium, server):
    small = (640, 480)
    with (
        visiting(chromium, server.url, viewport=small) as one,
        visiting(chromium, server.url, viewport=small) as other,
    ):
        for visitor in (one, other):
            visitor.stream(fps=0.1)
        for visitor in (one, other):
            _goes_on(visitor)
            visitor.stop()
    assert not server.complaints()


def _goes_on(visitor: Visitor) -> None:
    before = visitor.decoded()
    wait_for(lambda: visitor.decoded() > before + 5, 20, "more frames")
    wait_for(lambda: visitor.processed_fps() > 0, 20, "processed frames")
