"""Rendered dancer: images and ground truth agree, and the motion is smooth, repeatable and anatomically possible."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from pose_demo import sample
from pose_demo.sample.dance import FRAMES_PER_BEAT, dance, loop_length
from pose_demo.sample.posture import Posture
from pose_demo.sample.rig import FOREARM, SHIN, THIGH, TORSO, UPPER_ARM, build_rig
from pose_demo.skeletons import COCO_17
from pose_demo.types import InputError, Pose

SIZES = ((160, 120), (640, 480), (480, 640), (360, 640), (1280, 720), (640, 200))
LOOP = loop_length()


def _point(pose: Pose, keypoint: str) -> np.ndarray:
    return pose.xy[COCO_17.index(keypoint)]


def _color(image: np.ndarray, point: np.ndarray) -> np.ndarray:
    x, y = (int(value) for value in point)
    return image[y, x].astype(int)


def _has_hue(color: np.ndarray, expected: tuple[int, int, int], tolerance: float = 0.08) -> bool:
    """Whether two colors agree except for their brightness, which the shading changes."""
    one, other = color / np.linalg.norm(color), np.array(expected) / np.linalg.norm(expected)
    return bool(np.linalg.norm(one - other) < tolerance)


@pytest.mark.parametrize("scene", sample.SCENES)
def test_equal_arguments_give_equal_frames(scene: str) -> None:
    first = sample.frame(77, scene=scene, seed=3)
    sample.frame(5, scene="duo", size=(320, 240))
    again = sample.frame(77, scene=scene, seed=3)
    assert np.array_equal(first.image, again.image)
    for one, other in zip(
        sample.ground_truth(77, scene=scene, seed=3), sample.ground_truth(77, scene=scene, seed=3), strict=True
    ):
        assert np.array_equal(one.xy, other.xy)


def test_timestamps_follow_the_frame_rate() -> None:
    assert [sample.frame(i, size=(160, 120)).timestamp for i in (0, 15, 300)] == pytest.approx([0, 0.5, 10])


def test_dance_repeats_after_the_loop_length() -> None:
    assert np.array_equal(sample.frame(3).image, sample.frame(3 + LOOP).image)
    assert LOOP / sample.FPS > 10


def test_consecutive_frames_differ() -> None:
    frames = [sample.frame(i, size=(320, 240)).image for i in range(8)]
    assert all(not np.array_equal(one, other) for one, other in itertools.pairwise(frames))


@pytest.mark.parametrize("size", SIZES)
def test_dancer_is_fully_visible_at_every_size(size: tuple[int, int]) -> None:
    for index in range(0, LOOP, 8):
        (pose,) = sample.ground_truth(index, size=size)
        assert (pose.xy > 0).all()
        assert (pose.xy < size).all()
        assert pose.scores.all()
        assert pose.box is not None
        assert pose.box.height > 0.35 * min(size)
    image = sample.frame(40, size=size).image
    assert image.shape == (size[1], size[0], 3)
    assert image.dtype == np.uint8
    assert image.flags.writeable


def test_modifying_a_frame_does_not_change_the_next() -> None:
    clean = sample.frame(0, scene="empty").image.copy()
    sample.frame(0, scene="empty").image[:] = 0
    assert np.array_equal(sample.frame(0, scene="empty").image, clean)


def test_ground_truth_types_and_shapes() -> None:
    (pose,) = sample.ground_truth(9)
    assert pose.skeleton is COCO_17
    assert pose.xy.shape == (17, 2)
    assert pose.xy.dtype == np.float32
    assert pose.scores.dtype == np.float32
    assert pose.track_id == 1


def test_bone_lengths_are_constant() -> None:
    body = sample.BODIES["c"]
    for index in range(0, LOOP, 5):
        joints = build_rig(dance(index / FRAMES_PER_BEAT), body).joints
        for side in ("left", "right"):
            for start, end, expected in (
                ("shoulder", "elbow", UPPER_ARM * body.arms),
                ("elbow", "wrist", FOREARM * body.arms),
                ("hip", "knee", THIGH * body.legs),
                ("knee", "ankle", SHIN * body.legs),
            ):
                bone = joints[f"{side}_{start}"] - joints[f"{side}_{end}"]
                assert np.linalg.norm(bone) == pytest.approx(expected * body.height, rel=1e-6)
        assert np.linalg.norm(joints["neck"] - joints["pelvis"]) == pytest.approx(TORSO * body.height, rel=1e-6)


def test_speed_and_acceleration_are_limited() -> None:
    """Every keypoint is slower than 2.7 body heights (4.7 meters) per second, and accelerates gradually."""
    path = np.array([sample.ground_truth(i)[0].xy for i in range(LOOP + 1)])
    body_height = 480 * 0.755
    speed = np.linalg.norm(np.diff(path, axis=0), axis=2)
    assert speed.max() < 0.09 * body_height
    assert np.linalg.norm(np.diff(path, n=2, axis=0), axis=2).max() < 0.025 * body_height
    assert (speed[:, COCO_17.index("left_wrist")] > 1).mean() > 0.7  # the dancer keeps moving


def test_foot_on_the_floor_does_not_slide() -> None:
    feet = np.array(
        [build_rig(dance(i / FRAMES_PER_BEAT), sample.BODIES["a"]).joints["left_ankle"] for i in range(LOOP)]
    )
    on_floor = feet[:, 1] < feet[:, 1].min() + 1e-6
    stays = on_floor[1:] & on_floor[:-1]
    assert stays.mean() > 0.4
    assert np.linalg.norm(np.diff(feet, axis=0), axis=1)[stays].max() < 1e-6


def test_elbow_and_knee_angles_are_anatomically_possible() -> None:
    for index in range(0, LOOP, 4):
        joints = build_rig(dance(index / FRAMES_PER_BEAT), sample.BODIES["a"]).joints
        for side, names in itertools.product(
            ("left", "right"), (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))
        ):
            first, middle, last = (joints[f"{side}_{name}"] for name in names)
            upper, lower = middle - first, last - middle
            flexion = np.degrees(np.arccos(upper @ lower / np.linalg.norm(upper) / np.linalg.norm(lower)))
            assert flexion < 150


def test_empty_scene_shows_only_the_room() -> None:
    assert sample.ground_truth(12, scene="empty") == ()
    room = sample.frame(12, scene="empty").image
    assert np.array_equal(room, sample.frame(99, scene="empty").image)
    dancer = sample.frame(12).image
    box = sample.ground_truth(12)[0].box
    assert box is not None
    assert np.array_equal(dancer[: int(box.y0) - 4], room[: int(box.y0) - 4])
    assert not np.array_equal(dancer, room)


@pytest.mark.parametrize("index", range(0, 300, 37))
def test_box_matches_the_rendered_dancer(index: int) -> None:
    """Pixels that differ from the empty room belong to the dancer; the floor has a higher threshold for the shadow."""
    change = np.abs(sample.frame(index).image.astype(int) - sample.frame(0, scene="empty").image).max(axis=2)
    rows, columns = np.nonzero(change > np.where(np.arange(480) < 390, 20, 105)[:, None])
    box = sample.ground_truth(index)[0].box
    assert box is not None
    drawn = np.array((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    assert drawn == pytest.approx(np.array((box.x0, box.y0, box.x1, box.y1)), abs=5)


def test_two_dancers_keep_their_track_ids() -> None:
    for index in range(0, LOOP, 16):
        one, other = sample.ground_truth(index, scene="duo")
        assert (one.track_id, other.track_id) == (1, 2)
        assert one.xy[:, 0].mean() > other.xy[:, 0].mean() + 100
        assert one.scores.all()
        assert other.scores.all()


def test_crossing_dancers_overlap_and_the_far_one_is_occluded() -> None:
    sides, occluded = set(), 0.0
    for index in range(0, 512, 4):
        near, far = sample.ground_truth(index, scene="crossing")
        sides.add(bool(near.xy[:, 0].mean() < far.xy[:, 0].mean()))
        assert near.scores.all()
        occluded = max(occluded, 1 - float(far.scores.mean()))
    assert sides == {True, False}
    assert occluded > 0.6


def test_scores_agree_with_the_rendered_occlusion() -> None:
    """While two dancers overlap, each nose has its dancer's skin color exactly when its score is 1."""
    occluded_noses = 0
    for index in range(0, 512, 4):
        near, far = sample.ground_truth(index, scene="crossing")
        if far.scores.all():
            continue
        image = sample.frame(index, scene="crossing").image
        assert _has_hue(_color(image, _point(near, "nose")), sample.BODIES["a"].skin)
        if far.scores[COCO_17.index("nose")]:
            assert _has_hue(_color(image, _point(far, "nose")), sample.BODIES["b"].skin)
        else:
            occluded_noses += 1
            assert not _has_hue(_color(image, _point(far, "nose")), sample.BODIES["b"].skin)
    assert occluded_noses


def test_another_seed_gives_another_crossing() -> None:
    paths = [
        np.array([sample.ground_truth(i, scene="crossing", seed=s)[0].xy[0, 0] for i in range(0, 200, 20)])
        for s in (0, 1)
    ]
    assert np.abs(paths[0] - paths[1]).max() > 20


def test_enter_scene_begins_and_ends_without_a_dancer() -> None:
    counts = [len(sample.ground_truth(index, scene="enter")) for index in range(0, 768, 4)]
    assert counts[0] == 0
    assert max(counts) == 1
    assert sum(a != b for a, b in itertools.pairwise(counts)) == 2
    partial = [
        pose for i in range(0, 768, 2) for pose in sample.ground_truth(i, scene="enter") if not pose.scores.all()
    ]
    assert {bool(pose.xy[0, 0] < 320) for pose in partial} == {True, False}  # enters on one side, leaves on the other
    for pose in partial:
        inside = ((pose.xy >= 0) & (pose.xy < (640, 480))).all(axis=1)
        assert np.array_equal(pose.scores, inside)


def test_error_for_an_unknown_name_lists_the_known_names() -> None:
    with pytest.raises(InputError, match="solo, duo"):
        sample.frame(0, scene="ballroom")
    with pytest.raises(InputError, match="t-pose"):
        sample.still("headstand")
    with pytest.raises(InputError, match="a, b"):
        sample.still("star", body="z")


def _normalized(pose: Pose) -> np.ndarray:
    points = pose.xy - pose.xy[[11, 12]].mean(axis=0)
    return points / np.linalg.norm(points[[5, 6]].mean(axis=0))


def test_named_poses_differ_from_each_other() -> None:
    shapes = {name: _normalized(sample.still(name)[1]) for name in sample.POSES}
    assert {"arms-up", "t-pose", "warrior", "star", "hands-on-hips", "tree", "lunge", "disco"} <= set(shapes)
    for (one, a), (other, b) in itertools.combinations(shapes.items(), 2):
        difference = np.linalg.norm(a - b, axis=1).max()
        assert difference > 0.3, f"the poses {one} and {other} are nearly equal"


@pytest.mark.parametrize("name", sample.POSES)
def test_mirrored_still_has_flipped_keypoints(name: str) -> None:
    _, original = sample.still(name)
    _, mirrored = sample.still(name, mirrored=True)
    expected = (original.xy * (-1, 1) + (640, 0))[COCO_17.flip]
    assert mirrored.xy == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("name", "body"), list(itertools.product(sample.POSES, sample.BODIES)))
def test_keypoints_lie_on_the_expected_colors(name: str, body: str) -> None:
    """The image and the ground truth use the same joints."""
    image, pose = sample.still(name, body=body, size=(960, 720))
    colors = sample.BODIES[body]
    chest = pose.xy[[5, 6]].mean(axis=0) * 0.7 + pose.xy[[11, 12]].mean(axis=0) * 0.3
    assert _has_hue(_color(image, chest), colors.shirt)
    for keypoint, expected in (
        ("left_wrist", colors.skin),
        ("right_wrist", colors.skin),
        ("left_knee", colors.trousers),
        ("right_knee", colors.trousers),
    ):
        assert _has_hue(_color(image, _point(pose, keypoint)), expected), keypoint
    for keypoint in ("left_eye", "right_eye"):
        x, y = (int(value) for value in _point(pose, keypoint))
        assert image[y - 1 : y + 2, x - 1 : x + 2].max(axis=2).min() < 60, "the center of an eye is its dark pupil"


def test_scale_and_body_change_the_size() -> None:
    def height(pose: Pose) -> float:
        assert pose.box is not None
        return pose.box.height

    default = height(sample.still("stand")[1])
    assert height(sample.still("stand", scale=0.6)[1]) == pytest.approx(0.6 * default, rel=0.03)
    assert height(sample.still("stand", body="c")[1]) > default
    tall = replace(sample.BODIES["a"], height=1.1)
    assert height(sample.still("stand", body=tall)[1]) == pytest.approx(1.1 * default, rel=0.03)


def test_mirroring_a_posture_twice_restores_it() -> None:
    posture = Posture(
        pelvis_x=0.1, body_yaw=5, left_arm_elevation=60, right_arm_elevation=20, left_foot_x=0.3, right_foot_x=-0.1
    )
    assert posture.mirrored() != posture
    assert posture.mirrored().mirrored() == posture
