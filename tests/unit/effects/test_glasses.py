"""Where the glasses sit, how large they are and how they turn."""

from __future__ import annotations

import numpy as np
import pytest

from pose_demo.effects import Scene
from pose_demo.effects.glasses import Glasses
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.types import Frame, Pose

SKY = (90, 160, 220)


def person(left_eye, right_eye, nose=None, skeleton=COCO_17, score=0.9):
    xy, scores = np.zeros((len(skeleton.keypoints), 2), np.float32), np.zeros(len(skeleton.keypoints), np.float32)
    for name, at in (("left_eye", left_eye), ("right_eye", right_eye), ("nose", nose)):
        if at is not None:
            xy[skeleton.index(name)], scores[skeleton.index(name)] = at, score
    return Pose(skeleton, xy, scores)


def worn(*poses, size=(200, 120), ratio=3.0, **more):
    image = np.full((size[1], size[0], 3), SKY, np.uint8)
    return Glasses(ratio=ratio).apply(image.copy(), Scene(Frame(image), poses, **more))


def drawn(result):
    return np.any(result != SKY, axis=2)


def extent(result):
    rows, columns = np.nonzero(drawn(result))
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


@pytest.mark.parametrize("skeleton", [COCO_17, BLAZEPOSE_33])
def test_three_eye_distances_wide_and_centred_between_the_eyes(skeleton):
    x0, y0, x1, y1 = extent(worn(person((120, 60), (80, 60), skeleton=skeleton)))
    assert (x0, x1) == (40, 160)  # 3 x 40 round 100
    assert abs((y0 + y1) / 2 - 60) <= 1
    assert abs((y1 - y0) - 120 * 7 / 30) <= 2  # the drawing is 30 by 7 blocks


@pytest.mark.parametrize("ratio", [1.0, 2.0, 4.0])
def test_ratio_is_the_width_in_eye_distances(ratio):
    x0, _, x1, _ = extent(worn(person((120, 60), (80, 60)), ratio=ratio))
    assert abs((x1 - x0) - 40 * ratio) <= 2


def test_black_and_white_ink_on_untouched_surroundings():
    result = worn(person((120, 60), (80, 60)))
    colours = {tuple(colour) for colour in result.reshape(-1, 3).tolist()}
    assert {(12, 12, 16), (255, 255, 255), SKY} <= colours


def test_the_bar_is_above_the_lenses():
    rows = drawn(worn(person((120, 60), (80, 60)))).sum(axis=1)
    used = np.flatnonzero(rows)
    assert rows[used[1]] == 120 and rows[used[-2]] < 60


def test_mirrored_frame_has_them_upright_too():
    """There the left eye is at the left; only the nose's side tells up from down."""
    upright = worn(person((120, 60), (80, 60), nose=(100, 80)))
    np.testing.assert_array_equal(worn(person((80, 60), (120, 60), nose=(100, 80))), upright)
    np.testing.assert_array_equal(worn(person((80, 60), (120, 60))), upright)


def test_upside_down_when_the_nose_is_above_the_eyes():
    result = worn(person((80, 60), (120, 60), nose=(100, 40)))
    np.testing.assert_array_equal(drawn(result), drawn(worn(person((120, 60), (80, 60))))[::-1, ::-1])


def test_rolled_with_the_eyes():
    """Eyes one below the other: the glasses stand upright, bar on the side away from the nose."""
    result = drawn(worn(person((100, 80), (100, 40), nose=(80, 60))))
    used = np.flatnonzero(result.any(axis=1))
    assert (used[0], used[-1]) == (0, 119)
    bar = np.flatnonzero(result.sum(axis=0) >= 118)
    assert bar.size and bar.min() > 100


def test_half_a_roll_turns_the_bar():
    """Eyes 40 apart on a 3-4-5 slope: across is (0.8, 0.6), down (-0.6, 0.8), the drawing 120 by 28 pixels."""
    result = worn(person((116, 72), (84, 48)))
    across, down = np.array((0.8, 0.6)), np.array((-0.6, 0.8))
    for end in (-58, 0, 58):
        for depth, ink in ((-17, SKY), (-11, (12, 12, 16))):  # the bar is the upper 8 of the 28
            x, y = np.array((100, 60)) + across * end + down * depth
            assert tuple(result[int(y), int(x)]) == ink
    x, y = np.array((100, 60)) + across * 62 + down * -11
    assert tuple(result[int(y), int(x)]) == SKY


@pytest.mark.parametrize("at", [(0, 60), (199, 60), (100, 0), (100, 119), (0, 0), (199, 119)])
def test_clipped_at_the_border(at):
    """The same pixels as in the middle of a larger picture."""
    x, y = at
    result = worn(person((x + 20, y), (x - 20, y)))
    large = worn(person((x + 120, y + 100), (x + 80, y + 100)), size=(400, 320))
    np.testing.assert_array_equal(result, large[100:220, 100:300])
    assert drawn(result).any()


@pytest.mark.parametrize("eyes", [((120, 60), None), (None, (80, 60)), (None, None)])
def test_both_eyes_must_be_seen(eyes):
    assert not drawn(worn(person(*eyes))).any()


def test_confidence_decides_what_is_seen():
    pose = person((120, 60), (80, 60), score=0.4)
    assert drawn(worn(pose, confidence=0.4)).any()
    assert not drawn(worn(pose, confidence=0.41)).any()


def test_a_score_of_nothing_is_never_seen():
    assert not drawn(worn(person((120, 60), (80, 60), score=0.0), confidence=0.0)).any()


def test_one_pair_per_person():
    both = drawn(worn(person((60, 60), (40, 60)), person((160, 60), (140, 60))))
    assert both[:, :100].any() and both[:, 100:].any()
    np.testing.assert_array_equal(both[:, :100], both[:, 100:])


def test_coincident_eyes_wear_nothing():
    assert not drawn(worn(person((100, 60), (100, 60)))).any()


def test_an_uploaded_picture_replaces_ours():
    """Half clear red over the sky is half of each; its wholly clear half leaves the sky."""
    own = np.zeros((40, 120, 4), np.uint8)
    own[:, :60] = (255, 0, 0, 128)
    own[:, 60:] = (0, 255, 0, 0)
    result = worn(person((120, 60), (80, 60)), images={"glasses": own})
    np.testing.assert_allclose(result[60, 60].astype(int), (173, 80, 110), atol=1)
    assert tuple(result[60, 140]) == SKY


def test_another_upload_replaces_the_first_and_is_prepared_once():
    memory, pose = {}, person((120, 60), (80, 60))
    red, blue = np.full((40, 1200, 4), (255, 0, 0, 255), np.uint8), np.full((40, 120, 4), (0, 0, 255, 255), np.uint8)
    assert tuple(worn(pose, memory=memory, images={"glasses": red})[60, 100]) == (255, 0, 0)
    kept = memory["glasses"]
    worn(pose, memory=memory, images={"glasses": red})
    assert memory["glasses"] is kept
    assert tuple(worn(pose, memory=memory, images={"glasses": blue})[60, 100]) == (0, 0, 255)


@pytest.mark.parametrize("distance", [2, 5, 11, 40, 61, 300])
def test_soft_edges_at_any_size(distance):
    """Turned a little, the edges are mixtures: no pixel is brighter than sky or white ink, some are in between."""
    result = worn(person((100 + distance / 2, 60 + distance / 20), (100 - distance / 2, 60 - distance / 20)))
    between = (result[:, :, 2] > 40) & (result[:, :, 2] < 200)
    assert drawn(result).any() and between.any()
