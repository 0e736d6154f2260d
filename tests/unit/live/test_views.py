"""Persons in a frame, its tiles and its rotations."""

from __future__ import annotations

import numpy as np
import pytest
from persons import FakeDetector, person

from pose_demo.live import views
from pose_demo.types import Box

FRAME = np.zeros((480, 640, 3), np.uint8)


def found(*poses, image=FRAME):
    return views.persons(FakeDetector(lambda _: poses), image)


def test_each_person_counts_once_the_best_first():
    left, right = person(50, 100, 100, 300, 0.5), person(400, 100, 100, 300, 0.7)
    again = person(55, 110, 100, 290, 0.4)
    assert [box.score for box in found(left, again, right)] == [0.7, 0.5]


def test_tiny_persons_do_not_count():
    assert found(person(300, 300, 15, 40)) == ()
    assert len(found(person(300, 300, 15, 60))) == 1


def test_a_lying_person_is_measured_by_the_longer_side():
    assert len(found(person(300, 300, 200, 30))) == 1


@pytest.mark.parametrize(
    ("shown", "missed"),
    [
        (person(60, 120, 90, 250), 1),  # one of the two
        (person(50, 100, 450, 300), 1),  # across both: it shows one
        (person(250, 100, 80, 300), 2),  # somewhere else
    ],
)
def test_the_shown_person_is_not_missed(shown, missed):
    boxes = found(person(50, 100, 100, 300), person(400, 100, 100, 300))
    assert views.count_missed(boxes, shown) == missed


def test_nobody_else_is_nobody_missed():
    assert views.count_missed(found(person(50, 100, 100, 300)), person(40, 90, 120, 320)) == 0
    assert views.count_missed((), person(40, 90, 120, 320)) == 0


def test_tiles_cover_the_frame_and_overlap():
    covered = np.zeros(FRAME.shape[:2], int)
    for tile in views.TILES:
        (box,) = views.persons_in_tile(
            FakeDetector(lambda view: (person(0, 0, view.shape[1], view.shape[0]),)), FRAME, tile
        )
        covered[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)] += 1
    assert covered.min() == 1 and covered.max() == 4 and (covered > 1).mean() > 0.3


def test_a_person_in_a_tile_has_coordinates_of_the_frame():
    image = FRAME.copy()
    image[400, 500] = 255

    def at_the_white_pixel(view):
        rows, columns = np.nonzero(view[..., 0])
        return tuple(person(int(x), int(y), 20, 60) for y, x in zip(rows, columns, strict=True))

    boxes = views.persons_in_tile(FakeDetector(at_the_white_pixel), image, (1, 1))
    assert boxes == (Box(500, 400, 520, 460, 0.8),)


def test_rotations_are_those_of_a_person_who_lies_or_stands_on_the_head():
    image = FRAME.copy()
    image[0, 0] = 255
    corners = {tuple(int(i[0]) for i in np.nonzero(views.rotated(image, it)[..., 0])) for it in views.ROTATIONS}
    assert corners == {(0, 479), (639, 0), (479, 639)}
