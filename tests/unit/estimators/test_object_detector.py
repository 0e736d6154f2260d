"""Detectors of objects: class filter, confidence, non-maximum suppression and coordinates, with hand-made outputs."""

from functools import partial

import numpy as np
import pytest

from pose_demo.estimators import nanodet, yolo
from pose_demo.estimators.detection import DetectionOptions
from pose_demo.estimators.object_detector import ObjectDetector
from pose_demo.types import Frame
from pose_demo.weights.convert.darknet import Head

PERSON, DOG, CHAIR = 0, 16, 56
CLASSES = [f"class {index}" for index in range(80)]
CLASSES[PERSON], CLASSES[DOG], CLASSES[CHAIR] = "person", "dog", "chair"


STRIDE, ANCHOR = 32, 100.0


class FakePool:
    """Outputs objects given as (center x, center y, width, height, class id, score), normalized to the input.

    Each has an anchor of its own, so any number can be in one cell.
    """

    def __init__(self, *objects):
        self.objects, self.input_shape = objects, None
        self.heads = (Head(STRIDE, np.full((max(len(objects), 1), 2), ANCHOR)),)

    def infer(self, fill, read_outputs, input_shape):
        self.input_shape, side = input_shape, input_shape[0]
        fill(np.zeros(input_shape, np.uint8))
        cells = side // STRIDE
        rows = np.full((cells, cells, len(self.heads[0].anchors), 85), -20, np.float32)
        for anchor, (x, y, width, height, class_id, score) in enumerate(self.objects):
            row = rows[int(y * cells), int(x * cells), anchor]
            row[:2] = logit(x * cells % 1), logit(y * cells % 1)
            row[2:4] = np.log([width * side / ANCHOR, height * side / ANCHOR])
            row[4], row[5 + class_id] = 20, logit(score)
        return read_outputs([rows.reshape(-1, 85)])


def logit(probability):
    probability = max(probability, 1e-9)
    return np.log(probability / (1 - probability))


def detector(*objects):
    pool = FakePool(*objects)
    return ObjectDetector(pool, partial(yolo.decode, pool.heads), CLASSES, 416, STRIDE), pool


def detect(objects, size=(416, 416), **options):
    """Labels and scores of the boxes found in a frame."""
    model, _ = detector(*objects)
    boxes = model.estimate(Frame(np.zeros((size[1], size[0], 3), np.uint8)), DetectionOptions(**options)).boxes
    return [(box.label, round(box.score, 2)) for box in boxes]


def test_only_persons_are_kept_unless_all_classes_are_requested():
    objects = (0.2, 0.5, 0.1, 0.4, PERSON, 0.9), (0.7, 0.5, 0.1, 0.1, DOG, 0.8)
    assert detect(objects) == [("person", 0.9)]
    assert detect(objects, all_classes=True) == [("person", 0.9), ("dog", 0.8)]


def test_boxes_below_the_confidence_are_removed():
    objects = (0.2, 0.5, 0.1, 0.4, PERSON, 0.5), (0.7, 0.5, 0.1, 0.4, PERSON, 0.3)
    assert detect(objects, person_confidence=0.4) == [("person", 0.5)]
    assert len(detect(objects, person_confidence=0.2)) == 2


# Two boxes of width 0.4 whose centers are 0.1 apart share 0.3 of 0.5: IoU 0.6.
OVERLAPPING = (0.4, 0.5, 0.4, 0.4, PERSON, 0.6), (0.5, 0.5, 0.4, 0.4, PERSON, 0.9)


@pytest.mark.parametrize(("threshold", "scores"), [(0.59, [0.9]), (0.61, [0.9, 0.6]), (0.3, [0.9]), (1.0, [0.9, 0.6])])
def test_a_box_is_suppressed_by_a_better_one_above_the_iou_threshold(threshold, scores):
    assert detect(OVERLAPPING, nms_iou_threshold=threshold) == [("person", score) for score in scores]


def test_boxes_of_different_classes_do_not_suppress_each_other():
    person, chair = OVERLAPPING[1], (*OVERLAPPING[0][:4], CHAIR, 0.6)
    assert detect((person, chair), all_classes=True) == [("person", 0.9), ("chair", 0.6)]


def test_a_filtered_class_suppresses_no_person():
    person, chair = OVERLAPPING[0], (*OVERLAPPING[0][:4], CHAIR, 0.95)
    assert detect((person, chair)) == [("person", 0.6)]


def test_boxes_are_mapped_from_the_letterboxed_input_to_the_frame():
    model, pool = detector((0.5, 0.5, 0.25, 0.5, PERSON, 0.9))
    frame = Frame(np.zeros((480, 640, 3), np.uint8))
    (box,) = model.estimate(frame, DetectionOptions(input_size=0.5)).boxes
    # The letterbox is 640 x 640 and starts 80 above the frame.
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((240, 80, 400, 400), abs=0.02)
    assert pool.input_shape == (192, 192, 3)  # half of 416, as a multiple of the stride 32 (rounded half to even)


@pytest.mark.parametrize("confidence", [0.0, 1.0])
def test_the_limits_of_the_confidence_are_allowed(confidence):
    objects = [(0.2, 0.5, 0.1, 0.4, PERSON, 0.9)]
    assert (("person", 0.9) in detect(objects, person_confidence=confidence)) == (confidence < 1)


def test_the_cells_of_a_head_of_yolo_are_numbered_row_by_row_anchor_by_anchor():
    """Hand-computed: the second anchor of the cell in column 1 of row 2, of the second of two heads."""
    heads = Head(32, np.array([[10.0, 20.0]])), Head(16, np.array([[30.0, 40.0], [50.0, 60.0]]))
    cells = yolo._cells(heads, 64)
    assert cells.shape == (2 * 2 + 4 * 4 * 2, 5)
    assert cells[4 + (2 * 4 + 1) * 2 + 1].tolist() == [1, 2, 16, 50, 60]


def test_a_frame_without_objects_has_no_boxes():
    assert detect(()) == []


def test_nanodet_adds_the_expected_distances_to_the_center_of_a_cell():
    """Hand-computed: the cell in column 2 of row 1 of the level with stride 16, in an input of 64 x 64."""
    rows = np.full((8 * 8 + 4 * 4 + 2 * 2, 80 + 4 * 11), -20, np.float32)
    row = rows[8 * 8 + 1 * 4 + 2]
    row[DOG] = np.log(0.8 / 0.2)
    distances = row[80:].reshape(4, 11)
    distances[0, 1] = distances[1, 0] = distances[2, 10] = 20  # one stride to the left, none upwards, ten to the right
    distances[3, [2, 3]] = 20  # as likely two as three strides downwards
    found = nanodet.decode(rows, 64, 0.5)
    assert found.classes.tolist() == [DOG] and found.scores == pytest.approx([0.8])
    center_x, center_y = 2.5 * 16, 1.5 * 16
    expected = (center_x - 16, center_y, center_x + 160, center_y + 2.5 * 16)
    assert found.corners[0] == pytest.approx(expected, abs=1e-3)


def test_a_network_of_one_size_ignores_the_input_size():
    class Pool:
        def infer(self, fill, read_outputs, input_shape):
            assert input_shape is None
            fill(np.zeros((416, 416, 3), np.uint8))
            return read_outputs([np.full((52 * 52 + 26 * 26 + 13 * 13, 124), -20, np.float32)])

    model = ObjectDetector(Pool(), nanodet.decode, CLASSES, 416)
    assert not model.estimate(Frame(np.zeros((480, 640, 3), np.uint8)), DetectionOptions(input_size=0.5)).boxes
