"""The rules against numbers reckoned by hand."""

import math

import numpy as np
import pytest
from matching_body import SIZE, in_a_mirror, placed, reference, scored, strange_poses, t_pose, turned

from pose_demo.matching.feedback import advice
from pose_demo.matching.limb_angles import LIMBS
from pose_demo.matching.rules import RULES
from pose_demo.matching.similarity import match, report
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, COCO_FROM_BLAZEPOSE
from pose_demo.types import InputError, Pose

ONE_SIGMA = math.exp(-0.5)  # the similarity of something 30 degrees off

FOREARM_DOWN = turned(t_pose(), 30, "left_elbow", "left_wrist")
ARM_DOWN = turned(t_pose(), 30, "left_shoulder", "left_elbow", "left_wrist")


def test_limb_angle_of_one_forearm_turned_by_30_degrees():
    # 11 of 12 limbs and 7 of 8 joints (not the elbow) are exact.
    expected = ((11 + ONE_SIGMA) / 12 + (7 + ONE_SIGMA) / 8) / 2
    assert match(reference(), FOREARM_DOWN).score == pytest.approx(expected, abs=1e-5)


def test_limb_angle_of_a_whole_arm_turned_by_30_degrees():
    # Two limbs are off, but only one joint is: the armpit.
    expected = ((10 + 2 * ONE_SIGMA) / 12 + (7 + ONE_SIGMA) / 8) / 2
    assert match(reference(), ARM_DOWN).score == pytest.approx(expected, abs=1e-5)


def test_limb_angle_weighs_by_both_peoples_scores():
    unsure = scored(FOREARM_DOWN, 0.5, "left_wrist")
    faint = reference(scored(t_pose(), 0.4, "left_wrist"))
    weight = 0.5 * 0.4
    expected = ((11 + weight * ONE_SIGMA) / (11 + weight) + (7 + weight * ONE_SIGMA) / (7 + weight)) / 2
    assert match(faint, unsure).score == pytest.approx(expected, abs=1e-5)


def test_limb_angle_without_a_joint_is_the_limbs_alone():
    only = [name for name in LIMBS if name not in ("shoulders", "left forearm")]
    assert match(reference(), FOREARM_DOWN, ignore=only).score == pytest.approx((1 + ONE_SIGMA) / 2, abs=1e-5)


@pytest.mark.parametrize(("degrees", "expected"), [(0, 1.0), (30, math.cos(math.radians(30))), (60, 0.5), (120, 0.0)])
def test_every_limb_is_the_worst_limbs_cosine(degrees, expected):
    pose = turned(t_pose(), degrees, "left_elbow", "left_wrist")
    pose = turned(pose, degrees / 3, "right_hip", "right_knee")
    assert match(reference(), pose, rule="every-limb").score == pytest.approx(expected, abs=1e-5)


def test_every_limb_says_what_the_notebook_says():
    for threshold, verdict in ((0.86, True), (0.87, False)):  # cos 30 degrees = 0.866
        assert match(reference(), FOREARM_DOWN, rule="every-limb", threshold=threshold).is_match is verdict


def test_every_limb_skips_what_the_reference_does_not_show_and_only_that():
    hidden = reference(scored(t_pose(), 0.2, "left_wrist"))
    assert match(hidden, FOREARM_DOWN, rule="every-limb").score == pytest.approx(1, abs=1e-6)
    person = scored(FOREARM_DOWN, 0.2, "left_wrist")
    assert match(reference(), person, rule="every-limb").score == pytest.approx(math.cos(math.radians(30)), abs=1e-5)


def test_every_limb_does_not_divide_by_the_length_of_a_limb_without_length():
    pose = t_pose()
    pose.xy[COCO_17.index("left_wrist")] = pose.xy[COCO_17.index("left_elbow")]
    assert match(reference(), pose, rule="every-limb").score == 0
    assert match(reference(pose), t_pose(), rule="every-limb").score == 1


@pytest.mark.parametrize("rule", RULES)
def test_size_and_place_do_not_count(rule):
    assert match(reference(), placed(t_pose(), 3.7, -90, 40), rule=rule).score == pytest.approx(1)


@pytest.mark.parametrize("rule", RULES)
def test_the_other_arm_matches_only_in_the_mirror(rule):
    twin = in_a_mirror(ARM_DOWN)
    fitting = match(reference(ARM_DOWN), twin, rule=rule)
    strict = match(reference(ARM_DOWN), twin, rule=rule, allow_mirror=False)
    assert (fitting.score, fitting.mirrored) == (pytest.approx(1, abs=1e-5), True)
    assert strict.score < 0.97
    assert not strict.mirrored
    assert strict.limbs["left upper arm"] == pytest.approx(30, abs=1e-3)


def test_the_unmirrored_reference_is_preferred_when_both_fit():
    assert match(reference(), t_pose()).mirrored is False


def test_mirrored_limbs_have_the_viewers_own_names():
    # The reference lowers its left arm. The viewer answers with the right arm, as in a mirror, but not low enough.
    viewer = turned(t_pose(), -20, "right_shoulder", "right_elbow", "right_wrist")
    found = match(reference(turned(ARM_DOWN, 30, "left_elbow", "left_wrist")), viewer)
    assert found.mirrored
    assert found.limbs["right upper arm"] == pytest.approx(10, abs=1e-3)
    assert found.limbs["right forearm"] == pytest.approx(40, abs=1e-3)
    assert found.limbs["left forearm"] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("rule", RULES)
def test_an_ignored_limb_does_not_count_and_is_not_reported(rule):
    found = match(reference(), FOREARM_DOWN, rule=rule, ignore=("left forearm",))
    assert found.score == pytest.approx(1, abs=1e-6)
    assert "left forearm" not in found.limbs
    assert len(found.limbs) == 11


def test_half_of_the_limbs_that_count_is_enough_and_less_is_not():
    legs = ("left_knee", "right_knee", "left_ankle", "right_ankle")
    upper_body = match(reference(), scored(t_pose(), 0.1, *legs))
    assert upper_body.enough
    assert len(upper_body.limbs) == 8
    assert upper_body.unseen == ("left thigh", "right thigh", "left shin", "right shin")
    six = match(reference(), scored(t_pose(), 0.1, *legs, "left_elbow"))
    assert (six.enough, len(six.limbs)) == (True, 6)
    five = match(reference(), scored(t_pose(), 0.1, *legs, "left_elbow", "right_wrist"))
    assert (five.score, five.is_match, five.enough, five.limbs) == (None, False, False, {})
    assert "not enough of you in the picture" in five.reason
    arms = match(
        reference(), scored(t_pose(), 0.1, *legs, "left_hip"), ignore=[limb for limb in LIMBS if "arm" not in limb]
    )
    assert arms.score == pytest.approx(1)


def test_a_reference_that_shows_little_is_named_as_the_reason():
    bust = scored(t_pose(), 0.1, "left_hip", "right_hip", "left_knee", "right_knee", "left_wrist")
    found = match(reference(bust), t_pose())
    assert not found.enough
    assert "the reference shows 4 of the 12 limbs" in found.reason


def test_nothing_left_to_count():
    found = match(reference(), t_pose(), ignore=LIMBS)
    assert (found.score, found.reason) == (None, "every limb is ignored: let at least one count")


def test_wrong_names_are_refused_with_the_right_ones():
    with pytest.raises(InputError, match="limb-angle, every-limb"):
        match(reference(), t_pose(), rule="best")
    with pytest.raises(InputError, match="left forearm"):
        match(reference(), t_pose(), ignore=("left arm",))


def test_a_blazepose_person_matches_a_coco_reference():
    xy, scores = np.zeros((33, 2), np.float32), np.zeros(33, np.float32)
    xy[COCO_FROM_BLAZEPOSE], scores[COCO_FROM_BLAZEPOSE] = t_pose().xy, 1
    assert match(reference(), Pose(BLAZEPOSE_33, xy, scores)).score == pytest.approx(1)


def test_report_is_plain_json_values():
    told = report(match(reference(), FOREARM_DOWN))
    assert list(told) == ["score", "match", "mirrored", "limbs"]
    assert told["score"] == 0.959
    assert told["match"] is True
    assert told["mirrored"] is False
    assert told["limbs"]["left forearm"] == 30.0
    assert report(match(reference(), scored(t_pose(), 0, *COCO_17.keypoints)))["score"] is None


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("confidence", [0.0, 0.3, 1.0])
@pytest.mark.filterwarnings("error")
def test_no_body_is_too_strange(rule, confidence):
    rng = np.random.default_rng(0)
    for pose in strange_poses(rng):
        ignore = tuple(rng.choice(LIMBS, rng.integers(0, 12), replace=False).tolist())
        found = match(reference(FOREARM_DOWN), pose, rule=rule, confidence=confidence, ignore=ignore)
        assert found.score is None or 0 <= found.score <= 1
        assert all(0 <= degrees <= 180 for degrees in found.limbs.values())
        assert found.enough != bool(found.reason)
        assert all("degrees" in line for line in advice(found, most=12))


def test_the_helper_mirrors_like_a_mirror():
    assert in_a_mirror(in_a_mirror(ARM_DOWN)).xy == pytest.approx(ARM_DOWN.xy)
    assert SIZE[0] / 2 == t_pose().xy[0, 0]
