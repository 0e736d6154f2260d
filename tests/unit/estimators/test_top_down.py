"""Top-down estimation with a fake detector and a fake pose model."""

from dataclasses import replace

import numpy as np
import pytest
from fake_scene import HEIGHT, OPTIONS, WIDTH, FakeScene, box_at, gray_frame, pose_at

from pose_demo.estimators import EstimatorOptions
from pose_demo.estimators.base import ModelInfo
from pose_demo.estimators.top_down import TopDownEstimator, TwoDetectors, load
from pose_demo.geometry import Roi
from pose_demo.oks import pose_similarity
from pose_demo.skeletons import COCO_17
from pose_demo.types import Box, Frame, InputError


@pytest.fixture
def scene():
    return FakeScene()


@pytest.fixture
def estimator(scene):
    return TopDownEstimator(scene, scene, EstimatorOptions())


@pytest.fixture
def segmenting_estimator(scene):
    return TopDownEstimator(scene, scene, EstimatorOptions(enable_segmentation=True))


# ---- when the detector runs -----------------------------------------------------------------------------------------


def test_the_detector_runs_every_n_frames_and_crops_track_persons_in_between(scene, estimator):
    calls = []
    for index in range(11):
        left, right = 100 + 3 * index, 400 - 3 * index
        assert scene.found(estimator, left, right) == [left, right]
        calls.append(scene.detector_calls)
    assert calls == [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3]


def test_new_persons_appear_with_the_next_detection(scene, estimator):
    scene.found(estimator, 100)
    assert [scene.found(estimator, 100, 400) for _ in range(5)] == [[100], [100], [100], [100], [100, 400]]


def test_tracked_persons_remain_without_further_detections(scene, estimator):
    scene.found(estimator, 100, 400)
    assert all(scene.found(estimator, 100, 400, detections=[]) == [100, 400] for _ in range(12))


def test_after_the_loss_of_a_person_the_detector_runs_on_the_next_frame(scene, estimator):
    scene.found(estimator, 100, 400)
    assert scene.found(estimator, 100, 500) == [100]
    assert scene.found(estimator, 100, 500) == [100, 500]
    assert scene.detector_calls == 2


def test_without_persons_the_detector_runs_on_every_frame(scene, estimator):
    for calls in (1, 2, 3):
        assert scene.found(estimator) == [] and scene.detector_calls == calls
    assert scene.found(estimator, 300) == [300]


def test_nothing_is_tracked_in_static_image_mode(scene):
    estimator = TopDownEstimator(scene, scene, EstimatorOptions(static_image_mode=True))
    assert [scene.found(estimator, 100, 400), scene.found(estimator, 100, 300)] == [[100, 400], [100, 300]]
    assert scene.found(estimator, 100, detections=[]) == []
    assert scene.detector_calls == 3


# ---- a detector with keypoints of its own, in still images ----------------------------------------------------------


@pytest.fixture
def still_estimator(scene):
    return TopDownEstimator(scene, scene, EstimatorOptions(static_image_mode=True))


def detected(x, score=0.8):
    return replace(pose_at(x, score=score), box=box_at(x, score=score))


def first_x(scene, estimator, x, detection, score=0.8):
    """The x of the first keypoint relative to where the pose model finds it; None when no person is kept."""
    poses = scene.process(estimator, {x: score}, [detection]).poses
    return float(poses[0].xy[0, 0] - pose_at(x).xy[0, 0]) if poses else None


def test_the_keypoints_of_both_models_are_averaged(scene, estimator, still_estimator):
    # Weights .8 of the pose model and .5 * .4 of the detector: a fifth of the way.
    assert first_x(scene, still_estimator, 100, detected(105, 0.4)) == pytest.approx(1)
    assert first_x(scene, still_estimator, 100, box_at(105, score=0.4)) == 0
    assert first_x(scene, still_estimator, 100, detected(140, 0.4)) == 0, "of another person"
    assert first_x(scene, estimator, 100, detected(105, 0.4)) == 0, "in video it would jitter"


@pytest.mark.parametrize(
    ("shift", "detection_score", "score", "is_kept"),
    [
        (20, 0.1, 0.29, False),
        (20, 0.1, 0.31, True),
        (20, 0.16, 0.29, True),
        (5, 0.1, 0.29, True),
        (60, 0.1, 0.8, False),
    ],
)
def test_a_weak_detection_of_another_pose_is_no_person(scene, still_estimator, shift, detection_score, score, is_kept):
    found = first_x(scene, still_estimator, 100, detected(100 + shift, detection_score), score)
    assert (found is not None) == is_kept


# ---- boxes in still images -------------------------------------------------------------------------------------------


@pytest.fixture
def movenet_estimator(scene):
    return TopDownEstimator(scene, scene, EstimatorOptions(static_image_mode=True), upright_only=True)


def test_a_person_with_a_box_only_is_also_estimated_in_the_crop_of_the_keypoints(scene, movenet_estimator, estimator):
    around = Roi.square(100, 240, 80)
    scene.custom_roi = lambda pose: around
    scene.found(movenet_estimator, 100)
    assert scene.crops == [Roi.square(100, 240, 150), around]
    scene.found(estimator, 100)
    assert scene.crops == [Roi.square(100, 240, 150)], "in video the next frame has that crop"
    scene.process(movenet_estimator, {100: 0.8}, [detected(100)])
    assert scene.crops == [around], "the detector's keypoints define it at once"


@pytest.mark.parametrize(("score", "x"), [(0.5, 100), (0.7, 110)])
def test_the_pose_with_the_higher_score_is_kept(scene, movenet_estimator, score, x):
    scene.custom_roi = lambda pose: Roi.square(100, 240, 80)
    scene.estimate_roi = lambda image, roi, mask: pose_at(*((100, 240, 0.6) if roi.width == 150 else (110, 240, score)))
    (pose,) = scene.process(movenet_estimator, {}, [box_at(100)]).poses
    assert pose.xy[0, 0] == pose_at(x).xy[0, 0]


def test_a_second_detector_adds_the_persons_that_the_first_one_misses(scene):
    first, second = FakeScene(), FakeScene()
    detectors = TwoDetectors(first, second, 0.35)
    estimator = TopDownEstimator(detectors, scene, EstimatorOptions(static_image_mode=True))
    first.detections, second.detections = [detected(100, 0.4)], [box_at(400, score=0.5), box_at(101, score=0.9)]
    assert scene.found(estimator, 100, 400) == [100, 400]
    assert second.detector_options[0].person_confidence == 0.35
    assert len(scene.crops) == 2, "nobody is estimated twice"
    estimator.close()
    assert first.closes == second.closes == 1


# ---- tracks ---------------------------------------------------------------------------------------------------------


def test_a_reset_and_a_change_of_the_frame_size_clear_the_tracks(scene, estimator):
    scene.found(estimator, 100)
    assert scene.found(estimator, 100, 400, size=(800, 480)) == [100, 400]
    resets = scene.resets
    estimator.reset()
    assert scene.resets == resets + 1  # of the detector
    assert scene.found(estimator, 100, 200, 400, size=(800, 480)) == [100, 200, 400]


# ---- persons ---------------------------------------------------------------------------------------------------------


def test_the_score_of_the_pose_decides_about_a_person(scene, estimator):
    assert scene.found(estimator, 100, detections=[box_at(100, score=0.06)]) == [100]
    assert scene.detector_options[0].person_confidence == pytest.approx(0.05)
    assert scene.found(estimator, 100, score=0.19) == []
    assert scene.found(estimator, 100, score=0.19, options=replace(OPTIONS, person_confidence=0.1)) == [100]


def test_the_detector_detects_persons_only(scene, estimator):
    scene.found(estimator, 100, options=replace(OPTIONS, all_classes=True))
    assert not scene.detector_options[0].all_classes


def test_a_lower_person_confidence_applies_to_the_detector_too(scene, estimator):
    scene.found(estimator, options=replace(OPTIONS, person_confidence=0.01))
    assert scene.detector_options[0].person_confidence == pytest.approx(0.05 * 0.01 / 0.2)


def test_a_person_has_the_score_of_the_pose_and_the_bounding_box_of_its_keypoints(scene, estimator):
    (pose,) = scene.process(estimator, {100: 0.7}, [box_at(110, score=0.3)]).poses
    assert pose.score == 0.7 and pose.box == Box(80, 190, 120, 290, 0.7)


@pytest.mark.parametrize(("score", "right"), [(0.19, 110), (0.21, 120)])
def test_the_bounding_box_contains_the_keypoints_with_a_score_of_at_least_a_fifth(scene, estimator, score, right):
    pose = pose_at(100)
    pose.xy[pose.xy[:, 0] > 110, 0] = 110
    pose.xy[16, 0], pose.scores[16] = 120, score
    scene.estimate_roi = lambda *_: pose
    (person,) = scene.process(estimator, {}, [box_at(100)]).poses
    assert person.box.x1 == right


def test_several_boxes_of_one_person_are_one_person(scene, estimator):
    assert scene.found(estimator, 100, detections=[box_at(100), box_at(108), box_at(118)]) == [100]
    # The third box is too far from the first one to be the same person, until its pose has been estimated, twice.
    assert len(scene.crops) == 3


@pytest.mark.parametrize(("shift", "inferences"), [(13, 1), (14, 3)])
def test_a_box_belongs_to_a_known_person_when_their_iou_exceeds_one_half(scene, estimator, shift, inferences):
    # Boxes of width 40: 27 of 53 are common with a shift of 13, 26 of 54 with 14.
    scene.found(estimator, 100, detections=[box_at(100), box_at(100 + shift)])
    assert len(scene.crops) == inferences


@pytest.mark.parametrize(("score_of_torso", "inferences"), [(0.5, 1), (0.9, 2)])
def test_a_box_of_a_torso_is_not_another_person(scene, estimator, score_of_torso, inferences):
    torso = Box(92, 200, 108, 240, score_of_torso)
    detections = [box_at(100), torso, box_at(400)]
    assert scene.found(estimator, 100, detections=detections[:2]) == [100]
    assert len(scene.crops) == 1
    estimator.reset()
    assert scene.found(estimator, 100, 400, detections=detections) == [100, 400]
    assert len(scene.crops) == 2


@pytest.mark.parametrize(("left", "inferences"), [(77.5, 1), (76.5, 3)])
def test_a_box_belongs_to_a_known_person_when_85_percent_of_it_are_inside_theirs(scene, estimator, left, inferences):
    # A part of 20 x 40, of which 17.5 or 16.5 columns (87.5 or 82.5 %) are inside the box, which starts at 80.
    scene.found(estimator, 100, detections=[box_at(100), Box(left, 200, left + 20, 240, 0.5)])
    assert len(scene.crops) == inferences


@pytest.mark.parametrize(("shift", "is_duplicate"), [(8.7, True), (9.1, False)])
def test_two_poses_are_one_person_when_their_oks_exceeds_one_half(scene, estimator, shift, is_duplicate):
    assert pose_similarity(pose_at(100), pose_at(100 + shift)) == pytest.approx(0.5, abs=0.015)
    detections = [replace(pose_at(x), box=box_at(x)) for x in (100, 100 + shift)]
    poses = iter((pose_at(100), pose_at(100 + shift)))
    scene.estimate_roi = lambda *_: next(poses)
    assert len(scene.process(estimator, {}, detections).poses) == (1 if is_duplicate else 2)


def test_when_two_crops_move_onto_one_person_the_older_track_remains(scene, estimator):
    scene.found(estimator, 100)
    scene.found(estimator, 100, 130, detections=[])
    for _ in range(4):
        scene.found(estimator, 100, 190)
    assert scene.found(estimator, 100, 190) == [100, 190]
    assert scene.found(estimator, 145, detections=[]) == [145]  # one person inside both crops
    assert scene.found(estimator, 145, 260) == [145, 260]  # after a loss the detector runs again


def test_when_a_crop_contains_a_known_neighbor_the_area_outside_the_box_is_blackened(scene, estimator):
    # Both crops contain both persons, and the model prefers the one at 200.
    assert scene.found(estimator, 200, 250) == [200, 250]
    assert len(scene.crops) == 3
    assert scene.found(estimator, 201, 251, detections=[]) == [201, 251]  # also in tracked crops


def test_five_percent_around_the_box_remain_visible(scene, estimator):
    scene.found(estimator, 200, 250)
    rows, columns = (np.flatnonzero(scene.images[-1].any(axis=(axis, 2))) for axis in (1, 0))
    # The box is 230..270 x 190..290; 5 % of its sides are 2 x 5 pixels.
    assert (columns[0], columns[-1] + 1, rows[0], rows[-1] + 1) == (228, 272, 185, 295)


def test_a_known_person_is_not_estimated_again_when_the_detector_finds_them(scene, estimator):
    for _ in range(5):
        scene.found(estimator, 100, 400)
    assert scene.found(estimator, 100, 400, detections=[box_at(105), box_at(395)]) == [100, 400]
    assert scene.detector_calls == 2
    assert len(scene.crops) == 2


def test_known_persons_are_recognized_by_the_detectors_keypoints_too(scene, estimator):
    detections = [replace(pose_at(x), box=box_at(x)) for x in (101, 399)]
    for _ in range(5):
        scene.found(estimator, 100, 400, detections=detections)
    scene.found(estimator, 100, 400, detections=detections)
    assert scene.detector_calls == 2 and len(scene.crops) == 2


def test_at_most_max_people_are_estimated_in_descending_order_of_their_scores(scene, estimator):
    detections = [box_at(100, score=0.5), box_at(300, score=0.9), box_at(500, score=0.7)]
    options = replace(OPTIONS, max_people=2)
    assert scene.found(estimator, 100, 300, 500, detections=detections, options=options) == [300, 500]


def test_with_a_lower_max_people_the_oldest_tracks_remain(scene, estimator):
    scene.found(estimator, 300)
    for _ in range(5):
        scene.found(estimator, 100, 300)
    assert scene.found(estimator, 100, 300, options=replace(OPTIONS, max_people=1)) == [300]


def test_anything_but_an_rgb_image_is_refused(estimator):
    with pytest.raises(InputError, match="expected"):
        estimator.estimate(Frame(np.zeros((48, 64), np.uint8)), OPTIONS)


# ---- crops and masks ------------------------------------------------------------------------------------------------


def test_the_crop_around_a_box_is_a_square_of_1_5_times_its_longer_side(scene, estimator):
    scene.found(estimator, 100)
    assert scene.crops == [Roi.square(100, 240, 150)]


def test_a_roi_from_keypoints_replaces_the_square_around_the_box(scene, estimator):
    scene.custom_roi = lambda pose: Roi.square(float(pose.xy[0, 0]), 1, 200)
    scene.found(estimator, 100, detections=[replace(pose_at(100), box=box_at(300))])
    assert scene.crops == [Roi.square(80, 1, 200)]  # from the detector's keypoints
    scene.found(estimator, 104)
    assert scene.crops == [Roi.square(80, 1, 200)]  # from the keypoints of the first frame
    scene.found(estimator, 104)
    assert scene.crops == [Roi.square(84, 1, 200)]


@pytest.mark.parametrize(("side", "inferences"), [(1, 0), (2.6, 0), (2.7, 1)])
def test_crops_of_less_than_4_pixels_are_ignored(scene, estimator, side, inferences):
    scene.found(estimator, 100, detections=[Box(100, 240, 100 + side, 240 + side)])
    assert len(scene.crops) == inferences


def test_the_masks_of_all_persons_are_merged_by_their_maximum(scene, segmenting_estimator):
    persons = {100: 0.9, 300: 0.5, 330: 0.8}
    mask = scene.process(segmenting_estimator, persons, [box_at(x) for x in persons]).mask
    assert mask.shape == (HEIGHT, WIDTH) and mask.dtype == np.uint8
    assert [mask[240, x] for x in (50, 100, 290, 315, 340, 400)] == [0, 90, 50, 80, 80, 0]


def test_the_mask_does_not_contain_rejected_persons(scene, segmenting_estimator):
    estimate = scene.process(segmenting_estimator, {100: 0.9, 400: 0.1}, [box_at(100), box_at(400)])
    assert len(estimate.poses) == 1
    assert estimate.mask[240, 100] == 90 and estimate.mask[240, 400] == 0


def test_the_mask_is_empty_without_persons_and_none_without_segmentation(scene, estimator, segmenting_estimator):
    assert not segmenting_estimator.estimate(gray_frame(), OPTIONS).mask.any()
    assert estimator.estimate(gray_frame(), OPTIONS).mask is None


# ---- loading --------------------------------------------------------------------------------------------------------


def model_info(scene):
    """A registry entry whose estimators are ``scene``."""
    return ModelInfo(
        name="fake",
        title="Fake",
        description="For tests.",
        weights=(),
        memory_mb=0,
        skeleton=COCO_17,
        score="fake",
        build=lambda options: scene,
        build_roi_estimator=lambda options: scene,
    )


def test_detector_and_pose_model_are_closed():
    detector, model = FakeScene(), FakeScene()
    load(model_info(detector), model_info(model), EstimatorOptions(threads=2)).close()
    assert detector.closes == model.closes == 1


def test_a_model_for_whole_frames_cannot_run_top_down(scene):
    info = model_info(scene)
    with pytest.raises(ValueError, match="whole frames"):
        load(info, replace(info, build_roi_estimator=None), EstimatorOptions())
