"""The skeletons against their published definitions."""

import numpy as np
import pytest

from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, COCO_FROM_BLAZEPOSE, FACE_468, FACE_OVAL, HAND_21

BOTH = pytest.mark.parametrize("skeleton", [COCO_17, BLAZEPOSE_33], ids=lambda s: s.name)


@BOTH
def test_swapping_left_and_right_twice_changes_nothing(skeleton):
    assert np.array_equal(skeleton.flip[skeleton.flip], np.arange(len(skeleton.keypoints)))


@BOTH
def test_every_left_keypoint_has_a_right_counterpart(skeleton):
    other = {"left": "right", "right": "left", "center": "center"}
    for index, counterpart in enumerate(skeleton.flip):
        assert skeleton.sides[counterpart] == other[skeleton.sides[index]]
        assert (counterpart == index) == (skeleton.sides[index] == "center")


@BOTH
def test_every_keypoint_has_an_edge_and_no_edge_is_listed_twice(skeleton):
    assert {k for edge in skeleton.edges for k in edge} == set(range(len(skeleton.keypoints)))
    assert len({frozenset(edge) for edge in skeleton.edges}) == len(skeleton.edges)


@BOTH
def test_edges_are_the_same_on_both_sides_of_the_body(skeleton):
    edges = {frozenset(edge) for edge in skeleton.edges}
    assert {frozenset(skeleton.flip[k] for k in edge) for edge in edges} == edges


def test_coco_order_is_the_published_one():
    assert len(COCO_17.keypoints) == 17
    assert COCO_17.keypoints[:3] == ("nose", "left_eye", "right_eye")
    assert [COCO_17.index(n) for n in ("left_shoulder", "right_wrist", "left_hip", "right_ankle")] == [5, 10, 11, 16]


def test_coco_sigmas_are_those_of_pycocotools():
    params = pytest.importorskip("pycocotools.cocoeval").Params(iouType="keypoints")
    assert COCO_17.sigmas == pytest.approx(params.kpt_oks_sigmas)


def test_blazepose_order_is_the_published_one():
    assert len(BLAZEPOSE_33.keypoints) == 33
    published = {0: "nose", 9: "mouth_left", 16: "right_wrist", 22: "right_thumb", 29: "left_heel"}
    assert {k: BLAZEPOSE_33.keypoints[k] for k in published} == published


def test_the_conversion_from_blazepose_to_coco_is_the_published_one():
    assert COCO_FROM_BLAZEPOSE.tolist() == [0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]


def published(connections):
    return {frozenset((connection.start, connection.end)) for connection in connections}


def edges(skeleton):
    assert len({frozenset(edge) for edge in skeleton.edges}) == len(skeleton.edges)
    return {frozenset(edge) for edge in skeleton.edges}


def test_a_hand_is_that_of_the_mediapipe_package():
    hands = pytest.importorskip("mediapipe.tasks.python.vision.hand_landmarker")
    assert HAND_21.keypoints == tuple(landmark.name.lower() for landmark in hands.HandLandmark)
    assert edges(HAND_21) == published(hands.HandLandmarksConnections.HAND_CONNECTIONS)


def test_a_face_has_the_contours_of_the_mediapipe_package():
    faces = pytest.importorskip("mediapipe.tasks.python.vision.face_landmarker").FaceLandmarksConnections
    assert edges(FACE_468) == published(faces.FACE_LANDMARKS_CONTOURS)
    oval = {frozenset(pair) for pair in zip(FACE_OVAL, (*FACE_OVAL[1:], FACE_OVAL[0]), strict=True)}
    assert oval == published(faces.FACE_LANDMARKS_FACE_OVAL) and len(FACE_468.keypoints) == 468
