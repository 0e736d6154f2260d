"""Performances: a delay, a style, another body and a lowered arm change exactly what they name."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from pose_demo import sample
from pose_demo.matching.limb_angles import LIMBS, angle_difference, limb_angles_of
from pose_demo.sample.posture import Posture, lower_arm
from pose_demo.sample.rig import build_rig
from pose_demo.skeletons import COCO_17

FIRST_STEPS = sample.CHOREOGRAPHIES["first-steps"]
EXACT = sample.Performance(choreography=FIRST_STEPS)
ARMS_OUT = 10 * 60 / FIRST_STEPS.bpm  # count 11: both arms out, standing
TIMES = np.arange(0, FIRST_STEPS.duration, 0.1)


def pose(performance: sample.Performance, timestamp: float, **options: tuple[int, int]):
    (pose,) = sample.performance_poses([performance], timestamp, **options)
    return pose


@pytest.mark.parametrize("delay", [0.15, -0.12, 0.3])
def test_a_delay_shifts_everything_exactly(delay: float) -> None:
    styled = replace(EXACT, style=sample.Style(3, jitter=0.01), lowered=sample.LoweredArm("left", 25, 5, 8))
    for performance in (EXACT, styled):
        late = replace(performance, delay=delay)
        for t in TIMES[::9]:
            assert np.allclose(late.posture(t + delay), performance.posture(t), atol=1e-6)
            assert pose(late, t + delay).xy == pytest.approx(pose(performance, t).xy, abs=1e-3)


def test_the_arm_is_lowered_by_the_angle_and_nothing_else_changes() -> None:
    lowered = replace(EXACT, lowered=sample.LoweredArm("right", 25, ARMS_OUT - 1, ARMS_OUT + 1))
    before, after = pose(EXACT, ARMS_OUT), pose(lowered, ARMS_OUT)
    moved = np.linalg.norm(after.xy - before.xy, axis=1) > 1e-3
    assert [COCO_17.keypoints[i] for i in np.flatnonzero(moved)] == ["right_shoulder", "right_elbow", "right_wrist"]
    change = angle_difference(limb_angles_of(after).angles, limb_angles_of(before).angles)
    assert change[LIMBS.index("right upper arm")] == pytest.approx(25, abs=0.5)
    assert change[LIMBS.index("right forearm")] == pytest.approx(25, abs=0.5)
    assert after.xy[COCO_17.index("right_wrist"), 1] > before.xy[COCO_17.index("right_wrist"), 1] + 20


def test_the_arm_is_lowered_only_in_the_interval() -> None:
    lowered = replace(EXACT, lowered=sample.LoweredArm("left", 25, 6, 7))
    changed = np.array([lowered.posture(t) != EXACT.posture(t) for t in TIMES])
    assert changed[(TIMES > 5.8) & (TIMES < 7.2)].all()
    assert not changed[(TIMES < 5.7) | (TIMES > 7.3)].any()


def test_lowering_keeps_the_elbow_and_ends_at_hanging() -> None:
    body, bent = sample.BODIES["a"], Posture(left_arm_elevation=80, left_arm_azimuth=50, left_forearm_elevation=110)
    lowered = lower_arm(bent, "left", 30)
    assert lowered.left_arm_elevation == pytest.approx(50)
    wrist_to_shoulder = [
        np.linalg.norm(rig["left_wrist"] - rig["left_shoulder"])
        for rig in (build_rig(posture, body).joints for posture in (bent, lowered))
    ]
    assert wrist_to_shoulder[0] == pytest.approx(wrist_to_shoulder[1])
    assert lower_arm(bent, "left", 200).left_arm_elevation == pytest.approx(0)
    assert lower_arm(bent, "left", 0) == pytest.approx(bent)


def test_a_style_depends_on_its_seed_alone_and_is_moderate() -> None:
    def angles(seed: int | None) -> np.ndarray:
        performance = replace(EXACT, style=None if seed is None else sample.Style(seed))
        return np.array([limb_angles_of(pose(performance, t)).angles for t in TIMES])

    exact, one, again, other = angles(None), angles(1), angles(1), angles(2)
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert 0.5 < np.median(angle_difference(one, exact)) < 6
    arms = [LIMBS.index("left upper arm"), LIMBS.index("right upper arm")]
    assert np.percentile(angle_difference(one, exact)[:, arms], 95) < 15
    deviations = [
        replace(EXACT, style=sample.Style(1)).posture(t).chest_roll - EXACT.posture(t).chest_roll for t in TIMES
    ]
    assert np.abs(np.diff(deviations)).max() < 0.9  # smooth: degrees per 0.1 s


def test_the_deviations_of_styles_are_as_large_as_named() -> None:
    deviations = [
        replace(EXACT, style=sample.Style(seed, degrees=5)).posture(t).left_arm_elevation
        - EXACT.posture(t).left_arm_elevation
        for seed in range(40)
        for t in (1.0, 9.0, 17.0)
    ]
    assert np.std(deviations) == pytest.approx(5, rel=0.25)
    lags = [sample.Style(seed, jitter=0.02).time(t) - t for seed in range(40) for t in (1.0, 9.0, 17.0)]
    assert np.std(lags) == pytest.approx(0.02, rel=0.25)
    assert sample.Style(7).time(3.0) == 3.0


def test_a_mirrored_performance_has_flipped_keypoints() -> None:
    mirrored = replace(EXACT, mirrored=True)
    flipped = (pose(EXACT, 4.1).xy * (-1, 1) + (640, 0))[COCO_17.flip]
    assert pose(mirrored, 4.1).xy == pytest.approx(flipped, abs=0.01)


def test_another_body_has_the_same_angles() -> None:
    one, other = pose(EXACT, ARMS_OUT), pose(replace(EXACT, body=sample.BODIES["d"]), ARMS_OUT)
    assert np.abs(one.xy - other.xy).max() > 10
    assert np.median(angle_difference(limb_angles_of(one).angles, limb_angles_of(other).angles)) < 3


def cast(name: str, count: int) -> list[sample.Performance]:
    made = sample.CHOREOGRAPHIES[name]
    return [
        sample.Performance(
            choreography=made,
            part=index % made.dancers,
            body=body,
            style=sample.Style(index),
            delay=0.3 * (-1) ** index,
        )
        for index, body in enumerate(itertools.islice(sample.BODIES.values(), count))
    ]


@pytest.mark.parametrize(("count", "size"), [(1, (640, 480)), (2, (480, 640)), (4, (1280, 480))])
@pytest.mark.parametrize("name", sample.CHOREOGRAPHIES)
def test_dancers_side_by_side_are_neither_cut_off_nor_overlap(name: str, count: int, size: tuple[int, int]) -> None:
    dancers = cast(name, count)
    for t in np.arange(0, sample.CHOREOGRAPHIES[name].duration, 0.4):
        poses = sample.performance_poses(dancers, t, size=size)
        assert [found.track_id for found in poses] == list(range(1, count + 1))
        assert all(found.scores.all() for found in poses)
        for found in poses:
            assert 0 < found.box.x0 < found.box.x1 < size[0]
            assert 0 < found.box.y0 < found.box.y1 < size[1]
        for right, left in itertools.pairwise(poses):
            assert left.xy[:, 0].max() < right.xy[:, 0].min()


def test_two_performers_differ_and_are_those_of_single_performances() -> None:
    dancers = cast("first-steps", 2)
    one, other = sample.performance_poses(dancers, 6.0)
    assert np.median(angle_difference(limb_angles_of(one).angles, limb_angles_of(other).angles)) > 3
    for found, dancer in zip((one, other), dancers, strict=True):
        alone = limb_angles_of(pose(dancer, 6.0)).angles
        assert angle_difference(limb_angles_of(found).angles, alone).max() < 6  # only the perspective differs


def test_an_image_shows_every_performer_where_the_keypoints_are() -> None:
    dancers = cast("jumps", 4)
    size = (1280, 480)
    frame = sample.performance_frame(dancers, 3.1, size=size)
    assert frame.timestamp == 3.1
    for found, dancer in zip(sample.performance_poses(dancers, 3.1, size=size), dancers, strict=True):
        x, y = (found.xy[[5, 6]].mean(axis=0) * 0.7 + found.xy[[11, 12]].mean(axis=0) * 0.3).astype(int)
        color, shirt = frame.image[y, x] / 255, np.array(dancer.body.shirt) / 255
        assert np.linalg.norm(color / np.linalg.norm(color) - shirt / np.linalg.norm(shirt)) < 0.08
