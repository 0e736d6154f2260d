"""What is pixelated: faces, estimated heads, whole persons, and faces of the last frames."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from holistic_nets import face_mesh

from pose_demo.effects import EffectContext
from pose_demo.effects.pixelate import Pixelate
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.types import Box, Frame, Pose

WIDTH, HEIGHT = 200, 240
NOISE = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)

# A frontal adult with 20 pixels between the eyes: half a head is 36 pixels high.
BODY = {
    "nose": (100, 70), "left_eye": (110, 60), "right_eye": (90, 60), "left_ear": (122, 62), "right_ear": (78, 62),
    "left_shoulder": (155, 125), "right_shoulder": (45, 125), "left_hip": (140, 230), "right_hip": (60, 230),
}  # fmt: skip
FACE = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")


def person(*visible, skeleton=COCO_17, score=0.9, shift=(0, 0), **pose):
    xy, scores = np.zeros((len(skeleton.keypoints), 2), np.float32), np.zeros(len(skeleton.keypoints), np.float32)
    for name in visible or BODY:
        index = skeleton.index(name)
        xy[index], scores[index] = np.add(BODY[name], shift), score
    return Pose(skeleton, xy, scores, **pose)


def pixelated(*poses, effect=None, timestamp=0.0, **values):
    """Which pixels changed: bool (HEIGHT, WIDTH)."""
    context = EffectContext(Frame(NOISE, timestamp), poses, **values)
    return np.any((effect or Pixelate()).apply(NOISE.copy(), context) != NOISE, axis=2)


@pytest.mark.parametrize("skeleton", [COCO_17, BLAZEPOSE_33])
def test_only_the_head_is_pixelated(skeleton):
    covered = pixelated(person(skeleton=skeleton))
    for point in ((100, 65), (100, 30), (100, 98), (75, 65), (125, 65)):
        assert covered[point[1], point[0]], point
    assert not covered[130:].any() and not covered[:, :40].any() and not covered[:, 160:].any()


def test_outline_is_round_or_square():
    effect = Pixelate(margin=1.0)
    rows = np.flatnonzero(pixelated(person(), effect=effect).any(axis=1))
    radius = (rows[-1] + 1 - rows[0]) / 2
    # The largest of shoulders 0.33 * 110, eyes 1.8 * 20, ears 0.8 * 44.
    assert radius == pytest.approx(36.3, abs=0.8)
    share = pixelated(person(), effect=effect).sum() / (2 * radius) ** 2
    assert share == pytest.approx(np.pi / 4, abs=0.03)
    square = pixelated(person(), effect=Pixelate(margin=1.0, shape="square"))
    assert square.sum() == pytest.approx(72.6**2, rel=0.06)


def test_margin_scales_the_area():
    def height(margin):
        rows = np.flatnonzero(pixelated(person(), effect=Pixelate(margin=margin)).any(axis=1))
        return rows[-1] - rows[0]

    assert height(1.5) == pytest.approx(1.5 * height(1.0), rel=0.05)


def test_blocks_are_uniform_and_limited_in_number():
    result = Pixelate(shape="square", blocks=4).apply(NOISE.copy(), EffectContext(Frame(NOISE), (person(),)))
    covered = np.any(result != NOISE, axis=2)
    colors = {tuple(color) for color in result[covered].tolist()}
    assert len(colors) <= 16


def test_block_is_the_mean_of_its_pixels():
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    image[:, ::2] = 200
    result = Pixelate(shape="square").apply(image.copy(), EffectContext(Frame(image), (person(),)))
    np.testing.assert_allclose(result[65, 90:110].astype(int), 100, atol=12)


def test_area_scales_with_the_head():
    near = person()
    far = Pose(COCO_17, near.xy * 0.5, near.scores)
    assert pixelated(far).sum() == pytest.approx(pixelated(near).sum() / 4, rel=0.05)


def test_profile_is_pixelated_like_a_frontal_face():
    covered = pixelated(person("nose", "left_eye", "left_ear", "left_shoulder", "left_hip"))
    assert covered[60, 100] and covered[60, 122] and covered[90, 105]


def test_size_of_a_profile_without_a_body_comes_from_eye_and_ear():
    pose = person("nose", "left_eye", "left_ear")
    pose.xy[3] = 150, 60  # 40 from the eye: half a head
    rows = np.flatnonzero(pixelated(pose, effect=Pixelate(margin=1.0)).any(axis=1))
    assert (rows[-1] + 1 - rows[0]) / 2 == pytest.approx(40, abs=1)


def test_stored_heads_are_limited_while_timestamps_repeat():
    state = {}
    for step in range(200):
        pixelated(person(shift=(1000 * step, 0)), state=state)
    assert len(state["pixelate"][2]) == 50


@pytest.mark.parametrize("score", [0.16, 0.3, 0.9])
def test_high_confidence_setting_reveals_no_face(score):
    np.testing.assert_array_equal(pixelated(person(score=score), confidence=0.95), pixelated(person()))


def test_head_without_a_face_is_located_by_the_shoulders():
    covered = pixelated(person("left_shoulder", "right_shoulder", "left_hip", "right_hip"))
    for point in ((100, 60), (100, 30), (80, 62), (120, 62), (100, 95)):
        assert covered[point[1], point[0]], point
    assert not covered[150:].any()


def test_head_is_above_shoulders_without_hips():
    for sides in (("left_shoulder", "right_shoulder"), ("right_shoulder", "left_shoulder")):
        pose = person("left_shoulder", "right_shoulder")
        pose.xy[[5, 6]] = [BODY[side] for side in sides]
        assert pixelated(pose)[60, 100] and not pixelated(pose)[180:].any()


def test_head_of_an_upside_down_person():
    pose = person("left_shoulder", "right_shoulder", "left_hip", "right_hip")
    pose.xy[:, 1] = HEIGHT - pose.xy[:, 1]
    covered = pixelated(pose)
    assert covered[HEIGHT - 60, 100] and not covered[:80].any()


def test_single_face_keypoint_is_not_sufficient():
    """The nose is an outlier, so the head estimated from the shoulders is pixelated as well."""
    pose = person("nose", "left_shoulder", "right_shoulder", "left_hip", "right_hip")
    pose.xy[0] = 20, 200
    covered = pixelated(pose)
    assert covered[200, 20] and covered[60, 100]


def test_person_without_head_and_shoulders_is_pixelated_as_a_whole():
    covered = pixelated(person("left_hip", "right_hip", box=Box(50, 40, 150, 240)))
    assert covered[60, 100] and covered[200, 100]
    assert pixelated(person("left_hip", "right_hip"))[230, 100]


def test_person_without_scores_and_box_is_ignored():
    assert not pixelated(person(score=0.0)).any()


def test_area_is_clipped_at_the_border():
    for shift in ((-100, 0), (100, 0), (0, -60), (0, 180)):
        assert pixelated(person(shift=shift)).any()


def test_every_person_is_pixelated():
    covered = pixelated(person(shift=(-60, 0)), person(shift=(60, 100)))
    assert covered[65, 40] and covered[165, 160]


def test_lost_person_stays_pixelated_for_the_hold_time():
    state, effect = {}, Pixelate(hold=1.0)
    first = pixelated(person(), effect=effect, timestamp=10.0, state=state)
    np.testing.assert_array_equal(pixelated(effect=effect, timestamp=10.9, state=state), first)
    assert not pixelated(effect=effect, timestamp=11.1, state=state).any()


def test_moving_head_leaves_no_pixelated_area_at_its_old_position():
    state = {}
    for step in range(10):
        covered = pixelated(person(shift=(4 * step - 20, 0)), timestamp=step / 30, state=state)
    np.testing.assert_array_equal(covered, pixelated(person(shift=(16, 0))))


def test_lost_person_stays_pixelated_next_to_a_detected_one():
    state = {}
    two = person(shift=(-40, 0)), person(shift=(40, 0))
    both = pixelated(*two, timestamp=0.0, state=state)
    np.testing.assert_array_equal(pixelated(two[0], timestamp=0.1, state=state), both)


def test_decreasing_timestamp_clears_the_stored_heads():
    state = {}
    pixelated(person(), timestamp=5.0, state=state)
    assert not pixelated(timestamp=4.9, state=state).any()


def test_whole_image_is_pixelated_without_a_detection_if_requested():
    assert not pixelated().any()
    assert pixelated(effect=Pixelate(no_detection="hide")).mean() > 0.99
    assert pixelated(person(), effect=Pixelate(no_detection="hide")).mean() < 0.5


def test_the_outline_of_the_face_mesh_is_covered_in_addition():
    """A circle of 40 pixels around (150, 180); the margin is 1.25, and what is covered without it stays covered."""
    body, mesh = person(), face_mesh(150, 180, radius=40)
    without, covered = pixelated(body), pixelated(replace(body, parts={"face": mesh}))
    assert covered[without].all()
    for x, y in ((150, 135), (150, 225), (104, 180), (196, 180)):
        assert covered[y, x] and not without[y, x]
    assert not covered[180, 95] and not covered[125, 150]


@pytest.mark.parametrize("score", [0.0, 0.05])
def test_a_face_mesh_is_covered_whatever_its_score(score):
    assert pixelated(replace(person(), parts={"face": face_mesh(150, 180, score=score)}))[180, 150]


def test_a_face_mesh_that_is_gone_leaves_nothing_behind():
    state = {}
    pixelated(replace(person(), parts={"face": face_mesh(150, 180)}), state=state)
    assert not pixelated(person(), state=state, timestamp=0.1)[180, 150]


def test_the_whole_image_is_hidden_without_a_head_even_if_there_is_a_face_mesh():
    nobody = replace(person(score=0.0), parts={"face": face_mesh(150, 180)})
    assert pixelated(nobody, effect=Pixelate(no_detection="hide")).mean() > 0.95
