"""Accuracy measures, compared with values computed by hand and with pycocotools."""

import json
import tracemalloc

import numpy as np
import pytest
from fakes import FakeEstimator, plan_of, pose_at

from models import needs
from pose_demo import sample
from pose_demo.io.images import write_image
from pose_demo.offline import evaluate as evaluation
from pose_demo.offline.annotations import AnnotatedPerson, annotation_oks, read_annotations
from pose_demo.offline.evaluate import Prediction, average_precision, evaluate, pck_hits
from pose_demo.settings import Settings
from pose_demo.types import Box, Estimate, InputError

# COCO-17 keypoints; the torso is 100 pixels long.
BODY = [(50, 10), (52, 8), (48, 8), (54, 9), (46, 9), (70, 40), (30, 40), (80, 70), (20, 70), (85, 100), (15, 100)]
BODY += [(60, 140), (40, 140), (62, 190), (38, 190), (62, 240), (38, 240)]
NOSE = 0


def person(area=10_000.0, labeled=range(17)):
    visibility = [2.0 if k in labeled else 0.0 for k in range(17)]
    keypoints = np.array([(x, y, v) for (x, y), v in zip(BODY, visibility, strict=True)])
    return AnnotatedPerson(keypoints, area, Box(15, 8, 85, 240))


def pose_with_error(pixels, keypoint=NOSE):
    pose = pose_at(*BODY)
    pose.xy[keypoint] += (pixels, 0)
    return pose


def test_oks_of_the_annotated_pose_is_one():
    assert annotation_oks(pose_at(*BODY), person()) == pytest.approx(1)


def test_oks_of_one_keypoint_is_the_published_gaussian():
    # d = 5.2 px, s^2 = 10000, k = 2 * 0.026: exp(-27.04 / (2 * 10000 * 0.002704)) = exp(-0.5).
    assert annotation_oks(pose_with_error(5.2), person(labeled=[NOSE])) == pytest.approx(np.exp(-0.5), abs=1e-4)


def test_oks_is_the_mean_over_the_labeled_keypoints():
    assert annotation_oks(pose_with_error(5.2), person(labeled=[NOSE, 1])) == pytest.approx(
        (1 + np.exp(-0.5)) / 2, abs=1e-4
    )
    assert annotation_oks(pose_with_error(1e6), person(labeled=[1, 2])) == pytest.approx(1)


def test_oks_without_a_labeled_keypoint_is_zero():
    assert annotation_oks(pose_at(*BODY), person(labeled=[])) == 0.0


@pytest.mark.parametrize(("pixels", "hit"), [(0, True), (20, True), (20.1, False), (-20.1, False)])
def test_pck_threshold_is_a_fifth_of_the_torso(pixels, hit):
    hits = pck_hits(pose_with_error(pixels), person())
    assert hits.tolist() == [hit] + [True] * 16


def test_pck_misses_all_without_a_pose_and_skips_persons_without_a_labeled_torso():
    assert pck_hits(None, person()).tolist() == [False] * 17
    assert pck_hits(pose_at(*BODY), person(labeled=[NOSE])).size == 0


def test_exchanged_left_and_right_keypoints_are_misses():
    swapped = pose_at(*[BODY[k] for k in [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]])
    assert pck_hits(swapped, person()).mean() < 0.5 and annotation_oks(swapped, person()) < 0.5


def coco(*persons, images=(1,)):
    """COCO keypoint annotations with all persons in the first image."""
    return {
        "images": [{"id": i, "file_name": f"{i}.png", "width": 640, "height": 480} for i in images],
        "categories": [{"id": 1, "name": "person"}],
        "annotations": [annotation(i, images[0], xy) for i, xy in enumerate(persons, 1)],
    }


def annotation(number, image, xy):
    (x0, y0), (x1, y1) = np.min(xy, axis=0), np.max(xy, axis=0)
    box = [float(v) for v in (x0, y0, x1 - x0, y1 - y0)]
    return {
        "id": number,
        "image_id": image,
        "category_id": 1,
        "iscrowd": 0,
        "num_keypoints": 17,
        "keypoints": [float(v) for x, y in xy for v in (x, y, 2)],
        "bbox": box,
        "area": 0.526 * box[2] * box[3],
    }


def test_average_precision_of_the_ground_truth_is_one_and_of_no_pose_zero():
    pytest.importorskip("pycocotools")
    assert average_precision({1: Prediction((pose_at(*BODY),))}, coco(BODY)) == {"ap": 1.0, "ap50": 1.0, "ar": 1.0}
    assert average_precision({1: Prediction(())}, coco(BODY)) == {"ap": 0.0, "ap50": 0.0, "ar": 0.0}


def test_recall_is_half_if_one_of_two_persons_is_detected():
    pytest.importorskip("pycocotools")
    other = [(x + 300, y) for x, y in BODY]
    metrics = average_precision({1: Prediction((pose_at(*BODY),))}, coco(BODY, other))
    assert metrics["ar"] == 0.5 and metrics["ap"] == pytest.approx(0.5, abs=0.01)


def test_without_persons_there_is_nothing_to_measure():
    pytest.importorskip("pycocotools")
    found = Prediction((pose_at(*BODY),), (Box(0, 0, 10, 10),), 1)
    assert average_precision({1: found}, coco()) == average_precision({1: Prediction(())}, coco()) == NOTHING
    metrics = evaluation._metrics({1: found}, coco())
    assert metrics["box_ap"] is metrics["boxes_found"] is metrics["mean_oks"] is None
    assert metrics["false_persons_on_empty"] == metrics["empty_images"] == 1


def test_masks_are_measured_on_request(sample_annotations):
    pytest.importorskip("pycocotools")
    needs("movenet-lightning")
    needs("selfie-segmentation")
    metrics = evaluate(sample_annotations, sample_annotations.parent, Settings(), masks=True)
    assert min(metrics["mask_coverage"], metrics["mask_coverage_large"]) > 0.9
    assert metrics["mask_leak"] < 0.2 and metrics["mask_false_area"] == 0 and 0 < metrics["mask_flicker"] < 0.1


NOTHING = {"ap": None, "ap50": None, "ar": None}


def test_a_person_without_a_labeled_keypoint_does_not_count_in_the_measures_of_keypoints():
    pytest.importorskip("pycocotools")
    data = coco(BODY, images=(1, 2))
    data["annotations"].append(annotation(2, 2, BODY) | {"num_keypoints": 0, "keypoints": [0.0] * 51})
    metrics = evaluation._metrics({1: Prediction((pose_at(*BODY),)), 2: Prediction(())}, data)
    assert metrics["mean_oks"] == metrics["mean_oks_single"] == metrics["ap"] == 1
    assert metrics["empty_images"] == 0


def test_boxes_are_found_from_an_iou_of_one_half():
    """Two persons, 70 x 232 pixels; the first box is shifted by a third of its width: IoU 1/2; the other by more."""
    pytest.importorskip("pycocotools")
    other = [(x + 300, y) for x, y in BODY]
    (x, y, width, height), (x2, *_) = (each["bbox"] for each in coco(BODY, other)["annotations"])
    boxes = Box(x + width / 3, y, x + width * 4 / 3, y + height), Box(x2 + 30, y, x2 + 30 + width, y + height)
    metrics = evaluation._metrics({1: Prediction((), boxes)}, coco(BODY, other))
    assert metrics["boxes_found"] == 0.5
    exact = [Box(each["bbox"][0], y, each["bbox"][0] + width, y + height) for each in coco(BODY, other)["annotations"]]
    assert evaluation._metrics({1: Prediction((), tuple(exact))}, coco(BODY, other))["box_ap"] == 1


@pytest.fixture
def sample_annotations(tmp_path):
    """A COCO file beside its images: two of the sample dancer and one of an empty room."""
    data = coco(images=(1, 2, 3))
    for number, (scene, index) in enumerate([("solo", 0), ("solo", 60), ("empty", 0)], 1):
        write_image(tmp_path / f"{number}.png", sample.frame(index, scene=scene).image)
        data["annotations"] += [annotation(number, number, pose.xy) for pose in sample.ground_truth(index, scene=scene)]
    path = tmp_path / "annotations.json"
    path.write_text(json.dumps(data))
    return path


def test_metrics_of_a_model_on_annotated_images(sample_annotations):
    pytest.importorskip("pycocotools")
    needs("movenet-lightning")
    totals = []
    metrics = evaluate(sample_annotations, sample_annotations.parent, Settings(), totals.append)
    assert totals == [3, 3, 3] and metrics["images"] == 3 and metrics["empty_images"] == 1
    assert metrics["mean_oks"] > 0.7 and metrics["mean_oks"] == metrics["mean_oks_single"]
    assert metrics["pck"] > 0.95 and metrics["false_persons_on_empty"] == 0
    assert 0 < metrics["ms_p50"] <= metrics["ms_p95"]


def test_metrics_are_the_same_with_mirroring(sample_annotations):
    pytest.importorskip("pycocotools")
    needs("movenet-lightning")
    plain, mirrored = (
        evaluate(sample_annotations, sample_annotations.parent, Settings(mirror=mirror)) for mirror in ("off", "on")
    )
    times = ("ms_p50", "ms_p95")
    assert {k: v for k, v in mirrored.items() if k not in times} == {k: v for k, v in plain.items() if k not in times}


class MaskEstimator(FakeEstimator):
    """Returns a pose and a new mask for each frame."""

    def estimate(self, frame, settings):
        return Estimate((pose_at(*BODY),), mask=np.zeros(frame.image.shape[:2], np.uint8))


def test_memory_does_not_grow_with_the_number_of_images(tmp_path, monkeypatch):
    pytest.importorskip("pycocotools")
    image = sample.frame(0).image
    write_image(tmp_path / "1.png", image)
    data = coco(BODY, images=range(1, 13))
    data["images"] = [entry | {"file_name": "1.png"} for entry in data["images"]]
    (tmp_path / "a.json").write_text(json.dumps(data))
    monkeypatch.setattr(evaluation, "prepare", lambda settings, **_: plan_of(MaskEstimator()))
    used = []
    tracemalloc.start()
    try:
        evaluate(tmp_path / "a.json", tmp_path, Settings(), lambda _: used.append(tracemalloc.get_traced_memory()[0]))
    finally:
        tracemalloc.stop()
    assert len(used) == 12 and used[-1] - used[1] < image.nbytes / 2


VALID = coco(BODY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        '{"images": []}',
        json.dumps(VALID | {"images": []}),
        json.dumps(VALID | {"images": 3}),
        json.dumps(VALID | {"images": ["a.jpg"]}),
        json.dumps(VALID | {"images": [{"id": 1}]}),
        json.dumps(VALID | {"annotations": None}),
        json.dumps(VALID | {"annotations": [{"image_id": 1, "category_id": 1}]}),
        json.dumps(VALID | {"annotations": [VALID["annotations"][0] | {"keypoints": [1, 2, 3]}]}),
        json.dumps(VALID | {"annotations": [VALID["annotations"][0] | {"keypoints": "many"}]}),
        json.dumps(VALID | {"annotations": [VALID["annotations"][0] | {"area": None}]}),
        json.dumps(VALID | {"annotations": [VALID["annotations"][0] | {"bbox": [1, 2]}]}),
    ],
    ids=lambda text: text[:12] + "..." + text[-24:],
)
def test_file_in_another_format_is_refused(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(InputError, match=r"a\.json"):
        read_annotations(tmp_path / "a.json")


def test_missing_image_is_refused(sample_annotations, tmp_path):
    needs("movenet-lightning")
    with pytest.raises(InputError, match=r"1\.png"):
        evaluate(sample_annotations, tmp_path / "missing", Settings())
