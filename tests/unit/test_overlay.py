"""The overlay, pixel by pixel where it matters."""

from dataclasses import replace

import numpy as np
import pytest
from fakes import pose_at
from holistic_nets import face_mesh, open_hand
from matching_body import reference, t_pose, with_score

from pose_demo import overlay
from pose_demo.matching.feedback import limb_color
from pose_demo.matching.matcher import MatchState
from pose_demo.matching.similarity import Match, match
from pose_demo.overlay import BOX_COLOR, MATCH_COLOR, OUTLINE_COLOR, PERSON_COLORS, SIDE_COLORS
from pose_demo.settings import Settings
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.types import Box, Estimate

NOTHING_DRAWN = {"skeleton": False, "keypoints": False, "boxes": False}


def drawn(*poses, boxes_only=(), size=(640, 480), **settings):
    canvas = np.zeros((size[1], size[0], 3), np.uint8)
    overlay.draw(canvas, Estimate(poses, boxes_only), Settings.from_dict(NOTHING_DRAWN | settings))
    return canvas


def joined(a, b, at_a=(100, 240), at_b=(500, 240), score=0.9):
    """A pose of two keypoints."""
    pose = pose_at()
    for name, point in ((a, at_a), (b, at_b)):
        pose.xy[COCO_17.index(name)], pose.scores[COCO_17.index(name)] = point, score
    return pose


def extent(canvas):
    """First and last row, first and last column with a nonzero pixel."""
    rows, columns = np.flatnonzero(canvas.any(axis=(1, 2))), np.flatnonzero(canvas.any(axis=(0, 2)))
    return rows[0], rows[-1], columns[0], columns[-1]


@pytest.mark.parametrize(
    ("a", "b", "side"),
    [
        ("left_shoulder", "left_elbow", "left"),
        ("right_hip", "right_knee", "right"),
        ("left_hip", "right_hip", "center"),
    ],
)
def test_an_edge_is_a_line_in_the_color_of_its_side(a, b, side):
    canvas = drawn(joined(a, b), skeleton=True)
    assert canvas[240, 300].tolist() == list(SIDE_COLORS[side])
    assert not canvas[240, 80].any() and not canvas[240, 520].any() and not canvas[200, 300].any()


def test_a_face_is_drawn_thinner_than_a_body():
    def drawn_pixels(a, b):
        return int(drawn(joined(a, b), skeleton=True, keypoints=True).any(axis=2).sum())

    assert 0 < drawn_pixels("nose", "left_eye") < 0.7 * drawn_pixels("left_shoulder", "left_elbow")


def test_a_line_has_a_dark_outline():
    column = drawn(joined("left_hip", "left_knee"), skeleton=True)[:, 300]
    colored = np.flatnonzero(column.max(axis=1) > 100)
    for edge in (colored[0] - 1, colored[-1] + 1):
        assert 0 < column[edge].max() <= max(OUTLINE_COLOR) + 8


def test_keypoints_without_an_edge_have_no_line():
    assert not drawn(joined("left_wrist", "right_ankle"), skeleton=True).any()


def test_a_line_is_centered_on_continuous_coordinates():
    # y = 240.0 lies between rows 239 and 240, whose centers are 239.5 and 240.5.
    light = drawn(joined("left_hip", "left_knee"), skeleton=True)[:, 300].sum(axis=1)
    assert np.average(np.arange(480) + 0.5, weights=light) == pytest.approx(240, abs=0.3)


@pytest.mark.parametrize(("score", "visible"), [(0.49, False), (0.5, True), (1.0, True), (0.0, False)])
@pytest.mark.parametrize("what", ["skeleton", "keypoints", "keypoint_names", "scores"])
def test_only_keypoints_that_reach_the_confidence_are_drawn(what, score, visible):
    pose = joined("left_hip", "left_knee", score=score)
    assert drawn(pose, confidence=0.5, **{what: True}).any() == visible


def test_an_edge_needs_both_keypoints():
    pose = joined("left_hip", "left_knee")
    pose.scores[COCO_17.index("left_knee")] = 0.1
    assert not drawn(pose, skeleton=True).any()


def test_a_keypoint_is_a_dot_of_its_side_with_an_outline():
    canvas = drawn(joined("left_wrist", "right_ankle"), keypoints=True)
    assert canvas[240, 100].tolist() == list(SIDE_COLORS["left"])
    assert canvas[240, 500].tolist() == list(SIDE_COLORS["right"])
    assert not canvas[240, 300].any()


def test_nothing_is_drawn_when_nothing_is_enabled():
    assert not drawn(joined("left_hip", "left_knee"), boxes_only=(Box(10, 10, 90, 90),)).any()


def test_a_mirrored_pose_is_drawn_mirrored_in_the_same_colors():
    pose = joined("left_hip", "left_knee", at_a=(101, 100), at_b=(203, 300))
    plain, mirrored = (drawn(p, skeleton=True, keypoints=True) for p in (pose, pose.mirrored(640)))
    assert np.abs(plain[:, ::-1].astype(int) - mirrored).mean() < 0.05


def test_a_box_is_an_outline_with_its_label_on_a_filled_rectangle():
    canvas = drawn(boxes_only=(Box(100, 100, 300, 400),), boxes=True)
    assert canvas[250, 100].tolist() == list(BOX_COLOR) and canvas[250, 300].any() and canvas[400, 200].any()
    assert not canvas[250, 200].any()  # not filled
    assert canvas[95, 102].tolist() == list(BOX_COLOR)  # the label above the corner


@pytest.mark.parametrize("corner", [(0, 0), (-50, -50), (630, 0), (600, 470), (1e9, -1e9)])
def test_a_label_is_moved_inside_the_image(corner):
    canvas = np.zeros((480, 640, 3), np.uint8)
    overlay.draw_label(canvas, "person", corner, 2.0, BOX_COLOR)
    top, bottom, left, right = extent(canvas)
    assert bottom - top >= 10 and right - left >= 40


@pytest.mark.parametrize("point", [(-5, -5), (1e6, 1e6), (-1e30, 1e30), (3.4e38, -3.4e38), (640, 480)])
def test_coordinates_far_outside_do_not_raise(point):
    pose, box = joined("left_hip", "left_knee", at_b=point), Box(10, 10, *point)
    drawn(
        pose,
        boxes_only=(box, Box(*point, *point)),
        skeleton=True,
        keypoints=True,
        keypoint_names=True,
        scores=True,
        boxes=True,
    )


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 2000), (2000, 3)])
def test_the_smallest_images_can_be_drawn_on(size):
    everything = dict.fromkeys(("skeleton", "keypoints", "keypoint_names", "scores", "boxes"), True)
    drawn(pose_at((0.5, 0.5), (1, 1), box=Box(0, 0, *size)), size=size, **everything)


@pytest.mark.parametrize(
    ("size", "thickness", "expected"),
    [((640, 480), 1, 2), ((480, 640), 1, 2), ((1280, 960), 1, 4), ((640, 480), 2, 4), ((64, 48), 1, 1), ((1, 1), 3, 1)],
)
def test_line_width_is_proportional_to_image_size_and_thickness(size, thickness, expected):
    assert overlay.line_width(np.zeros((size[1], size[0], 3), np.uint8), thickness) == expected


def test_a_dot_in_an_image_twice_as_large_is_twice_as_large():
    def width(scale):
        wrist = joined("left_wrist", "left_wrist", (100, 100), (100, 100))
        _, _, left, right = extent(drawn(wrist, size=(640 * scale, 480 * scale), keypoints=True))
        return right - left + 1

    assert width(2) == pytest.approx(2 * width(1), abs=2)


def test_names_and_scores_are_drawn_beside_the_keypoint():
    top, bottom, left, right = extent(drawn(pose_at((100, 100)), keypoint_names=True))
    assert 85 < top < bottom < 115 and 100 < left < right < 200
    assert extent(drawn(pose_at((100, 100)), keypoint_names=True, scores=True))[3] > right


def test_blazepose_keypoints_are_drawn_too():
    xy = np.random.default_rng(0).uniform(0, 480, (33, 2))
    canvas = drawn(pose_at(*xy, skeleton=BLAZEPOSE_33), skeleton=True, keypoints=True)
    assert all(canvas[int(y), int(x)].any() for x, y in xy)


def test_a_note_is_drawn_in_the_upper_left_corner():
    canvas = np.zeros((480, 640, 3), np.uint8)
    overlay.draw_note(canvas, "12.3 fps")
    _, bottom, left, _ = extent(canvas)
    assert bottom < 60 and left < 30


# ---- several persons, and matches -----------------------------------------------------------------------------------


def two_persons():
    """Two persons with a left thigh and a box each, one above the other."""
    return [
        replace(
            joined("left_hip", "left_knee", (100, y), (500, y)), box=Box(50, y - 40, 550, y + 40), track_id=track_id
        )
        for track_id, y in ((1, 150), (2, 350))
    ]


def test_each_of_several_persons_has_one_color_for_edges_and_box():
    canvas = drawn(*two_persons(), skeleton=True, boxes=True)
    for track_id, y in ((1, 150), (2, 350)):
        assert canvas[y, 300].tolist() == canvas[y + 40, 300].tolist() == list(PERSON_COLORS[track_id])


def test_a_single_person_has_the_colors_of_the_sides():
    canvas = drawn(two_persons()[0], skeleton=True, boxes=True)
    assert canvas[150, 300].tolist() == list(SIDE_COLORS["left"]) and canvas[190, 300].tolist() == list(BOX_COLOR)


def test_the_label_of_a_person_has_the_track_id_and_the_score(monkeypatch):
    labels = []
    monkeypatch.setattr(overlay, "draw_label", lambda canvas, text, *_: labels.append(text))
    person = replace(two_persons()[0], score=0.876)
    for pose, scores in ((person, False), (person, True), (replace(person, track_id=None), False)):
        drawn(pose, boxes=True, scores=scores)
    assert labels == ["person 1", "person 1 0.88", "person"]


def match_state(is_match=False, ghost=None, score=0.7, **errors):
    limbs = {limb.replace("_", " "): error for limb, error in errors.items()}
    match = Match(score, is_match, limbs=limbs)
    return MatchState(match, is_match, (), ghost)


def drawn_match(state, **settings):
    canvas = np.zeros((480, 640, 3), np.uint8)
    estimate = Estimate((joined("left_hip", "left_knee"),))
    overlay.draw(canvas, estimate, Settings.from_dict(NOTHING_DRAWN | settings), (state,))
    return canvas


def test_a_match_colors_the_skeleton_and_its_score():
    canvas = drawn_match(match_state(is_match=True, left_thigh=50.0), skeleton=True)
    assert canvas[240, 300].tolist() == list(MATCH_COLOR)
    assert (canvas[:235] == MATCH_COLOR).all(axis=2).any()  # the label above the person


def test_without_a_match_each_limb_is_colored_by_its_error():
    for error in (0.0, 30.0, 90.0):
        canvas = drawn_match(match_state(left_thigh=error), skeleton=True)
        assert canvas[240, 300].tolist() == list(limb_color(error))
    assert drawn_match(match_state(), skeleton=True)[240, 300].tolist() == list(SIDE_COLORS["center"])


@pytest.mark.parametrize(
    ("state", "label"),
    [
        (match_state(), ["70 %"]),
        (match_state(is_match=True), ["70 % match"]),
        (match_state(score=None), []),
        (
            MatchState(match(reference(), with_score(t_pose(), 0.1, *COCO_17.keypoints[9:])), False, (), None),
            ["step back"],
        ),
    ],
    ids=["no match", "match", "no score", "too little in the image"],
)
def test_the_match_score_is_a_label_above_the_person(state, label, monkeypatch):
    labels = []
    monkeypatch.setattr(overlay, "draw_label", lambda canvas, text, *_: labels.append(text))
    drawn_match(state)
    assert labels == label


def test_the_ghost_is_half_transparent():
    ghost = joined("left_hip", "left_knee", (100, 400), (500, 400))
    canvas = drawn_match(match_state(ghost=ghost, score=None))
    assert canvas[400, 300].tolist() == pytest.approx([127.5] * 3, abs=1)


# ---- hands and faces


def with_parts(score=0.9, track_id=None):
    parts = {
        "left_hand": open_hand(100, 200, score),
        "right_hand": open_hand(300, 200, score),
        "face": face_mesh(500, 200, radius=80, score=score),
    }
    return pose_at(parts=parts, track_id=track_id)


def test_hands_and_the_contours_of_a_face_are_lines_in_the_color_of_their_side():
    canvas = drawn(with_parts(), skeleton=True, thickness=3)
    assert canvas[150, 100].tolist() == list(SIDE_COLORS["left"])  # the middle finger
    assert canvas[150, 300].tolist() == list(SIDE_COLORS["right"])
    assert canvas[280, 500].tolist() == list(SIDE_COLORS["center"])  # the chin
    assert not canvas[250, 500].any()


def test_hands_have_dots_and_faces_have_none():
    canvas = drawn(with_parts(), keypoints=True)
    assert canvas[120, 100].tolist() == list(SIDE_COLORS["left"]) and not canvas[150, 100].any()
    assert not canvas[:, 400:].any()


@pytest.mark.parametrize("settings", [{}, {"skeleton": True, "keypoints": True, "confidence": 0.95}])
def test_parts_are_not_drawn_where_the_settings_hide_them(settings):
    assert not drawn(with_parts(), **settings).any()


def test_several_persons_have_parts_in_their_own_colors():
    canvas = drawn(with_parts(track_id=1), pose_at(track_id=2), skeleton=True, thickness=3)
    for x, y in ((100, 150), (300, 150), (500, 280)):
        assert canvas[y, x].tolist() == list(PERSON_COLORS[1])
