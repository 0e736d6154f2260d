"""The matching rules against hand-computed scores."""

import math

import numpy as np
import pytest
from matching_body import SIZE, degenerate_poses, mirror_image, reference, rotated, t_pose, transformed, with_score

from pose_demo.matching.feedback import advice
from pose_demo.matching.limb_angles import LIMBS, limb_angles_of
from pose_demo.matching.options import MatchOptions
from pose_demo.matching.rules import RULES
from pose_demo.matching.similarity import match, report
from pose_demo.settings import Settings
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, COCO_FROM_BLAZEPOSE
from pose_demo.types import InputError, Pose

ONE_SIGMA = math.exp(-0.5)  # the similarity at an error of 30 degrees

EVERY_LIMB = MatchOptions(rule="every-limb")
FOREARM_DOWN = rotated(t_pose(), 30, "left_elbow", "left_wrist")
ARM_DOWN = rotated(t_pose(), 30, "left_shoulder", "left_elbow", "left_wrist")


def test_limb_angle_of_one_forearm_rotated_by_30_degrees():
    # 11 of 12 limbs and 7 of 8 joints (not the elbow) are exact.
    expected = ((11 + ONE_SIGMA) / 12 + (7 + ONE_SIGMA) / 8) / 2
    assert match(reference(), FOREARM_DOWN).score == pytest.approx(expected, abs=1e-5)


def test_limb_angle_of_a_whole_arm_rotated_by_30_degrees():
    # Two limbs are off, but only one joint is: the armpit.
    expected = ((10 + 2 * ONE_SIGMA) / 12 + (7 + ONE_SIGMA) / 8) / 2
    assert match(reference(), ARM_DOWN).score == pytest.approx(expected, abs=1e-5)


def test_limb_angle_is_weighted_by_the_scores_of_both():
    uncertain = with_score(FOREARM_DOWN, 0.5, "left_wrist")
    reference_pose = reference(with_score(t_pose(), 0.4, "left_wrist"))
    weight = 0.5 * 0.4
    expected = ((11 + weight * ONE_SIGMA) / (11 + weight) + (7 + weight * ONE_SIGMA) / (7 + weight)) / 2
    assert match(reference_pose, uncertain).score == pytest.approx(expected, abs=1e-5)


def mean_score(limb_errors, joint_errors):
    """The mean of both similarities, before a limb that is far off lowers it."""
    limbs, joints = ([math.exp(-((error / 30) ** 2) / 2) for error in errors] for errors in (limb_errors, joint_errors))
    return ((12 - len(limbs) + sum(limbs)) / 12 + (8 - len(joints) + sum(joints)) / 8) / 2


@pytest.mark.parametrize(("degrees", "factor"), [(30, 1), (45, 0.75), (60, 0.5), (66, 0.5), (150, 0.5)])
def test_limb_angle_is_lowered_by_up_to_a_half_where_a_limb_is_far_off(degrees, factor):
    pose = rotated(t_pose(), degrees, "left_elbow", "left_wrist")
    expected = factor * mean_score([degrees], [degrees])
    assert match(reference(), pose).score == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("part", ["forearm", "arm", "shin", "leg"])
@pytest.mark.parametrize("degrees", [60, -66, 90, 120])
def test_no_threshold_for_the_same_kind_of_pose_accepts_a_limb_that_is_far_off(part, degrees):
    joints = {"arm": ("left_shoulder", "left_elbow", "left_wrist"), "leg": ("left_hip", "left_knee", "left_ankle")}
    moved = joints["arm" if "arm" in part else "leg"]
    pose = rotated(t_pose(), degrees, *(moved[1:] if part in ("forearm", "shin") else moved))
    assert not match(reference(), pose, MatchOptions(similarity=0.6)).is_match


def test_a_limb_that_is_hardly_visible_does_not_prevent_a_match():
    far_off = rotated(t_pose(), 90, "left_elbow", "left_wrist")
    scores = [match(reference(), with_score(far_off, score, "left_wrist")).score for score in (0.2, 0.3, 0.4)]
    assert scores[0] == pytest.approx(mean_score([], []), abs=0.05)
    assert scores[0] > MatchOptions().similarity > scores[1] > scores[2]


def test_a_foreshortened_limb_does_not_prevent_a_match():
    """A forearm that points at the camera has any direction in the image."""
    pose = rotated(t_pose(), 90, "left_elbow", "left_wrist")
    elbow, wrist = (COCO_17.index(f"left_{joint}") for joint in ("elbow", "wrist"))
    scores = []
    for length in (10, 25, 45):  # the median limb is 70 long
        pose.xy[wrist] = pose.xy[elbow] + np.array((0, length), np.float32)
        scores.append(match(reference(), pose).score)
    assert scores[0] == pytest.approx(mean_score([90], [90]), abs=1e-5)
    assert scores[0] > MatchOptions().similarity > scores[1] > scores[2]


def test_an_ignored_limb_that_is_far_off_does_not_prevent_a_match():
    far_off = rotated(t_pose(), 90, "left_elbow", "left_wrist")
    assert match(reference(), far_off, MatchOptions(ignore=("left forearm",))).score == pytest.approx(1, abs=1e-6)


def test_limb_angle_without_joints_uses_only_the_limbs():
    ignored = tuple(name for name in LIMBS if name not in ("shoulders", "left forearm"))
    found = match(reference(), FOREARM_DOWN, MatchOptions(ignore=ignored))
    assert found.score == pytest.approx((1 + ONE_SIGMA) / 2, abs=1e-5)


@pytest.mark.parametrize(("degrees", "expected"), [(0, 1.0), (30, math.cos(math.radians(30))), (60, 0.5), (120, 0.0)])
def test_every_limb_is_the_cosine_of_the_worst_limb(degrees, expected):
    pose = rotated(t_pose(), degrees, "left_elbow", "left_wrist")
    pose = rotated(pose, degrees / 3, "right_hip", "right_knee")
    assert match(reference(), pose, EVERY_LIMB).score == pytest.approx(expected, abs=1e-5)


def test_every_limb_matches_if_each_cosine_reaches_the_threshold():
    for threshold, expected in ((0.86, True), (0.87, False)):  # cos 30 degrees = 0.866
        assert (
            match(reference(), FOREARM_DOWN, MatchOptions(rule="every-limb", similarity=threshold)).is_match is expected
        )


def test_every_limb_skips_only_the_limbs_that_the_reference_does_not_show():
    hidden = reference(with_score(t_pose(), 0.2, "left_wrist"))
    assert match(hidden, FOREARM_DOWN, EVERY_LIMB).score == pytest.approx(1, abs=1e-6)
    person = with_score(FOREARM_DOWN, 0.2, "left_wrist")
    assert match(reference(), person, EVERY_LIMB).score == pytest.approx(math.cos(math.radians(30)), abs=1e-5)


def test_every_limb_does_not_divide_by_a_length_of_zero():
    pose = t_pose()
    pose.xy[COCO_17.index("left_wrist")] = pose.xy[COCO_17.index("left_elbow")]
    assert match(reference(), pose, EVERY_LIMB).score == 0
    assert match(reference(pose), t_pose(), EVERY_LIMB).score == 1


@pytest.mark.parametrize("rule", RULES)
def test_size_and_position_do_not_matter(rule):
    assert match(reference(), transformed(t_pose(), 3.7, -90, 40), MatchOptions(rule=rule)).score == pytest.approx(1)


@pytest.mark.parametrize("rule", RULES)
def test_the_other_arm_matches_only_the_mirrored_reference(rule):
    person = mirror_image(ARM_DOWN)
    flipped = match(reference(ARM_DOWN), person, MatchOptions(rule=rule))
    strict = match(reference(ARM_DOWN), person, MatchOptions(rule=rule, mirror=False))
    assert (flipped.score, flipped.mirrored) == (pytest.approx(1, abs=1e-5), True)
    assert strict.score < 0.97
    assert not strict.mirrored
    assert strict.limbs["left upper arm"] == pytest.approx(30, abs=1e-3)


def test_the_unmirrored_reference_is_preferred_when_both_match():
    assert match(reference(), t_pose()).mirrored is False


def test_mirrored_limbs_have_the_names_of_the_person():
    # The reference lowers the left arm, the person mirrors it with the right arm, but not low enough.
    person = rotated(t_pose(), -20, "right_shoulder", "right_elbow", "right_wrist")
    found = match(reference(rotated(ARM_DOWN, 30, "left_elbow", "left_wrist")), person)
    assert found.mirrored
    assert found.limbs["right upper arm"] == pytest.approx(10, abs=1e-3)
    assert found.limbs["right forearm"] == pytest.approx(40, abs=1e-3)
    assert found.limbs["left forearm"] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("rule", RULES)
def test_an_ignored_limb_does_not_count_and_has_no_error(rule):
    found = match(reference(), FOREARM_DOWN, MatchOptions(rule=rule, ignore=("left forearm",)))
    assert found.score == pytest.approx(1, abs=1e-6)
    assert "left forearm" not in found.limbs
    assert len(found.limbs) == 11


def test_a_score_requires_half_of_the_limbs_that_count():
    legs = ("left_knee", "right_knee", "left_ankle", "right_ankle")
    upper_body = match(reference(), with_score(t_pose(), 0.1, *legs))
    assert upper_body.score is not None
    assert len(upper_body.limbs) == 8
    assert upper_body.not_visible == ("left thigh", "right thigh", "left shin", "right shin")
    six = match(reference(), with_score(t_pose(), 0.1, *legs, "left_elbow"))
    assert (six.score is None, len(six.limbs)) == (False, 6)
    five = match(reference(), with_score(t_pose(), 0.1, *legs, "left_elbow", "right_wrist"))
    assert (five.score, five.is_match, five.limbs) == (None, False, {})
    assert "too little of the body is in the picture to tell: step back" in five.reason
    only_arms = MatchOptions(ignore=tuple(limb for limb in LIMBS if "arm" not in limb))
    arms = match(reference(), with_score(t_pose(), 0.1, *legs, "left_hip"), only_arms)
    assert arms.score == pytest.approx(1)


def test_a_reference_with_few_limbs_is_the_reason_for_no_score():
    bust = with_score(t_pose(), 0.1, "left_hip", "right_hip", "left_knee", "right_knee", "left_wrist")
    found = match(reference(bust), t_pose())
    assert found.score is None
    assert "the reference shows 4 of the 12 limbs" in found.reason


def test_every_limb_ignored():
    found = match(reference(), t_pose(), MatchOptions(ignore=LIMBS))
    assert (found.score, found.reason) == (None, "every limb is ignored: let at least one count")


def test_unknown_names_are_rejected_with_the_known_ones():
    with pytest.raises(InputError, match="limb-angle, every-limb"):
        match(reference(), t_pose(), MatchOptions(rule="best"))
    with pytest.raises(InputError, match="left forearm"):
        match(reference(), t_pose(), MatchOptions(ignore=("left arm",)))


def test_a_blazepose_person_matches_a_coco_reference():
    xy, scores = np.zeros((33, 2), np.float32), np.zeros(33, np.float32)
    xy[COCO_FROM_BLAZEPOSE], scores[COCO_FROM_BLAZEPOSE] = t_pose().xy, 1
    assert match(reference(), Pose(BLAZEPOSE_33, xy, scores)).score == pytest.approx(1)


def test_report_has_json_values():
    values = report(match(reference(), FOREARM_DOWN))
    assert list(values) == ["score", "match", "mirrored", "limbs", "reason"]
    assert values["score"] == 0.959
    assert values["match"] is True
    assert values["mirrored"] is False
    assert values["limbs"]["left forearm"] == 30.0
    assert values["reason"] == ""
    nothing = report(match(reference(), with_score(t_pose(), 0, *COCO_17.keypoints)))
    assert nothing["score"] is None and "step back" in nothing["reason"]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("confidence", [0.0, 0.3, 1.0])
@pytest.mark.filterwarnings("error")
def test_degenerate_poses(rule, confidence):
    rng = np.random.default_rng(0)
    for pose in degenerate_poses(rng):
        ignore = tuple(rng.choice(LIMBS, rng.integers(0, 12), replace=False).tolist())
        found = match(reference(FOREARM_DOWN), pose, MatchOptions(rule=rule, ignore=ignore), confidence)
        assert found.score is None or 0 <= found.score <= 1
        assert all(0 <= degrees <= 180 for degrees in found.limbs.values())
        assert (found.score is None) == bool(found.reason)
        assert all("degrees" in line for line in advice(found, limit=12))


def test_the_default_threshold_is_that_of_the_options():
    threshold = MatchOptions().similarity
    for degrees, is_match in ((36, True), (38, False)):  # cos 36 degrees = 0.81, cos 38 degrees = 0.79
        pose = rotated(t_pose(), degrees, "left_elbow", "left_wrist")
        result = match(reference(), pose, EVERY_LIMB)
        assert (result.score >= threshold, result.is_match) == (is_match, is_match)


def test_the_default_confidence_is_that_of_the_settings():
    confidence = Settings().confidence
    for score, is_compared in ((confidence + 0.01, True), (confidence - 0.01, False)):
        result = match(reference(), with_score(t_pose(), score, "left_wrist"))
        assert ("left forearm" in result.limbs, "left forearm" in result.not_visible) == (is_compared, not is_compared)


@pytest.mark.parametrize(("width", "facing"), [(21, 1), (-21, -1), (19, 0), (-19, 0)])
def test_a_trunk_narrower_than_a_fifth_of_its_height_is_a_side_view(width, facing):
    pose = t_pose()
    for part in ("shoulder", "hip"):
        pose.xy[COCO_17.index(f"left_{part}"), 0] = 200 + width / 2
        pose.xy[COCO_17.index(f"right_{part}"), 0] = 200 - width / 2
    assert limb_angles_of(pose).facing == facing  # the height of the trunk is 100


def test_the_mirror_image_helper():
    assert mirror_image(mirror_image(ARM_DOWN)).xy == pytest.approx(ARM_DOWN.xy)
    assert SIZE[0] / 2 == t_pose().xy[0, 0]
