"""What is said and shown about a pose that is off."""

import re

import pytest
from matching_body import in_a_mirror, placed, reference, scored, t_pose, turned

from pose_demo.matching.feedback import advice, limb_colour
from pose_demo.matching.similarity import match
from pose_demo.skeletons import COCO_17

SWAP = {"left": "right", "right": "left"}
LEFT_ARM = ("left_shoulder", "left_elbow", "left_wrist")
RIGHT_ARM = ("right_shoulder", "right_elbow", "right_wrist")


def arms(left: float, right: float):
    """Straight arms, in degrees below the horizontal."""
    return turned(turned(t_pose(), left, *LEFT_ARM), -right, *RIGHT_ARM)


def forearms(left: float, right: float):
    """Upper arms sideways, forearms in degrees below the horizontal."""
    return turned(turned(t_pose(), left, "left_elbow", "left_wrist"), -right, "right_elbow", "right_wrist")


def legs(left: float, right: float):
    """Straight legs, in degrees away from the middle."""
    pose = turned(t_pose(), -left, "left_hip", "left_knee", "left_ankle")
    return turned(pose, right, "right_hip", "right_knee", "right_ankle")


def shins(left: float, right: float):
    """Thighs down, shins in degrees away from the middle."""
    return turned(turned(t_pose(), -left, "left_knee", "left_ankle"), right, "right_knee", "right_ankle")


def leaning(degrees: float):
    """From the hips, towards the person's left."""
    pose = turned(t_pose(), degrees, "left_hip", "left_shoulder")
    return turned(pose, degrees, "right_hip", "right_shoulder")


SAID = {
    "fine": (arms(0, 0), arms(11, -11), []),
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
    "forearm the other way up": (forearms(-80, 90), forearms(80, 90), ["raise your left forearm: 160 degrees too low"]),
    "arms point up, right too far out": (
        arms(-80, -80), arms(-80, -50),
        ["turn your right arm inwards: 30 degrees too far out"],
    ),
    "left arm too low": (
        arms(0, 0), arms(50, 0),
        ["raise your left arm: 50 degrees too low"],
    ),
    "upper arm and forearm, each its own way": (
        forearms(0, 0), turned(arms(0, 30), 60, "right_elbow", "right_wrist"),
        ["raise your right upper arm: 30 degrees too low", "lower your right forearm: 30 degrees too high"],
    ),
    "both, the worse one first": (
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
        t_pose(), turned(t_pose(), 40, "right_shoulder", "left_shoulder"),
        ["raise your left shoulder: 40 degrees too low"],
    ),
    "hips tilted": (
        turned(t_pose(), 20, "left_hip", "right_hip"), t_pose(), ["raise your right hip: 20 degrees too low"],
    ),
}  # fmt: skip


def _advice(wanted, found):
    """What is said about arms and legs alone where only those are off; the trunk's own limbs tell of the trunk."""
    return list(advice(match(reference(wanted), found, allow_mirror=False)))


@pytest.mark.parametrize("kind", SAID)
def test_wording(kind):
    wanted, found, said = SAID[kind]
    heard = _advice(wanted, found)
    if kind in ("does not lean", "leans", "shoulders tilted", "hips tilted"):
        assert said[0] in heard
    else:
        assert heard == said


@pytest.mark.parametrize("kind", SAID)
def test_wording_for_the_mirror_image_of_a_person_swaps_left_and_right(kind):
    wanted, found, said = SAID[kind]
    swapped = [re.sub("left|right", lambda side: SWAP[side[0]], line) for line in said]
    heard = _advice(in_a_mirror(wanted), in_a_mirror(found))
    assert set(swapped) <= set(heard)


@pytest.mark.parametrize("kind", SAID)
def test_wording_for_a_person_seen_from_behind(kind):
    # From behind, the picture is flipped and every limb keeps its name.
    wanted, found, said = SAID[kind]
    assert set(said) <= set(_advice(wanted.mirrored(400), found.mirrored(400)))


def test_wording_for_a_mirrored_match_is_about_the_viewers_own_arm():
    # The picture shows a left arm; the viewer answers with the right one, as in a mirror, a little too low.
    wanted = arms(-40, 60)
    viewer = in_a_mirror(arms(-10, 60))
    found = match(reference(wanted), viewer)
    assert found.mirrored
    assert advice(found) == ("raise your right arm: 30 degrees too low",)


def test_from_the_side_nobody_knows_in_from_out():
    wanted, found = forearms(-90, -90), forearms(-60, -90)
    for pose in (wanted, found):
        pose.xy[[COCO_17.index(name) for name in ("left_shoulder", "right_shoulder")], 0] = (202, 198)
        pose.xy[[COCO_17.index(name) for name in ("left_hip", "right_hip")], 0] = (202, 198)
    assert _advice(wanted, found) == ["turn your left forearm: 30 degrees off"]


def test_size_does_not_change_the_words():
    wanted, found, said = SAID["left arm too low"]
    assert _advice(wanted, placed(found, 0.01, 3, 4)) == said


def test_no_more_than_asked_for():
    found = match(reference(), turned(arms(60, 40), 30, "left_hip", "left_knee"))
    assert len(advice(found)) == 2
    assert len(advice(found, most=4)) == 4


def test_silence_when_too_little_is_seen():
    assert advice(match(reference(), scored(t_pose(), 0, *COCO_17.keypoints))) == ()


def test_colours_run_from_green_over_yellow_to_red():
    assert limb_colour(0) == limb_colour(12) == (0, 158, 115)
    assert limb_colour(30) == (240, 228, 66)
    assert limb_colour(60) == limb_colour(180) == limb_colour(-90) == (213, 94, 0)
    assert limb_colour(21) == (120, 193, 90)
