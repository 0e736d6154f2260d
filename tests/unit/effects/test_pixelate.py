"""What is hidden: the face, the guess, the whole person, and what a moment ago was a face."""

from __future__ import annotations

import numpy as np
import pytest

from pose_demo.effects import Scene
from pose_demo.effects.pixelate import Pixelate
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.types import Box, Frame, Pose

WIDTH, HEIGHT = 200, 240
NOISE = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)

# A frontal adult, 20 pixels between the eyes: half a head is 36 pixels high.
BODY = {
    "nose": (100, 70), "left_eye": (110, 60), "right_eye": (90, 60), "left_ear": (122, 62), "right_ear": (78, 62),
    "left_shoulder": (155, 125), "right_shoulder": (45, 125), "left_hip": (140, 230), "right_hip": (60, 230),
}  # fmt: skip
FACE = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")


def person(*seen, skeleton=COCO_17, score=0.9, shift=(0, 0), **more):
    xy, scores = np.zeros((len(skeleton.keypoints), 2), np.float32), np.zeros(len(skeleton.keypoints), np.float32)
    for name in seen or BODY:
        index = skeleton.index(name)
        xy[index], scores[index] = np.add(BODY[name], shift), score
    return Pose(skeleton, xy, scores, **more)


def hidden(*poses, effect=None, timestamp=0.0, **more):
    """Which pixels came out coarse: bool (HEIGHT, WIDTH)."""
    scene = Scene(Frame(NOISE, timestamp), poses, **more)
    return np.any((effect or Pixelate()).apply(NOISE.copy(), scene) != NOISE, axis=2)


@pytest.mark.parametrize("skeleton", [COCO_17, BLAZEPOSE_33])
def test_the_head_is_hidden_from_crown_to_chin_and_no_more(skeleton):
    covered = hidden(person(skeleton=skeleton))
    for spot in ((100, 65), (100, 30), (100, 98), (75, 65), (125, 65)):
        assert covered[spot[1], spot[0]], spot
    assert not covered[130:].any() and not covered[:, :40].any() and not covered[:, 160:].any()


def test_the_outline_is_round_or_square():
    effect = Pixelate(margin=1.0)
    rows = np.flatnonzero(hidden(person(), effect=effect).any(axis=1))
    radius = (rows[-1] + 1 - rows[0]) / 2
    # The longest of shoulders 0.33 * 110, eyes 1.8 * 20, ears 0.8 * 44.
    assert radius == pytest.approx(36.3, abs=0.8)
    share = hidden(person(), effect=effect).sum() / (2 * radius) ** 2
    assert share == pytest.approx(np.pi / 4, abs=0.03)
    square = hidden(person(), effect=Pixelate(margin=1.0, shape="square"))
    assert square.sum() == pytest.approx(72.6**2, rel=0.06)


def test_margin_scales_it():
    def reach(margin):
        rows = np.flatnonzero(hidden(person(), effect=Pixelate(margin=margin)).any(axis=1))
        return rows[-1] - rows[0]

    assert reach(1.5) == pytest.approx(1.5 * reach(1.0), rel=0.05)


def test_blocks_are_plain_and_their_number_is_chosen():
    result = Pixelate(shape="square", blocks=4).apply(NOISE.copy(), Scene(Frame(NOISE), (person(),)))
    covered = np.any(result != NOISE, axis=2)
    colours = {tuple(colour) for colour in result[covered].tolist()}
    assert len(colours) <= 16


def test_a_block_is_the_mean_of_what_it_hides():
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    image[:, ::2] = 200
    result = Pixelate(shape="square").apply(image.copy(), Scene(Frame(image), (person(),)))
    np.testing.assert_allclose(result[65, 90:110].astype(int), 100, atol=12)


def test_it_grows_with_the_head():
    near = person()
    far = Pose(COCO_17, near.xy * 0.5, near.scores)
    assert hidden(far).sum() == pytest.approx(hidden(near).sum() / 4, rel=0.05)


def test_a_profile_is_hidden_as_large_as_the_face():
    covered = hidden(person("nose", "left_eye", "left_ear", "left_shoulder", "left_hip"))
    assert covered[60, 100] and covered[60, 122] and covered[90, 105]


def test_a_profile_without_a_body_takes_its_size_from_eye_and_ear():
    pose = person("nose", "left_eye", "left_ear")
    pose.xy[3] = 150, 60  # 40 from the eye: half a head
    rows = np.flatnonzero(hidden(pose, effect=Pixelate(margin=1.0)).any(axis=1))
    assert (rows[-1] + 1 - rows[0]) / 2 == pytest.approx(40, abs=1)


def test_what_it_remembers_is_bounded_while_the_clock_stands_still():
    memory = {}
    for step in range(200):
        hidden(person(shift=(1000 * step, 0)), memory=memory)
    assert len(memory["pixelate"][2]) == 50


@pytest.mark.parametrize("score", [0.16, 0.3, 0.9])
def test_a_strict_confidence_uncovers_nobody(score):
    np.testing.assert_array_equal(hidden(person(score=score), confidence=0.95), hidden(person()))


def test_without_a_face_the_shoulders_say_where_the_head_must_be():
    covered = hidden(person("left_shoulder", "right_shoulder", "left_hip", "right_hip"))
    for spot in ((100, 60), (100, 30), (80, 62), (120, 62), (100, 95)):
        assert covered[spot[1], spot[0]], spot
    assert not covered[150:].any()


def test_shoulders_alone_look_up():
    for sides in (("left_shoulder", "right_shoulder"), ("right_shoulder", "left_shoulder")):
        pose = person("left_shoulder", "right_shoulder")
        pose.xy[[5, 6]] = [BODY[side] for side in sides]
        assert hidden(pose)[60, 100] and not hidden(pose)[180:].any()


def test_the_head_of_someone_who_hangs_upside_down():
    pose = person("left_shoulder", "right_shoulder", "left_hip", "right_hip")
    pose.xy[:, 1] = HEIGHT - pose.xy[:, 1]
    covered = hidden(pose)
    assert covered[HEIGHT - 60, 100] and not covered[:80].any()


def test_one_face_point_is_not_trusted_alone():
    """The nose is a wild guess far off: where the shoulders put the head is hidden as well."""
    pose = person("nose", "left_shoulder", "right_shoulder", "left_hip", "right_hip")
    pose.xy[0] = 20, 200
    covered = hidden(pose)
    assert covered[200, 20] and covered[60, 100]


def test_without_head_and_shoulders_the_whole_person_is_hidden():
    covered = hidden(person("left_hip", "right_hip", box=Box(50, 40, 150, 240)))
    assert covered[60, 100] and covered[200, 100]
    assert hidden(person("left_hip", "right_hip"))[230, 100]


def test_a_person_of_no_score_and_no_box_is_nobody():
    assert not hidden(person(score=0.0)).any()


def test_clipped_at_the_border():
    for shift in ((-100, 0), (100, 0), (0, -60), (0, 180)):
        assert hidden(person(shift=shift)).any()


def test_everybody_is_hidden():
    covered = hidden(person(shift=(-60, 0)), person(shift=(60, 100)))
    assert covered[65, 40] and covered[165, 160]


def test_a_lost_person_stays_hidden_for_a_while():
    memory, effect = {}, Pixelate(hold=1.0)
    first = hidden(person(), effect=effect, timestamp=10.0, memory=memory)
    np.testing.assert_array_equal(hidden(effect=effect, timestamp=10.9, memory=memory), first)
    assert not hidden(effect=effect, timestamp=11.1, memory=memory).any()


def test_a_moving_head_leaves_nothing_hidden_behind():
    memory = {}
    for step in range(10):
        covered = hidden(person(shift=(4 * step - 20, 0)), timestamp=step / 30, memory=memory)
    np.testing.assert_array_equal(covered, hidden(person(shift=(16, 0))))


def test_the_one_who_is_lost_beside_another_stays_hidden():
    memory = {}
    two = person(shift=(-40, 0)), person(shift=(40, 0))
    both = hidden(*two, timestamp=0.0, memory=memory)
    np.testing.assert_array_equal(hidden(two[0], timestamp=0.1, memory=memory), both)


def test_going_back_in_time_forgets():
    memory = {}
    hidden(person(), timestamp=5.0, memory=memory)
    assert not hidden(timestamp=4.9, memory=memory).any()


def test_nobody_can_mean_that_everything_is_hidden():
    assert not hidden().any()
    assert hidden(effect=Pixelate(nobody="hide")).mean() > 0.99
    assert hidden(person(), effect=Pixelate(nobody="hide")).mean() < 0.5
