"""The tools of `make figures`: frame numbers in images, and several visitors at once."""

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
    """A browser whose camera images are numbered."""
    camera = fake_camera(tmp_path_factory.mktemp("numbered") / "camera.y4m", fps=15, mark=barcode.draw)
    browser_type: BrowserType = chromium.browser_type
    browser = launch(browser_type, camera)
    yield browser
    browser.close()


_CAMERA_FRAMES = 150  # then the video of the camera restarts


def _levels(image):
    """The brightness of each block, as read by the browser."""
    height, width = image.shape[:2]
    columns = ((np.arange(barcode.CELLS) + 0.5) * width / barcode.CELLS).astype(int)
    return [float(image[height // 24, column, 1]) for column in columns]


@pytest.mark.parametrize("number", [0, 1, 170, 299, 2**barcode.BITS - 1])
def test_a_drawn_number_is_read(number):
    image = sample.frame(0, size=(640, 480)).image
    barcode.draw(image, number)
    assert barcode.number(_levels(image)) == number


def test_an_image_without_a_valid_barcode_has_no_number():
    image = sample.frame(0, size=(640, 480)).image
    assert barcode.number(_levels(image)) is None
    barcode.draw(image, 5)
    levels = _levels(image)
    levels[3] = 255 - levels[3]  # one block is misread
    assert barcode.number(levels) is None


def test_delays_are_measured_to_the_first_presentation():
    camera = [(0.0, 1), (33.0, 2), (66.0, 3), (1000.0, 1)]
    returned = [(100.0, 1), (133.0, 1), (150.0, 3), (1100.0, 1)]
    assert list(barcode.delays(camera, returned)) == [100.0, 84.0, 100.0]


def test_numbers_are_returned_in_order(numbered, server):
    with visiting(numbered, server.url, path="/?mirror=off") as visitor:
        visitor.stream(fps=0.1)
        barcode.watch(visitor)
        camera, returned = [], []

        def enough() -> bool:
            for known, new in zip((camera, returned), barcode.take(visitor), strict=True):
                known += new
            return len(list(barcode.delays(camera, returned))) >= 5

        wait_for(enough, 40, "returned numbers", pause=1)
        visitor.stop()
    numbers = [number for _, number in returned]
    steps = [(b - a) % _CAMERA_FRAMES for a, b in itertools.pairwise(numbers)]
    assert all(step < _CAMERA_FRAMES / 2 for step in steps)  # forward, including the restart of the video
    assert all(delay > 0 for delay in barcode.delays(camera, returned))


def test_two_visitors_stream_at_the_same_time(chromium, server):
    small = (640, 480)
    with (
        visiting(chromium, server.url, viewport=small) as one,
        visiting(chromium, server.url, viewport=small) as other,
    ):
        for visitor in (one, other):
            visitor.stream(fps=0.1)
        for visitor in (one, other):
            _assert_frames(visitor)
            visitor.stop()
    assert not server.errors()


def _assert_frames(visitor: Visitor) -> None:
    before = visitor.decoded()
    wait_for(lambda: visitor.decoded() > before + 5, 20, "more frames")
    wait_for(lambda: visitor.processed_fps() > 0, 20, "processed frames")
