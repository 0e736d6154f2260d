"""The drawn dancer: its pictures and its truth belong together, move smoothly, and never surprise."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from pose_demo import sample
from pose_demo.sample.choreography import dance, length
from pose_demo.sample.rig import FOREARM, SHIN, THIGH, TORSO, UPPER_ARM, Posture, pose_body
from pose_demo.skeletons import COCO_17
from pose_demo.types import InputError, Pose

SIZES = ((160, 120), (640, 480), (480, 640), (360, 640), (1280, 720), (640, 200))
LOOP = length()


def _at(pose: Pose, keypoint: str) -> np.ndarray:
    return pose.xy[COCO_17.index(keypoint)]


def _colour(image: np.ndarray, point: np.ndarray) -> np.ndarray:
    x, y = (int(value) for value in point)
    return image[y, x].astype(int)


def _is_near(colour: np.ndarray, wanted: tuple[int, int, int], tolerance: float = 0.08) -> bool:
    """The same hue at any brightness: the figure is shaded."""
    one, other = colour / np.linalg.norm(colour), np.array(wanted) / np.linalg.norm(wanted)
    return bool(np.linalg.norm(one - other) < tolerance)


@pytest.mark.parametrize("scene", sample.SCENES)
def test_a_frame_depends_on_nothing_but_its_index(scene: str) -> None:
    first = sample.frame(77, scene=scene, seed=3)
    sample.frame(5, scene="duo", size=(320, 240))
    again = sample.frame(77, scene=scene, seed=3)
    assert np.array_equal(first.image, again.image)
    for one, other in zip(sample.truth(77, scene=scene, seed=3), sample.truth(77, scene=scene, seed=3), strict=True):
        assert np.array_equal(one.xy, other.xy)


def test_time_runs_at_the_stated_rate() -> None:
    assert [sample.frame(i, size=(160, 120)).timestamp for i in (0, 15, 300)] == pytest.approx([0, 0.5, 10])


def test_the_dance_repeats_without_a_seam() -> None:
    assert np.array_equal(sample.frame(3).image, sample.frame(3 + LOOP).image)
    assert LOOP / sample.FPS > 10


def test_neighbouring_frames_differ() -> None:
    frames = [sample.frame(i, size=(320, 240)).image for i in range(8)]
    assert all(not np.array_equal(one, other) for one, other in itertools.pairwise(frames))


@pytest.mark.parametrize("size", SIZES)
def test_the_whole_dancer_fits_into_every_size(size: tuple[int, int]) -> None:
    for index in range(0, LOOP, 8):
        (pose,) = sample.truth(index, size=size)
        assert (pose.xy > 0).all()
        assert (pose.xy < size).all()
        assert pose.scores.all()
        assert pose.box is not None
        assert pose.box.height > 0.35 * min(size)
    image = sample.frame(40, size=size).image
    assert image.shape == (size[1], size[0], 3)
    assert image.dtype == np.uint8
    assert image.flags.writeable


def test_drawing_on_a_frame_does_not_spoil_the_next() -> None:
    clean = sample.frame(0, scene="empty").image.copy()
    sample.frame(0, scene="empty").image[:] = 0
    assert np.array_equal(sample.frame(0, scene="empty").image, clean)


def test_truth_has_the_types_everybody_else_expects() -> None:
    (pose,) = sample.truth(9)
    assert pose.skeleton is COCO_17
    assert pose.xy.shape == (17, 2)
    assert pose.xy.dtype == np.float32
    assert pose.scores.dtype == np.float32
    assert pose.track_id == 1


def test_bones_keep_their_lengths() -> None:
    body = sample.BODIES["c"]
    for index in range(0, LOOP, 5):
        joints = pose_body(dance(index / 16), body).joints
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


def test_nobody_jumps() -> None:
    """Even a wrist stays under 2.7 statures (4.7 metres) a second, and nothing changes its speed in one blow."""
    path = np.array([sample.truth(i)[0].xy for i in range(LOOP + 1)])
    stature = 480 * 0.755
    speed = np.linalg.norm(np.diff(path, axis=0), axis=2)
    assert speed.max() < 0.09 * stature
    assert np.linalg.norm(np.diff(path, n=2, axis=0), axis=2).max() < 0.025 * stature
    assert (speed[:, COCO_17.index("left_wrist")] > 1).mean() > 0.7  # it is a dance


def test_a_foot_on_the_floor_does_not_slide() -> None:
    feet = np.array([pose_body(dance(i / 16), sample.BODIES["a"]).joints["left_ankle"] for i in range(LOOP)])
    stands = feet[:, 1] < feet[:, 1].min() + 1e-6
    both = stands[1:] & stands[:-1]
    assert both.mean() > 0.4
    assert np.linalg.norm(np.diff(feet, axis=0), axis=1)[both].max() < 1e-6


def test_elbows_and_knees_bend_no_farther_than_a_person_s() -> None:
    for index in range(0, LOOP, 4):
        joints = pose_body(dance(index / 16), sample.BODIES["a"]).joints
        for side, names in itertools.product(
            ("left", "right"), (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))
        ):
            first, middle, last = (joints[f"{side}_{name}"] for name in names)
            one, other = middle - first, last - middle
            bend = np.degrees(np.arccos(one @ other / np.linalg.norm(one) / np.linalg.norm(other)))
            assert bend < 150


def test_an_empty_scene_is_the_room_and_nobody() -> None:
    assert sample.truth(12, scene="empty") == ()
    room = sample.frame(12, scene="empty").image
    assert np.array_equal(room, sample.frame(99, scene="empty").image)
    dancer = sample.frame(12).image
    box = sample.truth(12)[0].box
    assert box is not None
    assert np.array_equal(dancer[: int(box.y0) - 4], room[: int(box.y0) - 4])
    assert not np.array_equal(dancer, room)


@pytest.mark.parametrize("index", range(0, 300, 37))
def test_the_box_holds_the_drawn_figure(index: int) -> None:
    """Pixels unlike the room's are the dancer's; over the floor only if very unlike: a shadow falls on it."""
    change = np.abs(sample.frame(index).image.astype(int) - sample.frame(0, scene="empty").image).max(axis=2)
    rows, columns = np.nonzero(change > np.where(np.arange(480) < 390, 20, 105)[:, None])
    box = sample.truth(index)[0].box
    assert box is not None
    drawn = np.array((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    assert drawn == pytest.approx(np.array((box.x0, box.y0, box.x1, box.y1)), abs=5)


def test_two_dancers_keep_their_names() -> None:
    for index in range(0, LOOP, 16):
        one, other = sample.truth(index, scene="duo")
        assert (one.track_id, other.track_id) == (1, 2)
        assert one.xy[:, 0].mean() > other.xy[:, 0].mean() + 100
        assert one.scores.all()
        assert other.scores.all()


def test_crossing_dancers_overlap_and_the_one_behind_is_hidden() -> None:
    sides, hidden = set(), 0.0
    for index in range(0, 512, 4):
        near, far = sample.truth(index, scene="crossing")
        sides.add(bool(near.xy[:, 0].mean() < far.xy[:, 0].mean()))
        assert near.scores.all()
        hidden = max(hidden, 1 - float(far.scores.mean()))
    assert sides == {True, False}
    assert hidden > 0.6


def test_what_the_truth_calls_visible_is_what_is_painted() -> None:
    """While two dancers overlap: the near one's nose is always theirs, the far one's when its score says so."""
    hidden_noses = 0
    for index in range(0, 512, 4):
        near, far = sample.truth(index, scene="crossing")
        if far.scores.all():
            continue
        image = sample.frame(index, scene="crossing").image
        assert _is_near(_colour(image, _at(near, "nose")), sample.BODIES["a"].skin)
        if far.scores[COCO_17.index("nose")]:
            assert _is_near(_colour(image, _at(far, "nose")), sample.BODIES["b"].skin)
        else:
            hidden_noses += 1
            assert not _is_near(_colour(image, _at(far, "nose")), sample.BODIES["b"].skin)
    assert hidden_noses


def test_another_seed_is_another_crossing() -> None:
    paths = [
        np.array([sample.truth(i, scene="crossing", seed=s)[0].xy[0, 0] for i in range(0, 200, 20)]) for s in (0, 1)
    ]
    assert np.abs(paths[0] - paths[1]).max() > 20


def test_entering_begins_and_ends_with_nobody() -> None:
    counts = [len(sample.truth(index, scene="enter")) for index in range(0, 768, 4)]
    assert counts[0] == 0
    assert max(counts) == 1
    assert sum(a != b for a, b in itertools.pairwise(counts)) == 2
    partly = [pose for i in range(0, 768, 2) for pose in sample.truth(i, scene="enter") if not pose.scores.all()]
    assert {bool(pose.xy[0, 0] < 320) for pose in partly} == {True, False}  # in on one side, out on the other
    for pose in partly:
        inside = ((pose.xy >= 0) & (pose.xy < (640, 480))).all(axis=1)
        assert np.array_equal(pose.scores, inside)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="solo, duo"):
        sample.frame(0, scene="ballroom")
    with pytest.raises(InputError, match="t-pose"):
        sample.still("headstand")
    with pytest.raises(InputError, match="a, b"):
        sample.still("star", body="z")


def _shape(pose: Pose) -> np.ndarray:
    points = pose.xy - pose.xy[[11, 12]].mean(axis=0)
    return points / np.linalg.norm(points[[5, 6]].mean(axis=0))


def test_named_poses_differ_from_each_other() -> None:
    shapes = {name: _shape(sample.still(name)[1]) for name in sample.POSES}
    assert {"arms-up", "t-pose", "warrior", "star", "hands-on-hips", "tree", "lunge", "disco"} <= set(shapes)
    for (one, a), (other, b) in itertools.combinations(shapes.items(), 2):
        apart = np.linalg.norm(a - b, axis=1).max()
        assert apart > 0.3, f"{one} and {other} look the same"


@pytest.mark.parametrize("name", sample.POSES)
def test_a_still_in_the_mirror_is_the_flipped_still(name: str) -> None:
    _, plain = sample.still(name)
    _, mirrored = sample.still(name, mirrored=True)
    expected = (plain.xy * (-1, 1) + (640, 0))[COCO_17.flip]
    assert mirrored.xy == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("name", "body"), list(itertools.product(sample.POSES, sample.BODIES)))
def test_wrists_are_skin_and_chests_are_shirt(name: str, body: str) -> None:
    """The truth and the drawing cannot drift apart."""
    image, pose = sample.still(name, body=body, size=(960, 720))
    looks = sample.BODIES[body]
    chest = pose.xy[[5, 6]].mean(axis=0) * 0.7 + pose.xy[[11, 12]].mean(axis=0) * 0.3
    assert _is_near(_colour(image, chest), looks.shirt)
    for keypoint, wanted in (
        ("left_wrist", looks.skin),
        ("right_wrist", looks.skin),
        ("left_knee", looks.trousers),
        ("right_knee", looks.trousers),
    ):
        assert _is_near(_colour(image, _at(pose, keypoint)), wanted), keypoint
    for keypoint in ("left_eye", "right_eye"):
        x, y = (int(value) for value in _at(pose, keypoint))
        assert image[y - 1 : y + 2, x - 1 : x + 2].max(axis=2).min() < 60, "an eye's centre is its dark pupil"


def test_scale_and_bodies_change_the_size() -> None:
    def height(pose: Pose) -> float:
        assert pose.box is not None
        return pose.box.height

    usual = height(sample.still("stand")[1])
    assert height(sample.still("stand", scale=0.6)[1]) == pytest.approx(0.6 * usual, rel=0.03)
    assert height(sample.still("stand", body="c")[1]) > usual
    tall = replace(sample.BODIES["a"], height=1.1)
    assert height(sample.still("stand", body=tall)[1]) == pytest.approx(1.1 * usual, rel=0.03)


def test_a_mirrored_posture_mirrored_again_is_itself() -> None:
    posture = Posture(x=0.1, turn=5, l_out=60, r_out=20, l_x=0.3, r_x=-0.1)
    assert posture.mirrored() != posture
    assert posture.mirrored().mirrored() == posture
