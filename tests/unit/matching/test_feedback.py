"""Advice on a pose, and limb colors."""

import re

import pytest
from fakes import Catalogue
from matching_body import mirror_image, reference, rotated, t_pose, transformed, with_score

from pose_demo.matching.feedback import advice, first_action, limb_color
from pose_demo.matching.options import MatchOptions
from pose_demo.matching.similarity import match
from pose_demo.skeletons import COCO_17

SWAP = {"left": "right", "right": "left"}
LEFT_ARM = ("left_shoulder", "left_elbow", "left_wrist")
RIGHT_ARM = ("right_shoulder", "right_elbow", "right_wrist")


def arms(left: float, right: float):
    """Straight arms, in degrees below the horizontal."""
    return rotated(rotated(t_pose(), left, *LEFT_ARM), -right, *RIGHT_ARM)


def forearms(left: float, right: float):
    """Upper arms sideways, forearms in degrees below the horizontal."""
    return rotated(rotated(t_pose(), left, "left_elbow", "left_wrist"), -right, "right_elbow", "right_wrist")


def legs(left: float, right: float):
    """Straight legs, in degrees outwards."""
    pose = rotated(t_pose(), -left, "left_hip", "left_knee", "left_ankle")
    return rotated(pose, right, "right_hip", "right_knee", "right_ankle")


def shins(left: float, right: float):
    """Vertical thighs, shins in degrees outwards."""
    return rotated(rotated(t_pose(), -left, "left_knee", "left_ankle"), right, "right_knee", "right_ankle")


def leaning(degrees: float):
    """The trunk rotated around the hips, to the person's left."""
    pose = rotated(t_pose(), degrees, "left_hip", "left_shoulder")
    return rotated(pose, degrees, "right_hip", "right_shoulder")


CASES = {
    "within the tolerance": (arms(0, 0), arms(11, -11), []),
    "forearm too low": (forearms(40, -40), forearms(40, -16), ["raise your right forearm: 24 degrees too low"]),
    "forearm too high": (forearms(64, 40), forearms(40, 40), ["lower your left forearm: 24 degrees too high"]),
    "forearm points up, too far out": (
        forearms(-90, -90), forearms(-66, -90),
        ["turn your left forearm inwards: 24 degrees too far out"],
    ),
    "forearm points up, too far in": (
        forearms(-90, -90), forearms(-90, -114),
        ["turn your right forearm outwards: 24 degrees too far in"],
    ),
    "forearm hangs, too far in": (
        forearms(90, 90), forearms(120, 90),
        ["turn your left forearm outwards: 30 degrees too far in"],
    ),
    "forearm down instead of up": (
        forearms(-80, 90), forearms(80, 90),
        ["raise your left forearm: 160 degrees too low"],
    ),
    "arms point up, right too far out": (
        arms(-80, -80), arms(-80, -50),
        ["turn your right arm inwards: 30 degrees too far out"],
    ),
    "left arm too low": (
        arms(0, 0), arms(50, 0),
        ["raise your left arm: 50 degrees too low"],
    ),
    "upper arm and forearm with different errors": (
        forearms(0, 0), rotated(arms(0, 30), 60, "right_elbow", "right_wrist"),
        ["raise your right upper arm: 30 degrees too low", "lower your right forearm: 30 degrees too high"],
    ),
    "both, the larger error first": (
        forearms(40, 40), forearms(80, -15),
        ["lower your right forearm: 55 degrees too high", "raise your left forearm: 40 degrees too low"],
    ),
    "elbow too bent": (forearms(0, 0), forearms(-50, 0), ["straighten your left elbow: 50 degrees too bent"]),
    "knee too bent": (shins(0, 0), shins(0, -40), ["straighten your right knee: 40 degrees too bent"]),
    "knee too straight": (shins(-60, 0), shins(0, 0), ["bend your left knee: 60 degrees too straight"]),
    "legs too close": (
        legs(30, 0), legs(5, 0),
        ["turn your left leg outwards: 25 degrees too far in"],
    ),
    "leg not high enough": (
        legs(0, 90), legs(0, 60),
        ["raise your right leg: 30 degrees too low"],
    ),
    "does not lean": (leaning(25), t_pose(), ["lean to your left: 25 degrees too far right"]),
    "leans": (t_pose(), leaning(-25), ["lean to your left: 25 degrees too far right"]),
    "shoulders tilted": (
        t_pose(), rotated(t_pose(), 40, "right_shoulder", "left_shoulder"),
        ["raise your left shoulder: 40 degrees too low"],
    ),
    "hips tilted": (
        rotated(t_pose(), 20, "left_hip", "right_hip"), t_pose(), ["raise your right hip: 20 degrees too low"],
    ),
}  # fmt: skip
TRUNK = ("does not lean", "leans", "shoulders tilted", "hips tilted")


def _advice(reference_pose, pose):
    return list(advice(match(reference(reference_pose), pose, MatchOptions(mirror=False))))


@pytest.mark.parametrize("case", CASES)
def test_wording(case):
    reference_pose, pose, expected = CASES[case]
    lines = _advice(reference_pose, pose)
    if case in TRUNK:  # there is further advice, because other limbs move with the trunk
        assert expected[0] in lines
    else:
        assert lines == expected


@pytest.mark.parametrize("case", CASES)
def test_the_wording_for_the_mirror_image_of_a_person_exchanges_left_and_right(case):
    reference_pose, pose, expected = CASES[case]
    exchanged = [re.sub("left|right", lambda side: SWAP[side[0]], line) for line in expected]
    assert set(exchanged) <= set(_advice(mirror_image(reference_pose), mirror_image(pose)))


@pytest.mark.parametrize("case", CASES)
def test_the_wording_is_the_same_for_a_back_view(case):
    # In a back view the image is flipped and every limb keeps its name.
    reference_pose, pose, expected = CASES[case]
    assert set(expected) <= set(_advice(reference_pose.mirrored(400), pose.mirrored(400)))


def test_the_wording_for_a_mirrored_match_names_the_sides_of_the_person():
    # The reference raises the left arm; the person mirrors it with the right arm, a little too low.
    person = mirror_image(arms(-10, 60))
    found = match(reference(arms(-40, 60)), person)
    assert found.mirrored
    assert advice(found) == ("raise your right arm: 30 degrees too low",)


def test_a_side_view_does_not_distinguish_inwards_and_outwards():
    reference_pose, pose = forearms(-90, -90), forearms(-60, -90)
    for each in (reference_pose, pose):
        each.xy[[COCO_17.index(name) for name in ("left_shoulder", "right_shoulder")], 0] = (202, 198)
        each.xy[[COCO_17.index(name) for name in ("left_hip", "right_hip")], 0] = (202, 198)
    assert _advice(reference_pose, pose) == ["turn your left forearm: 30 degrees off"]


def test_the_wording_is_independent_of_the_size():
    reference_pose, pose, expected = CASES["left arm too low"]
    assert _advice(reference_pose, transformed(pose, 0.01, 3, 4)) == expected


def test_the_number_of_lines_is_limited():
    found = match(reference(), rotated(arms(60, 40), 30, "left_hip", "left_knee"))
    assert len(advice(found)) == 2
    assert len(advice(found, limit=4)) == 4


def test_no_advice_without_a_score():
    assert advice(match(reference(), with_score(t_pose(), 0, *COCO_17.keypoints))) == ()


def test_the_first_action_is_about_the_largest_error():
    reference_pose, pose, _ = CASES["both, the larger error first"]
    assert first_action(match(reference(reference_pose), pose)) == "lower your right forearm"
    assert first_action(match(reference(pose), pose)) == ""


def test_advice_can_be_translated_to_a_language_with_another_word_order():
    texts = {
        "raise {part}": "{part} hochheben",
        "your right forearm": "den rechten Unterarm",
        "{degrees:.0f} degrees too low": "{degrees:.0f} Grad zu tief",
    }

    reference_pose, pose, _ = CASES["forearm too low"]
    (line,) = advice(match(reference(reference_pose), pose))
    assert line.translated(Catalogue(texts)) == "den rechten Unterarm hochheben: 24 Grad zu tief"


@pytest.mark.parametrize(("error", "lines"), [(11.5, 0), (12.5, 1)])
def test_errors_under_12_degrees_get_no_advice(error, lines):
    assert len(_advice(forearms(40, 40), forearms(40 + error, 40))) == lines


@pytest.mark.parametrize(("bend", "expected"), [(19, "straighten your left elbow"), (21, "raise your left forearm")])
def test_an_elbow_bent_less_than_20_degrees_is_straight(bend, expected):
    (line,) = _advice(forearms(bend, 0), forearms(bend + 30, 0))
    assert line.startswith(expected)


@pytest.mark.parametrize(("direction", "expected"), [(61, "raise"), (67, "turn")])
def test_a_correction_is_sideways_where_its_slope_is_less_than_a_half(direction, expected):
    # A small rotation moves the end of a limb at a right angle to it: slopes of 0.55 and 0.42.
    (line,) = _advice(forearms(direction - 7, 0), forearms(direction + 7, 0))
    assert line.startswith(f"{expected} your left forearm")


def test_limb_colors_range_from_green_over_yellow_to_red():
    assert limb_color(0) == limb_color(12) == (0, 158, 115)
    assert limb_color(30) == (240, 228, 66)
    assert limb_color(60) == limb_color(180) == limb_color(-90) == (213, 94, 0)
    assert limb_color(21) == (120, 193, 90)
