"""True keypoints: drawn or annotated."""

from dataclasses import replace

import numpy as np
import pytest
from known_poses import standing
from made_outputs import frame_output, outputs_of

from pose_demo import sample
from pose_demo.explore.footage.annotations import write_annotations
from pose_demo.explore.footage.clip import Clip, open_clip
from pose_demo.explore.footage.ground_truth import TRUE, has_true_keypoints, true_keypoints
from pose_demo.metrics.accuracy import id_switches
from pose_demo.metrics.alignment import align
from pose_demo.types import InputError


def test_the_sample_and_annotated_clips_have_true_keypoints(make_clip):
    clip = open_clip(make_clip(2))
    assert not has_true_keypoints(clip) and has_true_keypoints(open_clip("sample:duo", 2))
    assert has_true_keypoints(replace(clip, annotations="true.json"))


@pytest.mark.parametrize("first", [0, 30])
def test_the_drawn_keypoints_of_a_part(first):
    frames = [frame_output(first + index, size=(320, 240)) for index in range(3)]
    truth = true_keypoints(Clip("part", "sample:duo", start=first / 30), outputs_of(*frames))
    assert truth.kind == TRUE
    for index, poses in enumerate(truth.poses):
        expected = sample.ground_truth(first + index, size=(320, 240), scene="duo")
        assert [pose.track_id for pose in poses] == [1, 2]
        assert all(np.array_equal(a.xy, b.xy) for a, b in zip(poses, expected, strict=True))


def annotated(tmp_path, poses, skipped=0):
    write_annotations(tmp_path / "true.json", poses, (640, 480))
    frames = [frame_output(index) for index in range(len(poses) - skipped)]
    clip = Clip("clip.mp4", "clip.mp4", annotations=str(tmp_path / "true.json"))
    return true_keypoints(clip, replace(outputs_of(*frames), skipped=skipped)).poses


def two_persons(count, **pose):
    return [(standing(100 + index, **pose), standing(400 - index, **pose)) for index in range(count)]


def test_annotated_persons_without_track_ids_are_tracked(tmp_path):
    truth = annotated(tmp_path, two_persons(5, track_id=None))
    assert [[pose.track_id for pose in poses] for poses in truth] == [[1, 2]] * 5
    found = align(truth, truth, [index / 30 for index in range(5)], [2] * 5)
    assert found.person.tolist() == [1] * 5 + [2] * 5 and id_switches(found) == 0


def test_annotated_track_ids_are_kept(tmp_path):
    poses = [(standing(100, track_id=7), standing(400, track_id=3)), (standing(100, track_id=7),)]
    assert [[pose.track_id for pose in frame] for frame in annotated(tmp_path, poses)] == [[7, 3], [7]]


def test_annotations_before_the_part_are_skipped(tmp_path):
    truth = annotated(tmp_path, two_persons(5), skipped=2)
    assert [poses[0].xy[0, 0] for poses in truth] == [102, 103, 104]


def test_annotations_of_other_frames_are_refused(tmp_path):
    write_annotations(tmp_path / "true.json", two_persons(2), (640, 480))
    clip = Clip("clip.mp4", "clip.mp4", annotations=str(tmp_path / "true.json"))
    with pytest.raises(InputError, match=r"true.json: expected annotations of the frames 0 to 2"):
        true_keypoints(clip, outputs_of(*(frame_output(index) for index in range(3))))
