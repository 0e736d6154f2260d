"""Choreographies: postures on the counts, possible motion, and timing that can be recognized."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pose_demo import sample
from pose_demo.matching.limb_angles import angle_difference, limb_angles_of
from pose_demo.sample.choreography import COUNTS_PER_PHRASE, JUMP, Choreography
from pose_demo.sample.keyframes import keyframe
from pose_demo.sample.rig import build_rig
from pose_demo.skeletons import COCO_17

REFERENCE = sample.BODIES["a"]
PARTS = [(name, part) for name, made in sample.CHOREOGRAPHIES.items() for part in range(made.dancers)]


def choreography(*counts: dict[str, float]) -> Choreography:
    """One second per count."""
    return Choreography(name="test", title="Test", bpm=60, parts=(counts,))


def joints(name: str, part: int, fps: float = 30) -> dict[str, np.ndarray]:
    """World points ``(frames, 3)`` of every joint."""
    made = sample.CHOREOGRAPHIES[name]
    rigs = [build_rig(made.posture(t, part), REFERENCE).joints for t in np.arange(0, made.duration, 1 / fps)]
    return {joint: np.array([rig[joint] for rig in rigs]) for joint in rigs[0]}


def test_postures_on_the_counts_are_those_of_the_keyframes() -> None:
    made = choreography(
        keyframe(both_arms=(20, 0, 20, 0)),
        keyframe(left_arm=(90, 0, 100, 0)),
        keyframe(pelvis_x=0.1, left_arm=(40, 0, 30, 0)),
        keyframe(pelvis_x=0),
    )
    assert [made.posture(t).left_arm_elevation for t in (0, 1, 2, 3)] == [20, 90, 40, 40]
    assert [made.posture(t).left_forearm_elevation for t in (0, 1, 2, 3)] == [20, 100, 30, 30]
    assert [made.posture(t).right_arm_elevation for t in (0, 1, 2, 3)] == [20, 20, 20, 20]
    assert [made.posture(t).pelvis_x for t in (0, 1, 2, 3)] == [0, 0, 0.1, 0]
    assert made.posture(0.5).left_arm_elevation == 55  # halfway between two turning points


def test_the_dancer_waits_in_the_first_posture_and_ends_in_it() -> None:
    made = choreography(keyframe(pelvis_x=0.1), keyframe(pelvis_x=0.2), keyframe(pelvis_x=0))
    assert made.duration == 3
    assert made.posture(-5) == made.posture(0)
    assert made.posture(99) == made.posture(3)
    assert made.posture(3)._replace(head_roll=0) == pytest.approx(made.posture(0)._replace(head_roll=0))


def test_a_choreography_starts_and_ends_at_rest() -> None:
    made = choreography(keyframe(pelvis_x=0.1), keyframe(pelvis_x=0.2), keyframe(pelvis_x=0))
    for at in (0.01, 2.99):  # passing 0.1 from 0 to 0.2 without a stop would be about 0.001 in this time
        assert abs(made.posture(at).pelvis_x - 0.1) < 1e-4


def test_a_jump_lifts_both_feet_by_its_height_and_lands_on_the_count() -> None:
    made = choreography(keyframe(), keyframe() | {JUMP: 0.1}, keyframe())
    feet = [min(build_rig(made.posture(t), REFERENCE).joints[f"{side}_ankle"][1] for side in ("left", "right"))
            for t in (0, 0.5, 1, 1.5)]  # fmt: skip
    assert feet[1] - feet[0] == pytest.approx(0.1, abs=0.01)
    assert [feet[2], feet[3]] == pytest.approx([feet[0], feet[0]], abs=1e-6)
    body = [build_rig(made.posture(t), REFERENCE).joints["pelvis"][1] for t in (0.5, 1.5)]
    assert body[0] - body[1] == pytest.approx(0.1, abs=0.02)


def test_there_are_choreographies_for_beginners_with_jumps_and_for_two() -> None:
    made = sample.CHOREOGRAPHIES
    assert {"first-steps", "reach-and-clap", "jumps", "duet"} <= set(made)
    assert made["duet"].dancers == 2
    assert any(JUMP in count for count in made["jumps"].parts[0])


@pytest.mark.parametrize("name", sample.CHOREOGRAPHIES)
def test_length_tempo_and_phrases(name: str) -> None:
    made = sample.CHOREOGRAPHIES[name]
    assert made.name == name
    assert name not in sample.SCENES
    assert 16 <= made.duration <= 32
    assert 100 <= made.bpm <= 120
    assert {len(part) for part in made.parts} == {made.counts}
    assert made.counts % COUNTS_PER_PHRASE == 0
    for part in made.parts:
        phrases = [str(part[i : i + COUNTS_PER_PHRASE]) for i in range(0, made.counts, COUNTS_PER_PHRASE)]
        assert len(set(phrases)) == len(phrases)


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_a_wrong_lag_is_recognized_in_every_passage(name: str, part: int) -> None:
    """In every 3 s, the dance differs from itself by at least 2.5 degrees per limb when shifted by 0.2 to 1 s."""
    made, fps = sample.CHOREOGRAPHIES[name], 10
    performance = sample.Performance(choreography=made, part=part)
    times = np.arange(-1, made.duration + 1, 1 / fps)
    angles = np.array([limb_angles_of(sample.performance_poses([performance], t)[0]).angles for t in times])
    for start in range(fps, len(times) - 4 * fps, fps):
        passage = angles[start : start + 3 * fps]
        for lag in itertools.chain(range(-fps, -1), range(2, fps + 1)):
            shifted = angles[start + lag : start + lag + 3 * fps]
            assert angle_difference(passage, shifted).mean() > 2.5, (start / fps - 1, lag / fps)


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_speed_and_acceleration_are_limited(name: str, part: int) -> None:
    """Every keypoint is slower than 2.7 body heights (4.7 meters) per second, and accelerates gradually."""
    points = joints(name, part)
    for keypoint in COCO_17.keypoints:
        assert np.linalg.norm(np.diff(points[keypoint], axis=0), axis=1).max() < 0.09, keypoint
        assert np.linalg.norm(np.diff(points[keypoint], n=2, axis=0), axis=1).max() < 0.026, keypoint


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_one_foot_stays_on_the_floor_between_jumps(name: str, part: int) -> None:
    made = sample.CHOREOGRAPHIES[name]
    points, counts = joints(name, part), made.parts[part]
    lift = np.minimum(points["left_ankle"][:, 1], points["right_ankle"][:, 1]) - points["left_ankle"][0, 1]
    for index, height in enumerate(lift):
        landing = counts[(int(index / 30 * made.bpm / 60) + 1) % made.counts]
        assert height < 0.004 or landing.get(JUMP, 0) > 0, index / 30


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_elbows_and_knees_are_anatomically_possible(name: str, part: int) -> None:
    points = joints(name, part, fps=10)
    for side, names in itertools.product(("left", "right"), (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))):
        first, middle, last = (points[f"{side}_{joint}"] for joint in names)
        upper, lower = middle - first, last - middle
        cosines = (upper * lower).sum(axis=1) / np.linalg.norm(upper, axis=1) / np.linalg.norm(lower, axis=1)
        assert np.degrees(np.arccos(cosines)).max() < 150


@pytest.mark.parametrize("name", sample.CHOREOGRAPHIES)
def test_a_choreography_is_a_scene_that_repeats(name: str) -> None:
    made, size = sample.CHOREOGRAPHIES[name], (160, 120)
    dancers = sample.performances(made)
    frame, truth = sample.frame(50, scene=name, size=size), sample.ground_truth(50, scene=name, size=size)
    expected = sample.performance_poses(dancers, 50 / sample.FPS, size=size)
    assert np.array_equal(frame.image, sample.performance_frame(dancers, 50 / sample.FPS, size=size).image)
    assert frame.timestamp == 50 / sample.FPS
    assert len(truth) == made.dancers
    assert all(np.array_equal(pose.xy, other.xy) for pose, other in zip(truth, expected, strict=True))
    later = sample.ground_truth(50 + round(made.duration * sample.FPS), scene=name, size=size)
    assert later[0].xy == pytest.approx(truth[0].xy, abs=2)  # the length is not a whole number of frames


def test_the_dancers_of_the_duet_do_not_always_do_the_same() -> None:
    made = sample.CHOREOGRAPHIES["duet"]
    times = np.arange(0, made.duration, 0.25)
    one, other = ([made.posture(t, part) for t in times] for part in (0, 1))
    same = np.array([a == pytest.approx(b) for a, b in zip(one, other, strict=True)])
    in_mirror_image = np.array([a == pytest.approx(b.mirrored()) for a, b in zip(one, other, strict=True)])
    assert 0.1 < same.mean() < 0.5
    assert (~same & ~in_mirror_image).mean() > 0.2
