"""Tiles, turned ROIs, and when a video stream is searched."""

import math

import pytest
from persons import person

from pose_demo.estimators.detection import PERSON_CONFIDENCE
from pose_demo.estimators.search import CONFIDENT, Appearance, VideoSearch, is_better, tiles, turned
from pose_demo.geometry import Roi

SIZE = (1920, 1080)
WHOLE = Roi.letterbox(SIZE)


@pytest.mark.parametrize(("size", "scale"), [((1920, 1080), 2), ((1080, 1920), 3), ((800, 600), 2), ((3000, 300), 3)])
def test_a_person_of_half_a_tile_lies_whole_in_one_of_them(size, scale):
    side = max(size) / scale
    boxes = [roi.bounding_box() for roi in tiles(size, scale)]
    assert boxes and all(box.width == pytest.approx(side) for box in boxes)
    person = min(side / 2, *size)
    for x in range(0, int(size[0] - person), 37):
        for y in range(0, int(size[1] - person) + 1, 41):
            assert any(
                box.x0 <= x and box.y0 <= y and x + person <= box.x1 + 0.01 and y + person <= box.y1 + 0.01
                for box in boxes
            )


def test_there_are_no_tiles_that_would_only_be_enlarged():
    assert not tiles((500, 375), 2) and tiles((520, 375), 2)


def test_a_roi_is_turned_by_90_270_and_180_degrees():
    rois = turned(Roi.square(100, 50, 80))
    assert {round(math.degrees(roi.rotation)) % 360 for roi in rois} == {90, 180, 270}
    assert all((roi.center_x, roi.center_y, roi.width) == (100, 50, 80) for roi in rois)


@pytest.mark.parametrize(
    ("score", "first", "expected"),
    [(0.32, 0.25, True), (0.28, 0.25, False), (0.32, 0.1, False), (0.4, 0.1, True), (0.4, 0.0, True)],
)
def test_a_turned_pose_must_exceed_the_upright_one(score, first, expected):
    assert is_better(score, first) == expected


def test_a_confident_track_is_never_searched():
    search = VideoSearch()
    assert [search.next_roi(CONFIDENT, WHOLE, SIZE) for _ in range(20)] == [None] * 20


@pytest.mark.parametrize(("score", "searched"), [(0.1, 1 / 3), (0.3, 1 / 6)], ids=["lost", "weak"])
def test_a_lost_person_is_searched_in_every_third_frame_and_a_weak_pose_in_every_sixth(score, searched):
    search = VideoSearch()
    rois = [search.next_roi(score, WHOLE, SIZE) for _ in range(120)]
    found = [roi for roi in rois if roi]
    assert len(found) == 120 * searched
    assert set(found) >= {*turned(WHOLE), *tiles(SIZE, 2)}


# ---- persons who appear ---------------------------------------------------------------------------------------------


def shown(*scores, xs=None):
    """Whether each pose of a stream is shown; all at the same place, or at ``xs``."""
    appearance, result = Appearance(), []
    for score, x in zip(scores, xs or [0] * len(scores), strict=True):
        pose = person(x, 0, 100, 300, score)
        appearance.update(pose)
        result.append(appearance.scored(pose).score >= PERSON_CONFIDENCE)
    return result


@pytest.mark.parametrize(("score", "first"), [(0.41, 1), (0.39, 2), (0.27, 2), (0.26, 3), (0.23, 3), (0.21, 5)])
def test_the_lower_its_score_the_more_often_a_new_pose_is_repeated(score, first):
    """The mean is (1 - 1/2^n) of the score after n poses, and 0.2 or more for a person."""
    assert shown(*[score] * 6) == [index >= first for index in range(1, 7)]


def test_a_doubtful_pose_has_the_score_of_the_mean():
    appearance, pose = Appearance(), person(0, 0, 100, 300, 0.25)
    for expected in (0.125, 0.1875, 0.25, 0.25):  # (0 + .25) / 2, (.125 + .25) / 2, then confirmed
        appearance.update(pose)
        assert appearance.scored(pose).score == pytest.approx(expected)
        assert appearance.is_doubtful == (expected < 0.2)


def test_a_pose_that_comes_and_goes_or_jumps_is_no_person():
    assert not any(shown(*[0.35, 0.05] * 5))
    assert not any(shown(*[0.35] * 10, xs=[0, 500] * 5))
    assert shown(*[0.35] * 4, xs=[0, 10, 20, 30]) == [False, True, True, True]


def test_a_person_stays_one_until_they_are_lost():
    assert shown(0.6, 0.21, 0.21, 0.19, 0.21, xs=[0, 0, 500, 500, 500]) == [True, True, True, False, False]
