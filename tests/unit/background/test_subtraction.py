"""KNN background subtraction: it learns the empty room and finds what enters."""

from __future__ import annotations

import numpy as np
import pytest

from pose_demo.background import Background, Compositor, KnnSubtraction

ROOM = (120, 110, 100)
NOISE = np.random.default_rng(0).integers(-2, 3, (40, 480, 640, 1))


def room(step=0, person=None, colour=(200, 40, 40), size=(640, 480)):
    """A noisy wall with, perhaps, a block in front of it at (x0, y0, x1, y1)."""
    image = np.full((size[1], size[0], 3), ROOM, np.int16) + NOISE[step % len(NOISE), : size[1], : size[0]]
    if person:
        x0, y0, x1, y1 = person
        image[y0:y1, x0:x1] = colour
    return image.astype(np.uint8)


def learned(frames=30, **options):
    subtraction = KnnSubtraction(**options)
    for step in range(frames):
        mask = subtraction.mask(room(step))
    return subtraction, mask


def test_an_empty_room_has_nobody():
    _, mask = learned()
    assert mask.shape == (480, 640) and mask.dtype == np.uint8 and mask.max() == 0


def test_the_first_frame_is_background():
    assert KnnSubtraction().mask(room(person=(200, 100, 400, 400))).max() == 0


def test_who_enters_is_found():
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
    subtraction = KnnSubtraction(dilation=40)
    for step in range(30):
        subtraction.mask(room(step, size=(320, 240)))
    mask = subtraction.mask(room(person=(140, 100, 180, 140), size=(320, 240))) > 127
    assert np.flatnonzero(mask.any(axis=1))[0] == pytest.approx(100 - 20, abs=4)


def test_someone_of_the_wall_s_brightness_is_found():
    """The notebook looks at grey: 0.299 R + 0.587 G + 0.114 B is 112 for both."""
    subtraction, _ = learned(dilation=0)
    assert subtraction.mask(room(person=(200, 100, 400, 400), colour=(160, 95, 78)))[250, 300] == 255


def test_a_speck_is_not_a_person():
    subtraction, _ = learned()
    assert subtraction.mask(room(person=(300, 200, 304, 204))).max() == 0


def test_a_higher_threshold_ignores_small_changes():
    faint = tuple(level + 12 for level in ROOM)
    found = [
        learned(threshold=threshold)[0].mask(room(person=(200, 100, 400, 400), colour=faint)).max()
        for threshold in (32, 1000)
    ]
    assert found == [255, 0]


def test_history_is_how_long_a_newcomer_stays_visible():
    def visible(history):
        subtraction, _ = learned(60, history=history)
        return next((step for step in range(300) if not subtraction.mask(room(step, (200, 100, 400, 400))).any()), 300)

    assert visible(10) < visible(60)


def test_another_size_starts_anew():
    subtraction, _ = learned()
    mask = subtraction.mask(room(size=(320, 240), person=(100, 100, 200, 200)))
    assert mask.shape == (240, 320) and mask.max() == 0


def test_two_streams_learn_on_their_own():
    one, _ = learned()
    other = KnnSubtraction()
    for step in range(30):
        other.mask(room(step, (200, 100, 400, 400)))
    assert one.mask(room(person=(200, 100, 400, 400))).any()
    assert other.mask(room(person=(200, 100, 400, 400))).max() == 0


def test_the_compositor_hides_the_room_and_shows_who_enters():
    compositor, options = Compositor(), Background("colour", source="knn", colour="#0000ff")
    for step in range(30):
        empty = compositor.apply(room(step), None, options)
    assert (empty == (0, 0, 255)).all()
    result = compositor.apply(room(person=(200, 100, 400, 400)), None, options)
    assert tuple(result[250, 300]) == (200, 40, 40) and tuple(result[20, 20]) == (0, 0, 255)


def test_new_knn_options_begin_a_new_model():
    compositor = Compositor()
    for step in range(30):
        compositor.apply(room(step), None, Background("colour", source="knn"))
    newcomer = room(person=(200, 100, 400, 400))
    changed = Background("colour", source="knn", knn_dilation=0)
    assert (compositor.apply(newcomer, None, changed) == (0x1E, 0x3A, 0x5F)).all()
