"""Accuracy against known keypoints, with numbers computed by hand."""

from dataclasses import replace

import numpy as np
import pytest
from known_poses import AREA, LEFT_WRIST, NOSE, moved, scored, standing

from pose_demo.metrics import accuracy
from pose_demo.metrics.alignment import NOT_DETECTED, align, body_area
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, COCO_FROM_BLAZEPOSE
from pose_demo.types import Box, Pose

CONFIDENCE = 0.3


def aligned(estimates, truth, counts=None):
    """The alignment of frames at 10 fps."""
    times = [index / 10 for index in range(len(truth))]
    return align(estimates, truth, times, [len(poses) for poses in estimates] if counts is None else counts)


def measures(estimates, truth, counts=None):
    alignment = aligned(estimates, truth, counts)
    return {
        "oks": accuracy.oks(alignment),
        "pck": accuracy.pck(alignment, CONFIDENCE),
        "missing": accuracy.missing_keypoints(alignment, CONFIDENCE),
        "accuracy": accuracy.accuracy(alignment, CONFIDENCE),
        "count": accuracy.correct_count(alignment),
        "switches": accuracy.id_switches(alignment),
    }


PERFECT = {"oks": 1, "pck": 1, "missing": 0, "accuracy": 1, "count": 1, "switches": 0}


def test_exact_poses_are_perfect():
    assert measures([(standing(),)] * 3, [(standing(),)] * 3) == PERFECT


def test_the_similarity_of_a_keypoint_is_that_of_oks():
    found = aligned([(moved(standing(), NOSE, dx=3, dy=4),)], [(standing(),)])
    expected = np.exp(-25 / (2 * AREA * (2 * COCO_17.sigmas[NOSE]) ** 2))
    assert found.similarity[0, NOSE] == pytest.approx(expected)
    assert np.all(np.delete(found.similarity[0], NOSE) == 1)
    assert accuracy.oks(found) == pytest.approx((16 + expected) / 17)
    assert found.distance[0, NOSE] == pytest.approx(0.05)


def test_the_area_is_that_of_the_box_where_there_is_one():
    assert body_area(standing()) == pytest.approx(AREA)
    assert body_area(replace(standing(), box=Box(0, 0, 10, 20))) == pytest.approx(0.53 * 200)


@pytest.mark.parametrize(("pixels", "hits"), [(19.9, 17), (20.1, 16)])
def test_a_keypoint_is_correct_within_a_fifth_of_the_torso(pixels, hits):
    assert measures([(moved(standing(), LEFT_WRIST, dx=pixels),)], [(standing(),)])["pck"] == pytest.approx(hits / 17)


@pytest.mark.parametrize(("score", "missing"), [(0.29, 1), (0.31, 0)])
def test_a_keypoint_below_the_confidence_is_missing(score, missing):
    found = measures([(scored(standing(), LEFT_WRIST, score),)], [(standing(),)])
    assert found["missing"] == pytest.approx(missing / 17)
    assert found["pck"] == found["accuracy"] == pytest.approx(1 - missing / 17)
    assert found["oks"] == 1  # OKS does not depend on the confidence


def test_an_invisible_keypoint_counts_only_when_it_is_shown():
    truth = scored(standing(), LEFT_WRIST, 0.0)
    shown = measures([(moved(standing(), LEFT_WRIST, dx=500),)], [(truth,)])
    assert shown == PERFECT | {"accuracy": pytest.approx(16 / 17)}
    assert measures([(truth,)], [(truth,)]) == PERFECT


def test_several_persons_are_assigned_by_their_keypoints():
    truth = [(standing(100, track_id=1), standing(400, track_id=2))]
    found = aligned([(standing(402, track_id=7), standing(101, track_id=8))], truth)
    assert found.person.tolist() == [1, 2] and found.track.tolist() == [8, 7]
    assert found.xy[:, NOSE, 0].tolist() == [101, 402] and found.true_xy[:, NOSE, 0].tolist() == [100, 400]
    assert accuracy.pck(found, CONFIDENCE) == 1


def test_the_more_similar_of_two_poses_is_assigned():
    found = aligned([(standing(330, track_id=7), standing(321, track_id=8))], [(standing(),)])
    assert found.track.tolist() == [8] and accuracy.correct_count(found) == 0
    assert accuracy.accuracy(found, CONFIDENCE) == pytest.approx(found.similarity[0].mean() / 2)


def test_one_of_two_persons_is_not_detected():
    truth = [(standing(100, track_id=1), standing(400, track_id=2))]
    half = {"oks": 0.5, "pck": 0.5, "missing": 0.5, "accuracy": 0.5, "count": 0, "switches": 0}
    assert measures([(standing(100),)], truth) == half


def test_a_person_who_is_never_detected():
    none = {"oks": 0, "pck": 0, "missing": 1, "accuracy": 0, "count": 0, "switches": 0}
    assert measures([(), ()], [(standing(),)] * 2) == none
    found = aligned([(), ()], [(standing(),)] * 2)
    assert found.track.tolist() == [NOT_DETECTED] * 2 and not found.detected.any() and np.isnan(found.xy).all()
    assert np.isinf(found.distance).all()


def test_a_pose_far_from_every_person_is_a_false_one():
    expected = {"oks": 0, "pck": 0, "missing": 1, "accuracy": 0, "count": 1, "switches": 0}
    assert measures([(standing(3000),)], [(standing(),)]) == expected


def test_frames_without_persons():
    nothing = {"oks": None, "pck": None, "missing": None, "accuracy": 1, "count": 1, "switches": 0}
    assert measures([(), ()], [(), ()]) == nothing
    assert measures([(standing(),), ()], [(), ()]) == nothing | {"accuracy": 0.5, "count": 0.5}


def test_no_frames():
    nothing = dict.fromkeys(PERFECT) | {"switches": 0}
    assert measures([], []) == nothing


def test_the_count_is_given_separately_for_models_without_keypoints():
    assert measures([(), ()], [(standing(),)] * 2, counts=[1, 2])["count"] == 0.5


def test_a_person_without_a_visible_keypoint_does_not_count():
    hidden = replace(standing(track_id=2), scores=np.zeros(17, np.float32))
    assert measures([(standing(),)], [(standing(), hidden)]) == PERFECT
    assert measures([()], [(hidden,)]) == {"oks": None, "pck": None, "missing": None} | {
        "accuracy": 1,
        "count": 1,
        "switches": 0,
    }


def test_accuracy_is_the_mean_over_frames():
    """Right in one frame, a false person beside the true one in the next, nothing in the third."""
    estimates = [(standing(),), (standing(), standing(3000, track_id=5)), ()]
    assert measures(estimates, [(standing(),)] * 3)["accuracy"] == pytest.approx((1 + 0.5 + 0) / 3)


@pytest.mark.parametrize(
    ("tracks", "switches"),
    [([1, 1, 1], 0), ([1, 2, 1], 2), ([1, None, 1], 0), ([1, None, None, 2], 1), ([None, 3, None, 3, 4], 1)],
)
def test_id_switches_ignore_frames_without_the_person(tracks, switches):
    estimates = [() if track is None else (standing(track_id=track),) for track in tracks]
    assert measures(estimates, [(standing(),)] * len(tracks))["switches"] == switches


def test_exchanged_track_ids_of_two_persons_are_two_switches():
    truth = [(standing(100, track_id=1), standing(400, track_id=2))] * 4
    kept = (standing(100, track_id=5), standing(400, track_id=6))
    exchanged = (standing(100, track_id=6), standing(400, track_id=5))
    assert measures([kept, kept, exchanged, exchanged], truth) == PERFECT | {"switches": 2}


def test_blazepose_keypoints_are_compared_as_coco_keypoints():
    xy, scores = np.zeros((33, 2), np.float32), np.zeros(33, np.float32)
    xy[COCO_FROM_BLAZEPOSE], scores[COCO_FROM_BLAZEPOSE] = standing().xy, 1.0
    assert measures([(Pose(BLAZEPOSE_33, xy, scores, track_id=1),)], [(standing(),)]) == PERFECT


def unlabeled(pose, keypoints):
    """COCO's files have (0, 0) for keypoints that are not labeled."""
    xy, scores = pose.xy.copy(), pose.scores.copy()
    xy[keypoints], scores[keypoints] = 0, 0
    return replace(pose, xy=xy, scores=scores)


HIPS, ANKLES = [11, 12], [15, 16]


def test_unlabeled_keypoints_do_not_change_the_size_of_a_person():
    found = aligned([(standing(),)], [(unlabeled(standing(), ANKLES),)])
    assert found.torso[0] == 100 and found.size[0] == pytest.approx(np.hypot(60, 195))
    assert found.similarity[0, :15].tolist() == [1.0] * 15
    assert body_area(unlabeled(standing(), ANKLES)) == pytest.approx(0.53 * 60 * 195)


def test_the_torso_of_a_person_with_unlabeled_hips_is_estimated_from_their_size():
    truth = unlabeled(standing(), HIPS)
    assert aligned([(standing(),)], [(truth,)]).torso[0] == pytest.approx(100, rel=0.25)
