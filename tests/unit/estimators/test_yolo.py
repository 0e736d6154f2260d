"""YOLO's class filter, confidence threshold and non-maximum suppression, with hand-made network outputs."""

import numpy as np
import pytest

from pose_demo.estimators import yolo
from pose_demo.estimators.detection import DetectionOptions
from pose_demo.types import Frame

PERSON, DOG, CHAIR = 0, 16, 56
CLASSES = [f"class {index}" for index in range(80)]
CLASSES[PERSON], CLASSES[DOG], CLASSES[CHAIR] = "person", "dog", "chair"


class FakeNet:
    """Outputs rows given as (center x, center y, width, height, class id, score), normalized to the input."""

    def __init__(self, *objects):
        self.classes = CLASSES
        self.rows = np.zeros((len(objects), 85), np.float32)
        for row, (*box, class_id, score) in zip(self.rows, objects, strict=True):
            row[:4], row[4], row[5 + class_id] = box, 1, score
        self.input_shape = None

    def run(self, letterboxed):
        self.input_shape = letterboxed.shape
        return self.rows


@pytest.fixture
def detect(monkeypatch):
    """``detect(objects, size, **options)`` returns the boxes found in a frame."""

    def run(objects, size=(416, 416), **options):
        net = FakeNet(*objects)
        monkeypatch.setattr(yolo, "shared_net", lambda: net)
        frame = Frame(np.zeros((size[1], size[0], 3), np.uint8))
        boxes = yolo.YoloV3Tiny().estimate(frame, DetectionOptions(**options)).boxes
        return [(box.label, round(box.score, 2)) for box in boxes]

    return run


def test_only_persons_are_kept_unless_all_classes_are_requested(detect):
    objects = (0.2, 0.5, 0.1, 0.4, PERSON, 0.9), (0.7, 0.5, 0.1, 0.1, DOG, 0.8)
    assert detect(objects) == [("person", 0.9)]
    assert detect(objects, all_classes=True) == [("person", 0.9), ("dog", 0.8)]


def test_boxes_below_the_confidence_are_removed(detect):
    objects = (0.2, 0.5, 0.1, 0.4, PERSON, 0.5), (0.7, 0.5, 0.1, 0.4, PERSON, 0.3)
    assert detect(objects, person_confidence=0.4) == [("person", 0.5)]
    assert len(detect(objects, person_confidence=0.2)) == 2


# Two boxes of width 0.4 whose centers are 0.1 apart share 0.3 of 0.5: IoU 0.6.
OVERLAPPING = (0.4, 0.5, 0.4, 0.4, PERSON, 0.6), (0.5, 0.5, 0.4, 0.4, PERSON, 0.9)


@pytest.mark.parametrize(("threshold", "scores"), [(0.59, [0.9]), (0.61, [0.9, 0.6]), (0.3, [0.9]), (1.0, [0.9, 0.6])])
def test_a_box_is_suppressed_by_a_better_one_above_the_iou_threshold(detect, threshold, scores):
    assert detect(OVERLAPPING, nms_iou_threshold=threshold) == [("person", score) for score in scores]


def test_boxes_of_different_classes_do_not_suppress_each_other(detect):
    person, chair = OVERLAPPING[1], (*OVERLAPPING[0][:4], CHAIR, 0.6)
    assert detect((person, chair), all_classes=True) == [("person", 0.9), ("chair", 0.6)]


def test_a_filtered_class_suppresses_no_person(detect):
    person, chair = OVERLAPPING[0], (*OVERLAPPING[0][:4], CHAIR, 0.95)
    assert detect((person, chair)) == [("person", 0.6)]


def test_boxes_are_mapped_from_the_letterboxed_input_to_the_frame(monkeypatch):
    net = FakeNet((0.5, 0.5, 0.25, 0.5, PERSON, 0.9))
    monkeypatch.setattr(yolo, "shared_net", lambda: net)
    frame = Frame(np.zeros((480, 640, 3), np.uint8))
    (box,) = yolo.YoloV3Tiny().estimate(frame, DetectionOptions(input_size=0.5)).boxes
    # The letterbox is 640 x 640 and starts 80 above the frame.
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((240, 80, 400, 400), abs=1e-3)
    assert net.input_shape == (192, 192, 3)  # half of 416, as a multiple of the stride 32 (rounded half to even)


def test_a_frame_without_objects_has_no_boxes(detect):
    assert detect(()) == []
