"""Background subtraction while the light, the exposure or the view changes: what is hidden stays hidden."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from pose_demo import sample
from pose_demo.background import MODES, BackgroundOptions, Compositor

SIZE = (320, 240)
CHANGE = 40  # frame
START = 15  # by then an empty room has been learned
PERSON = slice(62, 122)  # frames of the scene "enter": at first empty, then the dancer walks in
MARGIN = 30  # pixels: the mask is dilated by 20
HIDES_ROOM = [mode for mode in MODES if mode not in ("none", "background-only")]


@cache
def empty_room():
    return sample.frame(0, size=SIZE, scene="empty").image


@cache
def scene(name, first, count):
    return [sample.frame(first + index, size=SIZE, scene=name).image for index in range(count)]


def person_in(image):
    """True where a drawn image shows the dancer or their shadow."""
    return cv2.absdiff(image, empty_room()).max(axis=2) > 0


def gain(*factors):
    return lambda image: image * np.array(factors)


def exposure(stops):
    """A change of light before the sRGB curve of the camera."""

    def apply(image):
        linear = np.where(image <= 10, image / 255 / 12.92, ((image / 255 + 0.055) / 1.055) ** 2.4) * 2.0**stops
        return 255 * np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)

    return apply


def lamp(image):
    """A lamp at the left, which reaches half of the room."""
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    return image * (1 + 0.5 * np.exp(-((x - 40) ** 2 + (y - 60) ** 2) / (2 * 80**2)))[..., None]


COMPENSATED = {
    "6 % darker": gain(0.94),
    "10 % brighter": gain(1.1),
    "30 % darker": gain(0.7),
    "30 % brighter": gain(1.3),
    "white balance": gain(1.08, 1.0, 0.9),
    "gamma": lambda image: 255 * (image / 255) ** 1.2,
    "less contrast": lambda image: 0.8 * image + 30,
    "half a stop less": exposure(-0.5),
    "half a stop more": exposure(0.5),
}
LEARNED_AGAIN = {
    "light off": gain(0.1),
    "black": gain(0.0),
    "lamp on": lamp,
    "camera moved": lambda image: np.roll(image, 12, axis=1),
    "another view": lambda image: image[:, ::-1],
}


def changed(frames, change, at=CHANGE):
    """The frames, from one of them on with a change."""
    return [(change(frame) if index >= at else frame) for index, frame in enumerate(frames)]


def ramp(frames):
    return [frame * (1 - 0.2 * np.clip((index - CHANGE) / 10, 0, 1)) for index, frame in enumerate(frames)]


def flicker(frames):
    return [frame * (1 + 0.03 * np.sin(2.1 * index)) for index, frame in enumerate(frames)]


def noisy(frames, sigma=8):
    random = np.random.default_rng(0)
    return [frame + random.normal(0, sigma, frame.shape) for frame in frames]


def run(frames, mode="person-only", **options):
    """Each frame as uint8, and the matte that the compositor makes for it."""
    compositor, options = Compositor(), BackgroundOptions(mode, mask_source="knn", **options)
    images = [np.clip(np.rint(frame), 0, 255).astype(np.uint8) for frame in frames]
    return [compositor.update_matte(image, None, options) for image in images]


def shown_room(mattes, drawn):
    """For each frame the fraction of the room, far from the dancer, that is visible."""
    rooms = [(~person_in(image)).astype(np.uint8) for image in drawn]
    far = [cv2.distanceTransform(room, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) > MARGIN for room in rooms]
    return np.array([(matte[room] > 10).mean() for matte, room in zip(mattes, far, strict=True)])


def recall(mattes, drawn):
    """The mean fraction of the dancer that is visible, in frames that show more than a hand of them."""
    persons = [(matte, person_in(image)) for matte, image in zip(mattes, drawn, strict=True)]
    return np.mean([(matte[person] > 10).mean() for matte, person in persons if person.mean() > 0.02])


@pytest.mark.parametrize("mode", HIDES_ROOM)
def test_the_first_frames_show_nothing_of_the_room(mode):
    assert not np.any(run([empty_room()] * START, mode))


@pytest.mark.parametrize("change", [*COMPENSATED, *LEARNED_AGAIN])
def test_an_empty_room_stays_hidden(change):
    after = (COMPENSATED | LEARNED_AGAIN)[change](empty_room())
    assert not np.any(run([empty_room()] * CHANGE + [after] * 40))


@pytest.mark.parametrize("change", [ramp, flicker, noisy])
def test_an_empty_room_stays_hidden_while_it_changes_steadily(change):
    assert not np.any(run(change([empty_room()] * 80)))


@pytest.mark.parametrize("change", COMPENSATED)
def test_a_compensated_change_does_not_lose_the_person(change):
    """The dancer dances before and after the change."""
    drawn = [empty_room()] * START + scene("enter", 90, 60)
    mattes = run(changed(drawn, COMPENSATED[change]))
    assert shown_room(mattes, drawn).max() < 0.01
    assert recall(mattes, drawn) > 0.93
    assert recall(mattes[CHANGE:], drawn[CHANGE:]) > 0.93  # from the frame of the change on


def test_noise_hides_neither_the_person_nor_shows_the_room():
    drawn = [empty_room()] * START + scene("enter", 90, 40)
    mattes = run(noisy(drawn))
    assert shown_room(mattes, drawn).max() < 0.01 and recall(mattes, drawn) > 0.9


def test_a_person_who_enters_after_a_change_is_found():
    drawn = scene("enter", 0, 130)
    mattes = run(changed(drawn, gain(0.94)))
    assert shown_room(mattes, drawn).max() < 0.01 and recall(mattes, drawn) > 0.95


def test_a_person_who_is_there_from_the_start_is_found_as_they_move():
    drawn = scene("solo", 0, 60)
    mattes = run(changed(drawn, gain(0.94), 30))
    assert shown_room(mattes, drawn).max() < 0.05 and recall(mattes[START:], drawn[START:]) > 0.9


@pytest.mark.parametrize("change", LEARNED_AGAIN)
def test_after_another_light_or_view_the_room_is_learned_within_half_a_second(change):
    """Then whoever enters is found."""
    apply = LEARNED_AGAIN[change]
    frames = changed([empty_room()] * (CHANGE + START), apply)
    block = np.clip(apply(empty_room()), 0, 255)
    block[100:180, 130:190] = (200, 40, 40)
    matte = run([*frames, block])[-1]
    assert (matte[110:170, 140:180] == 255).all() and not matte[:60].any()


def test_a_shaking_camera_shows_nothing_of_the_room():
    random = np.random.default_rng(1)
    shaken = [np.roll(empty_room(), random.integers(-4, 5, 2), axis=(0, 1)) for _ in range(20)]
    assert not np.any(run([*[empty_room()] * 30, *shaken, *[empty_room()] * 30]))


@pytest.mark.parametrize("change", LEARNED_AGAIN)
def test_background_only_shows_nothing_while_the_background_is_uncertain(change):
    """Otherwise the person would be visible."""
    drawn = scene("enter", 90, 60)
    mattes = run(changed(drawn, LEARNED_AGAIN[change], at=30), "background-only")
    assert all((matte == 255).all() for matte in mattes[:7])
    assert any((matte == 255).all() for matte in mattes[30:38])


def test_a_pause_of_the_subtraction_starts_it_again():
    """While the mode is none or the mask comes from a model, the scene may change in any way."""
    knn = BackgroundOptions("person-only", mask_source="knn")
    for other in (BackgroundOptions("none", mask_source="knn"), BackgroundOptions("person-only")):
        compositor = Compositor()
        for _ in range(20):
            compositor.apply(empty_room(), None, knn)
        compositor.apply(empty_room(), None, other)
        moved = empty_room().copy()
        moved[100:180, 130:190] = (200, 40, 40)
        assert not compositor.apply(moved, None, knn).any()


def test_an_uncertain_frame_does_not_average_with_the_previous_matte():
    frames = [empty_room()] * 30 + scene("enter", 90, 15)
    mattes = run([*frames, np.zeros_like(empty_room())], temporal_smoothing=0.9)
    assert mattes[-2].any() and not mattes[-1].any()
