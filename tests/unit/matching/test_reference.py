"""References: JSON round trip, and everything that is rejected."""

import json

import numpy as np
import pytest
from matching_body import SIZE, mirror_image, reference, rotated, t_pose, with_score

from pose_demo.matching.reference import Reference
from pose_demo.matching.similarity import match
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, COCO_FROM_BLAZEPOSE
from pose_demo.types import InputError, Pose

LEANING = with_score(rotated(t_pose(), 33.3, "left_elbow", "left_wrist"), 0.123456, "nose")


def test_json_round_trip():
    before = Reference.from_pose(LEANING, SIZE, "슈퍼맨 \N{MAN DANCING}")
    after = Reference.from_json(before.to_json())
    assert (after.name, after.size) == (before.name, before.size)
    assert after.xy == pytest.approx(before.xy, abs=1e-3)
    assert after.scores == pytest.approx(before.scores, abs=1e-4)
    assert (after.xy.dtype, after.scores.dtype) == (np.float32, np.float32)
    assert after.to_json() == before.to_json()


def test_json_has_keypoint_names():
    data = json.loads(reference().to_json())
    assert (data["format"], data["skeleton"], data["size"]) == ("pose_demo.reference/1", "coco-17", [400, 400])
    assert data["keypoints"]["left_wrist"] == [330.0, 100.0, 1.0]
    assert set(data["keypoints"]) == set(COCO_17.keypoints)


def test_json_with_a_byte_order_mark():
    assert Reference.from_json(b"\xef\xbb\xbf" + reference().to_json().encode()).name == "T"


def test_the_thumbnail_is_not_part_of_the_json():
    small = np.zeros((8, 8, 3), np.uint8)
    made = Reference.from_pose(t_pose(), SIZE, "T", thumbnail=small)
    assert made.thumbnail is small
    assert Reference.from_json(made.to_json()).thumbnail is None


def test_a_blazepose_reference_is_stored_as_coco():
    xy, scores = np.zeros((33, 2), np.float32), np.zeros(33, np.float32)
    xy[COCO_FROM_BLAZEPOSE], scores[COCO_FROM_BLAZEPOSE] = t_pose().xy, 1
    made = Reference.from_pose(Pose(BLAZEPOSE_33, xy, scores), SIZE, "T")
    assert made.to_json() == reference().to_json()
    assert match(made, t_pose()).score == pytest.approx(1)


def test_a_reference_does_not_share_memory_with_its_pose():
    pose = t_pose()
    made = Reference.from_pose(pose, SIZE, "T")
    pose.xy[:] = 0
    assert made.xy == pytest.approx(t_pose().xy)


def test_references_are_hashable():
    assert len({reference(), reference()}) == 2


def test_the_mirrored_pose():
    assert reference(LEANING).mirrored_pose.xy == pytest.approx(mirror_image(LEANING).xy)
    assert reference(LEANING).mirrored_pose.scores == pytest.approx(mirror_image(LEANING).scores)


def _changed(**changes):
    return json.dumps(json.loads(reference().to_json()) | changes)


def _keypoints(**changes):
    return _changed(keypoints=json.loads(reference().to_json())["keypoints"] | changes)


def _without(name):
    data = json.loads(reference().to_json())
    del data["keypoints"][name]
    return json.dumps(data)


INVALID = {
    "empty": ("", "JSON"),
    "not JSON": ("nose 1 2 3", "JSON"),
    "binary": (b"\xff\xd8\xff\xe0", "JSON"),
    "nested too deep": ("[" * 100_000, "JSON"),
    "number too long": ("9" * 10_000, "JSON"),
    "a list": ("[]", "an object"),
    "huge": (" " * 1_000_001, "at most 1 MB"),
    "NaN": (_keypoints(nose=[float("nan"), 1, 1]), "finite.*NaN"),
    "Infinity": (_keypoints(nose=[1, 1, float("inf")]), "finite.*Infinity"),
    "infinite by its exponent": (_changed().replace("200.0", "1e999"), "position"),
    "empty object": ("{}", "also format"),
    "another format": (_changed(format="pose_demo.reference/2"), "format"),
    "another skeleton": (_changed(skeleton="blazepose-33"), "skeleton.*coco-17"),
    "an extra entry": (_changed(color="red"), "color"),
    "no left wrist": (_without("left_wrist"), "left_wrist"),
    "a tail": (_keypoints(tail=[1, 1, 1]), "tail"),
    "keypoints as a list": (_changed(keypoints=[[1, 1, 1]] * 17), "keypoints"),
    "text for a number": (_keypoints(nose=["1", 1, 1]), "nose"),
    "true for a number": (_keypoints(nose=[1, 1, True]), "nose"),
    "null": (_keypoints(nose=None), "nose"),
    "two numbers": (_keypoints(nose=[1, 1]), "nose"),
    "an object for numbers": (_keypoints(nose={"x": 1, "y": 1, "score": 1}), "nose"),
    "score above 1": (_keypoints(nose=[1, 1, 1.01]), "nose.*score"),
    "score below 0": (_keypoints(nose=[1, 1, -0.1]), "nose.*score"),
    "far outside": (_keypoints(nose=[1e6, 1, 1]), "nose.*position.*400x400"),
    "very far outside": (_keypoints(nose=[10**400, 1, 1]), "nose.*position"),
    "size of one number": (_changed(size=[400]), "size"),
    "width of zero": (_changed(size=[0, 400]), "size"),
    "size too large": (_changed(size=[400, 10**12]), "size"),
    "size in text": (_changed(size="400x400"), "size"),
    "half a pixel": (_changed(size=[400.5, 400]), "size.*integer"),
    "blank name": (_changed(name=" "), "name"),
    "name too long": (_changed(name="a" * 101), "name"),
    "name far too long": (_changed(name="a" * 10_000), "name"),
    "name as a number": (_changed(name=7), "name"),
    "no scores": (_changed(keypoints={name: [1, 1, 0] for name in COCO_17.keypoints}), "at least 3 limbs.*whole body"),
    "one point": (_changed(keypoints={name: [1, 1, 1] for name in COCO_17.keypoints}), "at least 3 limbs"),
}


@pytest.mark.parametrize("kind", INVALID)
def test_invalid_json_is_rejected(kind):
    text, message = INVALID[kind]
    with pytest.raises(InputError, match=f"(?s)^reference pose: .*{message}") as error:
        Reference.from_json(text)
    assert len(str(error.value)) < 500


def test_the_helpers_of_the_invalid_files_make_valid_ones():
    Reference.from_json(_changed())
    Reference.from_json(_keypoints(nose=[1, 1, 1]))


LIMITS = {
    "name": (_changed(name="a" * 100), _changed(name="a" * 101)),
    "size": (_changed(size=[20_000, 1]), _changed(size=[20_001, 1])),
    "keypoint": (_keypoints(nose=[-800, 800, 1]), _keypoints(nose=[-801, 1, 1])),
    "score": (_keypoints(nose=[1, 1, 0]), _keypoints(nose=[1, 1, -0.001])),
}


@pytest.mark.parametrize("field", LIMITS)
def test_limits(field):
    within, beyond = LIMITS[field]
    Reference.from_json(within)
    with pytest.raises(InputError):
        Reference.from_json(beyond)


def test_a_reference_requires_three_visible_limbs():
    arm = {"left_shoulder", "left_elbow", "left_wrist", "right_shoulder"}
    visible = with_score(t_pose(), 0.29, *(set(COCO_17.keypoints) - arm))
    Reference.from_pose(visible, SIZE, "T")
    with pytest.raises(InputError, match="got 2"):
        Reference.from_pose(with_score(visible, 0.29, "left_wrist"), SIZE, "T")


def test_a_pose_without_confident_keypoints_is_rejected():
    with pytest.raises(InputError, match="got 0; use a well-lit image of the whole body"):
        Reference.from_pose(with_score(t_pose(), 0.2, *COCO_17.keypoints), SIZE, "T")
