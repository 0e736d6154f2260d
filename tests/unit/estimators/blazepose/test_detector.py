"""BlazePose's anchors, decoding and weighted NMS, against numbers calculated by hand."""

from __future__ import annotations

import numpy as np
import pytest
from blazepose_nets import HIGH_LOGIT, LOW_LOGIT, FakePool, detector_pool

from pose_demo.estimators.blazepose.detector import Detections, Detector, anchors, decode, weighted_nms
from pose_demo.geometry import Roi


def test_anchors_are_the_cell_centers_of_three_grids_row_by_row():
    centers = anchors()
    assert centers.shape == (2254, 2) and centers.dtype == np.float32
    expected = {
        0: (0.5 / 28, 0.5 / 28),
        1: (0.5 / 28, 0.5 / 28),
        2: (1.5 / 28, 0.5 / 28),
        56: (0.5 / 28, 1.5 / 28),
        1567: (27.5 / 28, 27.5 / 28),
        1568: (0.5 / 14, 0.5 / 14),
        1570: (1.5 / 14, 0.5 / 14),
        1960: (0.5 / 7, 0.5 / 7),
        1965: (0.5 / 7, 0.5 / 7),
        1966: (1.5 / 7, 0.5 / 7),
        2253: (6.5 / 7, 6.5 / 7),
    }
    for index, center in expected.items():
        assert centers[index] == pytest.approx(center), index


def test_a_row_is_decoded_relative_to_its_anchor():
    row = np.array([[22.4, -44.8, 112, 56, 0, 0, 2.24, 0, 0, 2.24, 22.4, 22.4]], np.float32)
    (points,) = decode(row, np.array([[0.5, 0.5]], np.float32))
    # The center is (0.6, 0.3), half of the box (0.25, 0.125).
    expected = [(0.35, 0.175), (0.85, 0.425), (0.5, 0.5), (0.51, 0.5), (0.5, 0.51), (0.6, 0.6)]
    assert points == pytest.approx(np.array(expected), abs=1e-6)


def detections(*boxes):
    """Detections from (x0, x1, score); the boxes have height 1, and all four keypoints are at (x0, x0)."""
    points = np.array([[(x0, 0), (x1, 1), *[(x0, x0)] * 4] for x0, x1, _ in boxes], np.float32)
    return Detections(points.reshape(-1, 6, 2), np.array([score for *_, score in boxes], np.float32))


def merged(found, **options):
    """The result of NMS as (x0 of the box, y of a keypoint, score)."""
    return [(float(points[0, 0]), float(points[2, 1]), score) for points, score in weighted_nms(found, **options)]


def test_overlapping_detections_are_averaged_with_their_scores_as_weights():
    # Boxes 0..4 and 1..5 share 3 of 5: 0.6. The mean of 0 (weight .3) and 1 (weight .9) is .75.
    assert merged(detections((0, 4, 0.3), (1, 5, 0.9))) == [pytest.approx((0.75, 0.75, 0.9))]


def test_detections_are_merged_when_their_iou_exceeds_one_half():
    # Boxes 0..3 and 1..4 share 2 of 4.
    assert merged(detections((0, 3, 0.8), (1, 4, 0.6))) == [pytest.approx((0, 0, 0.8)), pytest.approx((1, 1, 0.6))]
    assert len(merged(detections((0, 3, 0.8), (1, 4, 0.6)), iou_threshold=0.49)) == 1
    assert len(merged(detections((0, 3, 0.8), (0.98, 3.98, 0.6)))) == 1  # 2.02 of 3.98


def test_only_detections_that_overlap_the_best_one_are_merged_with_it():
    # Box 4..8 overlaps 1..5, the best one, and 2..6, which is merged with it, by less than one half: it stays separate.
    found = detections((0, 4, 0.5), (4, 8, 0.45), (1, 5, 0.6), (2, 6, 0.4), (10, 14, 0.9))
    mean = (0 * 0.5 + 1 * 0.6 + 2 * 0.4) / 1.5
    expected = [(10, 10, 0.9), (mean, mean, 0.6), (4, 4, 0.45)]
    assert merged(found) == [pytest.approx(person, abs=1e-6) for person in expected]


def test_nms_accepts_empty_boxes_and_no_boxes():
    assert merged(detections((1, 1, 0.5), (1, 1, 0.4))) == [pytest.approx((1, 1, 0.5)), pytest.approx((1, 1, 0.4))]
    assert merged(detections()) == []


# ---- in a frame -----------------------------------------------------------------------------------------------------


def detect(pool, image, threshold=0.5):
    return list(Detector(pool).detect(image, Roi.letterbox((image.shape[1], image.shape[0])), threshold))


def test_a_person_is_mapped_to_frame_pixels():
    pool = detector_pool(person=((0.5, 0.5), (0.5, 0.25)))
    (roi,) = detect(pool, np.zeros((480, 640, 3), np.uint8))
    # The letterbox is 640 wide and starts 80 above the frame; the circle's radius is a quarter of it.
    assert (roi.center_x, roi.center_y, roi.width) == pytest.approx((320, 240, 2 * 160 * 1.25), abs=1e-3)
    assert roi.rotation == pytest.approx(0, abs=1e-6)


def test_a_person_in_a_part_of_the_frame_is_mapped_to_frame_pixels():
    pool = detector_pool(person=((0.5, 0.5), (0.5, 0.25)))
    (roi,) = Detector(pool).detect(np.zeros((480, 640, 3), np.uint8), Roi.square(100, 200, 160), 0.5)
    assert (roi.center_x, roi.center_y, roi.width) == pytest.approx((100, 200, 2 * 40 * 1.25), abs=1e-3)


@pytest.mark.parametrize(("threshold", "count"), [(0.73, 1), (0.74, 0), (1.0, 0)])
def test_persons_score_at_least_the_threshold(threshold, count):
    pool = detector_pool(person=((0.5, 0.5), (0.5, 0.25)), logit=1.0)  # the sigmoid of 1 is 0.731
    assert len(detect(pool, np.zeros((48, 64, 3), np.uint8), threshold)) == count


def test_with_threshold_0_the_best_person_is_first():
    pool = detector_pool(person=((0.5, 0.5), (0.5, 0.25)))
    roi = next(Detector(pool).detect(np.zeros((48, 64, 3), np.uint8), Roi.letterbox((64, 48)), 0.0))
    assert (roi.center_x, roi.center_y) == pytest.approx((32, 24), abs=1e-3)


def test_the_input_is_the_letterboxed_frame_from_minus_1_to_1_with_black_borders():
    pool = detector_pool()
    image = np.zeros((112, 224, 3), np.uint8)
    image[:] = (255, 128, 0)
    detect(pool, image)
    assert pool.input[112, 100] == pytest.approx((1, 128 / 127.5 - 1, -1))
    assert (pool.input[:55] == -1).all() and (pool.input[170:] == -1).all()


def test_a_frame_of_the_input_size_is_not_resampled():
    pool, image = detector_pool(), np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
    detect(pool, image)
    assert np.allclose(pool.input, image / 127.5 - 1, atol=1e-6)


def test_downscaling_samples_pixels_without_averaging():
    """MediaPipe resizes bilinearly, so that only every fourth pixel of a frame four times as large has an influence."""
    pool, image = detector_pool(), np.random.default_rng(0).integers(0, 256, (896, 896, 3), np.uint8)
    detect(pool, image)
    assert np.allclose(pool.input, image[::4, ::4] / 127.5 - 1, atol=1e-6)


def test_outputs_are_identified_by_their_shape():
    pool = detector_pool(person=((0.5, 0.5), (0.5, 0.25)))
    swapped = FakePool(224, pool.output_shapes[::-1])
    swapped.outputs = pool.outputs[::-1]
    image = np.zeros((48, 64, 3), np.uint8)
    assert detect(swapped, image) == detect(pool, image)


def test_very_large_logits_do_not_overflow():
    pool = detector_pool()
    pool.outputs[1][:] = LOW_LOGIT * 1000
    pool.outputs[1][5] = HIGH_LOGIT * 1000
    with np.errstate(all="raise"):
        assert len(detect(pool, np.zeros((48, 64, 3), np.uint8), 1.0)) == 1
