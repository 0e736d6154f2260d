"""COCO keypoint JSON as the true keypoints of a video."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pose_demo import sample
from pose_demo.explore.footage.annotations import check_annotations, read_annotations, write_annotations
from pose_demo.types import InputError

SIZE = (640, 480)


def _image(number, **more):
    return {"id": number, "file_name": f"{number}.jpg", "width": SIZE[0], "height": SIZE[1]} | more


def _person(image, x=100.0, visibility=2, **more):
    return {"id": 1, "image_id": image, "category_id": 1, "keypoints": [x, 50.0, visibility] * 17} | more


@pytest.fixture
def write(tmp_path):
    """Writes a file with these images and annotations; returns its path."""

    def write(images, annotations=(), **more):
        path = tmp_path / "keypoints.json"
        path.write_text(json.dumps({"images": images, "annotations": list(annotations), "categories": []} | more))
        return path

    return write


def _xs(path, count, skipped=0):
    """The x of the first person of each frame; None without a person."""
    frames = read_annotations(path, [SIZE] * count, skipped)
    return [float(poses[0].xy[0, 0]) if poses else None for poses in frames]


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "keypoints.json"
    truth = [sample.ground_truth(index, scene="crossing") for index in range(0, 90, 10)]
    write_annotations(path, truth, SIZE)
    read = read_annotations(path, [SIZE] * len(truth))
    assert [len(poses) for poses in read] == [len(poses) for poses in truth]
    for expected, got in zip(sum(truth, ()), sum(read, ()), strict=True):
        visible = expected.scores > 0
        assert np.allclose(got.xy[visible], expected.xy[visible], atol=1e-3)
        assert np.array_equal(got.scores, expected.scores)
        assert got.track_id == expected.track_id
        assert got.box.iou(expected.box) > 0.999


def test_pycocotools_reads_what_is_written(tmp_path):
    coco = pytest.importorskip("pycocotools.coco")
    path = tmp_path / "keypoints.json"
    write_annotations(path, [sample.ground_truth(index, scene="duo") for index in range(3)], SIZE)
    data = coco.COCO(str(path))
    assert len(data.getImgIds()) == 3 and len(data.getAnnIds(catIds=data.getCatIds(["person"]))) == 6


@pytest.mark.parametrize("field", ["frame", "frame_id"])
def test_images_are_ordered_by_their_frame(write, field):
    images = [_image(7, **{field: 1}), _image(5, **{field: 0}), _image(9, **{field: 2})]
    path = write(images, [_person(5, 10), _person(7, 20), _person(9, 30)])
    assert _xs(path, 3) == [10, 20, 30]


@pytest.mark.parametrize("first", [0, 1])
def test_images_are_ordered_by_consecutive_ids(write, first):
    images = [_image(first + offset, file_name=f"{9 - offset}.jpg") for offset in (2, 0, 1)]
    path = write(images, [_person(first + offset, 10 * offset) for offset in range(3)])
    assert _xs(path, 3) == [0, 10, 20]


def test_images_with_other_ids_are_ordered_by_the_numbers_in_their_names(write):
    images = [_image(number, file_name=f"frame_{number}.jpg") for number in (100, 20, 3)]
    path = write(images, [_person(3, 10), _person(20, 20), _person(100, 30)])
    assert _xs(path, 3) == [10, 20, 30]


def test_a_part_of_the_video_gets_its_own_frames(write):
    path = write([_image(index) for index in range(6)], [_person(index, 10 * index) for index in range(6)])
    assert _xs(path, 2, skipped=3) == [30, 40]


def test_keypoints_that_are_not_labeled_score_0(write):
    path = write([_image(0)], [_person(0, visibility=0), _person(0, visibility=1)])
    first, second = read_annotations(path, [SIZE])[0]
    assert not first.scores.any() and second.scores.all()
    assert first.track_id is None and first.box is None


def test_other_categories_and_crowds_are_left_out(write):
    people = [_person(0, 10, category_id=3), _person(0, 20, category_id=1), _person(0, 30, category_id=3, iscrowd=1)]
    path = write([_image(0)], people, categories=[{"id": 1, "name": "dog"}, {"id": 3, "name": "person"}])
    assert _xs(path, 1) == [10] and len(read_annotations(path, [SIZE])[0]) == 1


def test_frames_that_are_not_annotated_are_reported(write):
    path = write([_image(0, frame=0), _image(1, frame=2)])
    with pytest.raises(InputError, match="expected annotations of the frames 0 to 2, got none of frame 1"):
        read_annotations(path, [SIZE] * 3)


@pytest.mark.parametrize(
    ("image", "person", "words"),
    [
        ({"width": 1280, "height": 720}, {}, "640 x 480 pixels like the video, got 1280 x 720"),
        ({}, {"x": 900.0}, r"inside of 640 x 480 pixels, got \(900, 50\)"),
        ({}, {"x": float("nan")}, "got NaN"),
        ({}, {"visibility": 7}, "visibility of 0, 1 or 2, got 7"),
        ({}, {"keypoints": [1.0] * 39}, r"17 keypoints \(51 numbers\), got 39"),
        ({}, {"keypoints": "x"}, "expected COCO keypoint annotations"),
        ({}, {"bbox": [0, 0, -5, 5]}, "expected a box"),
        ({"width": "wide"}, {}, "expected COCO keypoint annotations"),
    ],
)
def test_wrong_annotations_are_refused(write, image, person, words):
    path = write([_image(0, **image)], [_person(0, **person)])
    with pytest.raises(InputError, match=words):
        read_annotations(path, [SIZE])
    with pytest.raises(InputError, match=words):
        check_annotations(path, SIZE, 1)


def test_more_frames_than_the_video_has_are_refused(write):
    path = write([_image(index) for index in range(5)])
    check_annotations(path, SIZE, 5)
    with pytest.raises(InputError, match=r"shown.json: expected annotations of the 4 frames .* frame 4"):
        check_annotations(path, SIZE, 4, "shown.json")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "at most 20 levels"),
        ("[]", "expected COCO keypoint annotations"),
        ('{"images": [], "annotations": []}', "lists no images"),
        ('{"images": [{"id": 0}], "annotations": [{"image_id": 5, "keypoints": []}]}', "17 keypoints"),
        ('{"images": 5, "annotations": []}', "expected COCO keypoint annotations"),
    ],
)
def test_other_files_are_refused(tmp_path, text, words):
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        read_annotations(path, [SIZE])


def test_annotations_of_an_image_that_is_not_listed_are_refused(write):
    with pytest.raises(InputError, match="image 5, which the file does not list"):
        read_annotations(write([_image(0)], [_person(5)]), [SIZE])


def test_two_images_of_one_frame_are_refused(write):
    with pytest.raises(InputError, match="two of the same frame"):
        read_annotations(write([_image(0, frame=3), _image(1, frame=3)]), [SIZE])


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(InputError, match="cannot be opened"):
        read_annotations(tmp_path / "no.json", [SIZE])


def test_an_upload_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("pose_demo.explore.footage.annotations.MAX_UPLOAD_BYTES", 100)
    path = tmp_path / "a.json"
    path.write_text(" " * 101)
    with pytest.raises(InputError, match=r"shown\.json: expected JSON of at most"):
        check_annotations(path, SIZE, 1, "shown.json")
