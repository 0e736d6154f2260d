"""The skeletons against their published definitions."""

import numpy as np
import pytest

from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, COCO_FROM_BLAZEPOSE

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
