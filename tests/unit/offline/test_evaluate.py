"""The measures, against numbers worked out by hand and against pycocotools."""

import json

import numpy as np
import pytest
from fakes import pose_at, result_of

from models import needs
from pose_demo import sample
from pose_demo.io.images import write_image
from pose_demo.offline.evaluate import (
    Person,
    average_precision,
    evaluate,
    oks,
    pck_hits,
    read_annotations,
    torso_length,
)
from pose_demo.settings import Settings
from pose_demo.types import InputError

# A body whose torso is 100 pixels long.
BODY = [(50, 10), (52, 8), (48, 8), (54, 9), (46, 9), (70, 40), (30, 40), (80, 70), (20, 70), (85, 100), (15, 100)]
BODY += [(60, 140), (40, 140), (62, 190), (38, 190), (62, 240), (38, 240)]
NOSE = 0


def person(area=10_000.0, labelled=range(17)):
    visibility = [2.0 if k in labelled else 0.0 for k in range(17)]
    return Person(np.array([(x, y, v) for (x, y), v in zip(BODY, visibility, strict=True)]), area)


def off_by(pixels, keypoint=NOSE):
    pose = pose_at(*BODY)
    pose.xy[keypoint] += (pixels, 0)
    return pose


def test_a_perfect_pose_has_an_oks_of_one():
    assert oks(pose_at(*BODY), person()) == pytest.approx(1)


def test_oks_of_one_keypoint_is_the_published_gaussian():
    # d = 5.2 px, s^2 = 10000, k = 2 * 0.026: exp(-27.04 / (2 * 10000 * 0.002704)) = exp(-0.5).
    assert oks(off_by(5.2), person(labelled=[NOSE])) == pytest.approx(np.exp(-0.5), abs=1e-4)


def test_oks_is_the_mean_over_the_labelled_keypoints():
    assert oks(off_by(5.2), person(labelled=[NOSE, 1])) == pytest.approx((1 + np.exp(-0.5)) / 2, abs=1e-4)
    assert oks(off_by(1e6), person(labelled=[1, 2])) == pytest.approx(1)


def test_without_a_labelled_keypoint_there_is_no_similarity():
    assert oks(pose_at(*BODY), person(labelled=[])) == 0.0


def test_the_torso_reaches_from_mid_shoulder_to_mid_hip():
    assert torso_length(np.array(BODY, float)) == pytest.approx(100)


@pytest.mark.parametrize(("pixels", "hit"), [(0, True), (20, True), (20.1, False), (-20.1, False)])
def test_pck_allows_a_fifth_of_the_torso(pixels, hit):
    hits = pck_hits(off_by(pixels), person())
    assert hits.tolist() == [hit] + [True] * 16


def test_pck_counts_nobody_as_all_missed_and_skips_persons_without_a_labelled_torso():
    assert pck_hits(None, person()).tolist() == [False] * 17
    assert pck_hits(pose_at(*BODY), person(labelled=[NOSE])).size == 0


def test_left_and_right_exchanged_is_not_a_hit():
    swapped = pose_at(*[BODY[k] for k in [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]])
    assert pck_hits(swapped, person()).mean() < 0.5 and oks(swapped, person()) < 0.5


def coco(*persons, images=(1,)):
    """A COCO keypoint file with the persons on the first picture."""
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


def test_average_precision_of_the_truth_is_one_and_of_nothing_zero():
    pytest.importorskip("pycocotools")
    assert average_precision({1: result_of(pose_at(*BODY))}, coco(BODY)) == {"ap": 1.0, "ap50": 1.0, "ar": 1.0}
    assert average_precision({1: result_of()}, coco(BODY)) == {"ap": 0.0, "ap50": 0.0, "ar": 0.0}


def test_one_of_two_persons_found_is_half_the_recall():
    pytest.importorskip("pycocotools")
    elsewhere = [(x + 300, y) for x, y in BODY]
    figures = average_precision({1: result_of(pose_at(*BODY))}, coco(BODY, elsewhere))
    assert figures["ar"] == 0.5 and figures["ap"] == pytest.approx(0.5, abs=0.01)


@pytest.fixture
def dancer_pictures(tmp_path):
    """Two pictures of the dancer, one of the empty room, and their truth as a COCO file."""
    truth = coco(images=(1, 2, 3))
    for number, (scene, index) in enumerate([("solo", 0), ("solo", 60), ("empty", 0)], 1):
        write_image(tmp_path / f"{number}.png", sample.frame(index, scene=scene).image)
        truth["annotations"] += [annotation(number, number, pose.xy) for pose in sample.truth(index, scene=scene)]
    path = tmp_path / "annotations.json"
    path.write_text(json.dumps(truth))
    return path


def test_a_model_is_measured_on_annotated_pictures(dancer_pictures):
    pytest.importorskip("pycocotools")
    needs("movenet-lightning")
    steps = []
    figures = evaluate(dancer_pictures, dancer_pictures.parent, Settings(), steps.append)
    assert steps == [3, 3, 3] and figures["images"] == 3 and figures["empty_images"] == 1
    assert figures["mean_oks"] > 0.7 and figures["mean_oks"] == figures["mean_oks_single"]
    assert figures["pck"] > 0.95 and figures["false_persons_on_empty"] == 0
    assert 0 < figures["ms_p50"] <= figures["ms_p95"]


GOOD = coco(BODY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        '{"images": []}',
        json.dumps(GOOD | {"images": []}),
        json.dumps(GOOD | {"images": 3}),
        json.dumps(GOOD | {"images": ["a.jpg"]}),
        json.dumps(GOOD | {"images": [{"id": 1}]}),
        json.dumps(GOOD | {"annotations": None}),
        json.dumps(GOOD | {"annotations": [{"image_id": 1, "category_id": 1}]}),
        json.dumps(GOOD | {"annotations": [GOOD["annotations"][0] | {"keypoints": [1, 2, 3]}]}),
        json.dumps(GOOD | {"annotations": [GOOD["annotations"][0] | {"keypoints": "many"}]}),
        json.dumps(GOOD | {"annotations": [GOOD["annotations"][0] | {"area": None}]}),
    ],
    ids=lambda text: text[:12] + "..." + text[-24:],
)
def test_a_file_that_is_no_annotations_is_refused(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(InputError, match=r"a\.json"):
        read_annotations(tmp_path / "a.json")


def test_a_missing_picture_is_refused(dancer_pictures, tmp_path):
    needs("movenet-lightning")
    with pytest.raises(InputError, match=r"1\.png"):
        evaluate(dancer_pictures, tmp_path / "elsewhere", Settings())
