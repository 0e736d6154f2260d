"""BlazePose's anchors, decoding and weighted NMS, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from blazepose_nets import COLD, SURE, ScriptedNet, detector

from pose_demo.estimators.blazepose.detector import Detections, Detector, anchors, decode, weighted_nms
from pose_demo.estimators.blazepose.roi import Roi


def test_the_anchors_are_the_cells_of_three_grids_row_by_row():
    centres = anchors()
    assert centres.shape == (2254, 2) and centres.dtype == np.float32
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
    for index, centre in expected.items():
        assert centres[index] == pytest.approx(centre), index


def test_a_row_is_decoded_round_its_anchor():
    row = np.array([[22.4, -44.8, 112, 56, 0, 0, 2.24, 0, 0, 2.24, 22.4, 22.4]], np.float32)
    (points,) = decode(row, np.array([[0.5, 0.5]], np.float32))
    # The centre is (0.6, 0.3), half of the box (0.25, 0.125).
    expected = [(0.35, 0.175), (0.85, 0.425), (0.5, 0.5), (0.51, 0.5), (0.5, 0.51), (0.6, 0.6)]
    assert points == pytest.approx(np.array(expected), abs=1e-6)


def candidates(*boxes):
    """Each box as (x0, x1, score), all of height 1; the four keypoints lie at (x0, x0)."""
    points = np.array([[(x0, 0), (x1, 1), *[(x0, x0)] * 4] for x0, x1, _ in boxes], np.float32)
    return Detections(points.reshape(-1, 6, 2), np.array([score for *_, score in boxes], np.float32))


def persons(found, **options):
    return [(float(points[0, 0]), float(points[2, 1]), score) for points, score in weighted_nms(found, **options)]


def test_overlapping_candidates_become_their_mean_weighted_by_score():
    # Boxes 0..4 and 1..5 share 3 of 5: 0.6. The mean of 0 (weight .3) and 1 (weight .9) is .75.
    assert persons(candidates((0, 4, 0.3), (1, 5, 0.9))) == [pytest.approx((0.75, 0.75, 0.9))]


def test_an_overlap_of_one_half_is_not_enough():
    # 0..3 and 1..4 share 2 of 4.
    assert persons(candidates((0, 3, 0.8), (1, 4, 0.6))) == [pytest.approx((0, 0, 0.8)), pytest.approx((1, 1, 0.6))]
    assert len(persons(candidates((0, 3, 0.8), (1, 4, 0.6)), overlap=0.49)) == 1


def test_the_surest_comes_first_and_takes_only_what_overlaps_it():
    # 4..8 overlaps both 2..6, which is taken, and 1..5, which takes, by less than one half: it stays somebody else.
    found = candidates((0, 4, 0.5), (4, 8, 0.45), (1, 5, 0.6), (2, 6, 0.4), (10, 14, 0.9))
    mean = (0 * 0.5 + 1 * 0.6 + 2 * 0.4) / 1.5
    expected = [(10, 10, 0.9), (mean, mean, 0.6), (4, 4, 0.45)]
    assert persons(found) == [pytest.approx(person, abs=1e-6) for person in expected]


def test_empty_boxes_and_no_boxes_are_no_trouble():
    assert persons(candidates((1, 1, 0.5), (1, 1, 0.4))) == [pytest.approx((1, 1, 0.5)), pytest.approx((1, 1, 0.4))]
    assert persons(candidates()) == []


# ---- in a frame -----------------------------------------------------------------------------------------------------


def find(net, image, threshold=0.5):
    return list(Detector(net).find(image, Roi.round_frame((image.shape[1], image.shape[0])), threshold))


def test_a_person_is_told_in_frame_pixels():
    net = detector(person=((0.5, 0.5), (0.5, 0.25)))
    (roi,) = find(net, np.zeros((480, 640, 3), np.uint8))
    # The square is 640 wide and begins 80 above the frame; the circle's radius is a quarter of it.
    assert (roi.x, roi.y, roi.size) == pytest.approx((320, 240, 2 * 160 * 1.25), abs=1e-3)
    assert roi.rotation == pytest.approx(0, abs=1e-6)


def test_a_person_in_a_part_of_the_frame_is_told_in_frame_pixels():
    net = detector(person=((0.5, 0.5), (0.5, 0.25)))
    (roi,) = Detector(net).find(np.zeros((480, 640, 3), np.uint8), Roi(100, 200, 160), 0.5)
    assert (roi.x, roi.y, roi.size) == pytest.approx((100, 200, 2 * 40 * 1.25), abs=1e-3)


@pytest.mark.parametrize(("threshold", "count"), [(0.73, 1), (0.74, 0), (1.0, 0)])
def test_the_threshold_decides_who_counts(threshold, count):
    net = detector(person=((0.5, 0.5), (0.5, 0.25)), score=1.0)  # the logistic of 1 is 0.731
    assert len(find(net, np.zeros((48, 64, 3), np.uint8), threshold)) == count


def test_of_a_threshold_that_everything_reaches_the_surest_comes_first():
    net = detector(person=((0.5, 0.5), (0.5, 0.25)))
    roi = next(Detector(net).find(np.zeros((48, 64, 3), np.uint8), Roi.round_frame((64, 48)), 0.0))
    assert (roi.x, roi.y) == pytest.approx((32, 24), abs=1e-3)


def test_the_net_sees_the_letterboxed_frame_as_minus_one_to_one_with_black_around():
    net = detector()
    image = np.zeros((112, 224, 3), np.uint8)
    image[:] = (255, 128, 0)
    find(net, image)
    assert net.shown[112, 100] == pytest.approx((1, 128 / 127.5 - 1, -1))
    assert (net.shown[:55] == -1).all() and (net.shown[170:] == -1).all()


def test_a_pixel_of_the_frame_is_a_pixel_of_the_input_where_sizes_agree():
    net, image = detector(), np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
    find(net, image)
    assert np.allclose(net.shown, image / 127.5 - 1, atol=1e-6)


def test_small_inputs_are_sampled_not_averaged():
    """MediaPipe resizes bilinearly, so that of a picture four times as large only every fourth pixel is seen."""
    net, image = detector(), np.random.default_rng(0).integers(0, 256, (896, 896, 3), np.uint8)
    find(net, image)
    assert np.allclose(net.shown, image[::4, ::4] / 127.5 - 1, atol=1e-6)


def test_outputs_are_told_apart_by_their_shape():
    net = detector(person=((0.5, 0.5), (0.5, 0.25)))
    swapped = ScriptedNet(224, net.output_shapes[::-1])
    swapped.outputs = net.outputs[::-1]
    image = np.zeros((48, 64, 3), np.uint8)
    assert find(swapped, image) == find(net, image)


def test_logits_of_any_size_are_probabilities():
    net = detector()
    net.outputs[1][:] = COLD * 1000
    net.outputs[1][5] = SURE * 1000
    with np.errstate(all="raise"):
        assert len(find(net, np.zeros((48, 64, 3), np.uint8), 1.0)) == 1
