"""KNN background subtraction: it learns a room without people and detects what enters."""

from __future__ import annotations

import numpy as np
import pytest

from pose_demo.background import BackgroundOptions, Compositor, KnnSubtraction

WALL = (120, 110, 100)
NOISE = np.random.default_rng(0).integers(-2, 3, (40, 480, 640, 1))


def room(step=0, person=None, color=(200, 40, 40), size=(640, 480)):
    """A noisy wall, optionally with a colored block in front of it at (x0, y0, x1, y1)."""
    image = np.full((size[1], size[0], 3), WALL, np.int16) + NOISE[step % len(NOISE), : size[1], : size[0]]
    if person:
        x0, y0, x1, y1 = person
        image[y0:y1, x0:x1] = color
    return image.astype(np.uint8)


def knn(history=100, threshold=32.0, dilation=40):
    return KnnSubtraction(history, threshold, dilation)


def learned(frames=30, **options):
    subtraction = knn(**options)
    for step in range(frames):
        mask = subtraction.mask(room(step))
    return subtraction, mask


def test_empty_room_has_an_empty_mask():
    _, mask = learned()
    assert mask.shape == (480, 640) and mask.dtype == np.uint8 and mask.max() == 0


def test_first_frame_is_background():
    assert knn().mask(room(person=(200, 100, 400, 400))).max() == 0


def test_entering_person_is_detected():
    subtraction, _ = learned(dilation=0)
    mask = subtraction.mask(room(person=(200, 100, 400, 400))) > 127
    assert mask[110:390, 210:390].all()
    assert not mask[:90].any() and not mask[:, :190].any() and not mask[:, 410:].any() and not mask[410:].any()


@pytest.mark.parametrize("dilation", [20, 40])
def test_dilation_grows_the_mask_by_its_pixels(dilation):
    subtraction, _ = learned(dilation=dilation)
    rows = np.flatnonzero((subtraction.mask(room(person=(280, 200, 360, 280))) > 127).any(axis=1))
    assert rows[0] == pytest.approx(200 - dilation, abs=5) and rows[-1] == pytest.approx(279 + dilation, abs=5)


def test_dilation_is_relative_to_the_height():
    subtraction = knn(dilation=40)
    for step in range(30):
        subtraction.mask(room(step, size=(320, 240)))
    mask = subtraction.mask(room(person=(140, 100, 180, 140), size=(320, 240))) > 127
    assert np.flatnonzero(mask.any(axis=1))[0] == pytest.approx(100 - 20, abs=4)


def test_person_of_the_wall_s_brightness_is_detected():
    """The original notebook compares gray levels: 0.299 R + 0.587 G + 0.114 B is 112 for both colors."""
    subtraction, _ = learned(dilation=0)
    assert subtraction.mask(room(person=(200, 100, 400, 400), color=(160, 95, 78)))[250, 300] == 255


def test_few_changed_pixels_are_ignored():
    subtraction, _ = learned()
    assert subtraction.mask(room(person=(300, 200, 304, 204))).max() == 0


def test_higher_threshold_ignores_small_changes():
    similar = tuple(level + 12 for level in WALL)
    maxima = [
        learned(threshold=threshold)[0].mask(room(person=(200, 100, 400, 400), color=similar)).max()
        for threshold in (32, 1000)
    ]
    assert maxima == [255, 0]


def test_longer_history_keeps_a_static_person_visible_longer():
    def visible_frames(history):
        subtraction, _ = learned(60, history=history)
        return next((step for step in range(300) if not subtraction.mask(room(step, (200, 100, 400, 400))).any()), 300)

    assert visible_frames(10) < visible_frames(60)


def test_another_frame_size_restarts():
    subtraction, _ = learned()
    mask = subtraction.mask(room(size=(320, 240), person=(100, 100, 200, 200)))
    assert mask.shape == (240, 320) and mask.max() == 0


def test_two_streams_learn_independently():
    first, _ = learned()
    second = knn()
    for step in range(30):
        second.mask(room(step, (200, 100, 400, 400)))
    assert first.mask(room(person=(200, 100, 400, 400))).any()
    assert second.mask(room(person=(200, 100, 400, 400))).max() == 0


def test_compositor_hides_the_room_and_shows_an_entering_person():
    compositor, options = Compositor(), BackgroundOptions("color", mask_source="knn", color="#0000ff")
    for step in range(30):
        empty = compositor.apply(room(step), None, options)
    assert (empty == (0, 0, 255)).all()
    result = compositor.apply(room(person=(200, 100, 400, 400)), None, options)
    assert tuple(result[250, 300]) == (200, 40, 40) and tuple(result[20, 20]) == (0, 0, 255)


def test_changed_knn_options_restart_the_subtraction():
    compositor = Compositor()
    for step in range(30):
        compositor.apply(room(step), None, BackgroundOptions("color", mask_source="knn"))
    person = room(person=(200, 100, 400, 400))
    changed = BackgroundOptions("color", mask_source="knn", knn_dilation=0)
    assert (compositor.apply(person, None, changed) == (0x1E, 0x3A, 0x5F)).all()
