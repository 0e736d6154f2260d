"""Position, size and rotation of the glasses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from holistic_nets import face_mesh

from pose_demo.effects import EffectContext
from pose_demo.effects.glasses import Glasses
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.types import Frame, Pose

BACKGROUND = (90, 160, 220)


def person(left_eye, right_eye, nose=None, skeleton=COCO_17, score=0.9):
    xy, scores = np.zeros((len(skeleton.keypoints), 2), np.float32), np.zeros(len(skeleton.keypoints), np.float32)
    for name, point in (("left_eye", left_eye), ("right_eye", right_eye), ("nose", nose)):
        if point is not None:
            xy[skeleton.index(name)], scores[skeleton.index(name)] = point, score
    return Pose(skeleton, xy, scores)


def apply(*poses, size=(200, 120), ratio=3.0, **context):
    image = np.full((size[1], size[0], 3), BACKGROUND, np.uint8)
    return Glasses(ratio=ratio).apply(image.copy(), EffectContext(Frame(image), poses, **context))


def changed(result):
    return np.any(result != BACKGROUND, axis=2)


def extent(result):
    rows, columns = np.nonzero(changed(result))
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


@pytest.mark.parametrize("skeleton", [COCO_17, BLAZEPOSE_33])
def test_width_is_three_eye_distances_centered_between_the_eyes(skeleton):
    x0, y0, x1, y1 = extent(apply(person((120, 60), (80, 60), skeleton=skeleton)))
    assert (x0, x1) == (40, 160)  # 3 x 40 around 100
    assert abs((y0 + y1) / 2 - 60) <= 1
    assert abs((y1 - y0) - 120 * 7 / 30) <= 2  # the drawing is 30 by 7 blocks


def test_glasses_follow_the_face_mesh():
    """Its eyes are 40 pixels apart, around (100, 50); those of the body are elsewhere, or not visible."""
    mesh = {"face": face_mesh(100, 60)}
    for body in (person((150, 90), (140, 90)), person(None, None)):
        x0, y0, x1, y1 = extent(apply(replace(body, parts=mesh)))
        assert (x0, x1) == (40, 160) and abs((y0 + y1) / 2 - 50) <= 1
    hidden = replace(person((120, 60), (80, 60)), parts={"face": face_mesh(30, 30, score=0.2)})
    assert extent(apply(hidden))[0] == 40  # a face that is not confident: by the body


@pytest.mark.parametrize("ratio", [1.0, 2.0, 4.0])
def test_ratio_scales_the_width(ratio):
    x0, _, x1, _ = extent(apply(person((120, 60), (80, 60)), ratio=ratio))
    assert abs((x1 - x0) - 40 * ratio) <= 2


def test_glasses_are_black_and_white_and_the_rest_is_unchanged():
    result = apply(person((120, 60), (80, 60)))
    colors = {tuple(color) for color in result.reshape(-1, 3).tolist()}
    assert {(12, 12, 16), (255, 255, 255), BACKGROUND} <= colors


def test_bar_is_above_the_lenses():
    rows = changed(apply(person((120, 60), (80, 60)))).sum(axis=1)
    covered = np.flatnonzero(rows)
    assert rows[covered[1]] == 120 and rows[covered[-2]] < 60


def test_glasses_are_upright_in_a_mirrored_frame():
    """There the left eye is on the left; only the nose distinguishes up from down."""
    upright = apply(person((120, 60), (80, 60), nose=(100, 80)))
    np.testing.assert_array_equal(apply(person((80, 60), (120, 60), nose=(100, 80))), upright)
    np.testing.assert_array_equal(apply(person((80, 60), (120, 60))), upright)


def test_glasses_are_upside_down_if_the_nose_is_above_the_eyes():
    result = apply(person((80, 60), (120, 60), nose=(100, 40)))
    np.testing.assert_array_equal(changed(result), changed(apply(person((120, 60), (80, 60))))[::-1, ::-1])


def test_glasses_rotate_with_the_eyes():
    """Eyes one above the other: the glasses are vertical, with the bar on the side opposite the nose."""
    result = changed(apply(person((100, 80), (100, 40), nose=(80, 60))))
    covered = np.flatnonzero(result.any(axis=1))
    assert (covered[0], covered[-1]) == (0, 119)
    bar = np.flatnonzero(result.sum(axis=0) >= 118)
    assert bar.size and bar.min() > 100


def test_oblique_rotation():
    """Eyes 40 px apart on a 3-4-5 slope: x axis (0.8, 0.6), y axis (-0.6, 0.8), glasses of 120 by 28 px."""
    result = apply(person((116, 72), (84, 48)))
    x_axis, y_axis = np.array((0.8, 0.6)), np.array((-0.6, 0.8))
    for end in (-58, 0, 58):
        for depth, color in ((-17, BACKGROUND), (-11, (12, 12, 16))):  # the bar is the upper 8 of the 28
            x, y = np.array((100, 60)) + x_axis * end + y_axis * depth
            assert tuple(result[int(y), int(x)]) == color
    x, y = np.array((100, 60)) + x_axis * 62 + y_axis * -11
    assert tuple(result[int(y), int(x)]) == BACKGROUND


@pytest.mark.parametrize("center", [(0, 60), (199, 60), (100, 0), (100, 119), (0, 0), (199, 119)])
def test_glasses_are_clipped_at_the_border(center):
    """The pixels are the same as in the center of a larger image."""
    x, y = center
    result = apply(person((x + 20, y), (x - 20, y)))
    large = apply(person((x + 120, y + 100), (x + 80, y + 100)), size=(400, 320))
    np.testing.assert_array_equal(result, large[100:220, 100:300])
    assert changed(result).any()


@pytest.mark.parametrize("eyes", [((120, 60), None), (None, (80, 60)), (None, None)])
def test_both_eyes_must_be_visible(eyes):
    assert not changed(apply(person(*eyes))).any()


def test_confidence_decides_which_eyes_are_visible():
    pose = person((120, 60), (80, 60), score=0.4)
    assert changed(apply(pose, confidence=0.4)).any()
    assert not changed(apply(pose, confidence=0.41)).any()


def test_keypoint_with_score_0_is_never_visible():
    assert not changed(apply(person((120, 60), (80, 60), score=0.0), confidence=0.0)).any()


def test_every_person_wears_glasses():
    both = changed(apply(person((60, 60), (40, 60)), person((160, 60), (140, 60))))
    assert both[:, :100].any() and both[:, 100:].any()
    np.testing.assert_array_equal(both[:, :100], both[:, 100:])


def test_nothing_is_drawn_on_coincident_eyes():
    assert not changed(apply(person((100, 60), (100, 60)))).any()


def test_uploaded_image_replaces_the_built_in_glasses():
    """Half transparent red is mixed with the background; where it is fully transparent, the background remains."""
    upload = np.zeros((40, 120, 4), np.uint8)
    upload[:, :60] = (255, 0, 0, 128)
    upload[:, 60:] = (0, 255, 0, 0)
    result = apply(person((120, 60), (80, 60)), images={"glasses": upload})
    np.testing.assert_allclose(result[60, 60].astype(int), (173, 80, 110), atol=1)
    assert tuple(result[60, 140]) == BACKGROUND


def test_upload_is_converted_once_and_replaced_by_the_next():
    state, pose = {}, person((120, 60), (80, 60))
    red, blue = np.full((40, 1200, 4), (255, 0, 0, 255), np.uint8), np.full((40, 120, 4), (0, 0, 255, 255), np.uint8)
    assert tuple(apply(pose, state=state, images={"glasses": red})[60, 100]) == (255, 0, 0)
    cached = state["glasses"]
    apply(pose, state=state, images={"glasses": red})
    assert state["glasses"] is cached
    assert tuple(apply(pose, state=state, images={"glasses": blue})[60, 100]) == (0, 0, 255)


@pytest.mark.parametrize("distance", [2, 5, 11, 40, 61, 300])
def test_edges_are_antialiased_at_every_size(distance):
    """Slightly rotated edges contain mixed colors."""
    result = apply(person((100 + distance / 2, 60 + distance / 20), (100 - distance / 2, 60 - distance / 20)))
    between = (result[:, :, 2] > 40) & (result[:, :, 2] < 200)
    assert changed(result).any() and between.any()
