"""References: round trip, and everything that is refused."""

import json

import numpy as np
import pytest
from matching_body import SIZE, in_a_mirror, reference, scored, t_pose, turned

from pose_demo.matching.reference import Reference
from pose_demo.matching.similarity import match
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, COCO_FROM_BLAZEPOSE
from pose_demo.types import InputError, Pose

LEANING = scored(turned(t_pose(), 33.3, "left_elbow", "left_wrist"), 0.123456, "nose")


def test_json_round_trip():
    before = Reference.from_pose(LEANING, SIZE, "슈퍼맨 \N{MAN DANCING}")
    after = Reference.from_json(before.to_json())
    assert (after.name, after.size) == (before.name, before.size)
    assert after.xy == pytest.approx(before.xy, abs=1e-3)
    assert after.scores == pytest.approx(before.scores, abs=1e-4)
    assert (after.xy.dtype, after.scores.dtype) == (np.float32, np.float32)
    assert after.to_json() == before.to_json()


def test_json_names_the_keypoints():
    data = json.loads(reference().to_json())
    assert (data["format"], data["skeleton"], data["size"]) == ("pose_demo.reference/1", "coco-17", [400, 400])
    assert data["keypoints"]["left_wrist"] == [330.0, 100.0, 1.0]
    assert set(data["keypoints"]) == set(COCO_17.keypoints)


def test_json_as_an_uploaded_file_with_a_byte_order_mark():
    assert Reference.from_json(b"\xef\xbb\xbf" + reference().to_json().encode()).name == "T"


def test_the_thumbnail_stays_here():
    small = np.zeros((8, 8, 3), np.uint8)
    made = Reference.from_pose(t_pose(), SIZE, "T", thumbnail=small)
    assert made.thumbnail is small
    assert Reference.from_json(made.to_json()).thumbnail is None


def test_a_blazepose_reference_is_kept_as_coco():
    xy, scores = np.zeros((33, 2), np.float32), np.zeros(33, np.float32)
    xy[COCO_FROM_BLAZEPOSE], scores[COCO_FROM_BLAZEPOSE] = t_pose().xy, 1
    made = Reference.from_pose(Pose(BLAZEPOSE_33, xy, scores), SIZE, "T")
    assert made.to_json() == reference().to_json()
    assert match(made, t_pose()).score == pytest.approx(1)


def test_a_reference_does_not_change_with_the_pose_it_came_from():
    pose = t_pose()
    made = Reference.from_pose(pose, SIZE, "T")
    pose.xy[:] = 0
    assert made.xy == pytest.approx(t_pose().xy)


def test_references_can_be_keys():
    assert len({reference(), reference()}) == 2


def test_the_mirrored_pose():
    assert reference(LEANING).mirrored_pose.xy == pytest.approx(in_a_mirror(LEANING).xy)
    assert reference(LEANING).mirrored_pose.scores == pytest.approx(in_a_mirror(LEANING).scores)


def _changed(**changes):
    return json.dumps(json.loads(reference().to_json()) | changes)


def _keypoints(**changes):
    return _changed(keypoints=json.loads(reference().to_json())["keypoints"] | changes)


def _without(name):
    data = json.loads(reference().to_json())
    del data["keypoints"][name]
    return json.dumps(data)


NONSENSE = {
    "empty": ("", "JSON"),
    "no JSON": ("nose 1 2 3", "JSON"),
    "bytes that are no text": (b"\xff\xd8\xff\xe0", "JSON"),
    "nested too deep": ("[" * 100_000, "JSON"),
    "number too long": ("9" * 10_000, "JSON"),
    "a list": ("[]", "an object"),
    "huge": (" " * 1_000_001, "1000001 characters"),
    "NaN": (_keypoints(nose=[float("nan"), 1, 1]), "finite.*NaN"),
    "Infinity": (_keypoints(nose=[1, 1, float("inf")]), "finite.*Infinity"),
    "infinite by its exponent": (_changed().replace("200.0", "1e999"), "place"),
    "nothing in it": ("{}", "also format"),
    "another format": (_changed(format="pose_demo.reference/2"), "format"),
    "another skeleton": (_changed(skeleton="blazepose-33"), "skeleton.*coco-17"),
    "an extra entry": (_changed(colour="red"), "colour"),
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
    "far outside": (_keypoints(nose=[1e6, 1, 1]), "nose.*place.*400x400"),
    "very far outside": (_keypoints(nose=[10**400, 1, 1]), "nose.*place"),
    "size of one number": (_changed(size=[400]), "size"),
    "size of nothing": (_changed(size=[0, 400]), "size"),
    "size of a planet": (_changed(size=[400, 10**12]), "size"),
    "size in text": (_changed(size="400x400"), "size"),
    "half a pixel": (_changed(size=[400.5, 400]), "size.*whole"),
    "name of nothing": (_changed(name=" "), "name"),
    "name without end": (_changed(name="a" * 101), "name"),
    "name of a whole book": (_changed(name="a" * 10_000), "name"),
    "name as a number": (_changed(name=7), "name"),
    "nobody": (_changed(keypoints={name: [1, 1, 0] for name in COCO_17.keypoints}), "at least 3 limbs.*whole body"),
    "one point": (_changed(keypoints={name: [1, 1, 1] for name in COCO_17.keypoints}), "at least 3 limbs"),
}


@pytest.mark.parametrize("kind", NONSENSE)
def test_nonsense_is_refused(kind):
    text, told = NONSENSE[kind]
    with pytest.raises(InputError, match=f"(?s)^reference pose: .*{told}") as refused:
        Reference.from_json(text)
    assert len(str(refused.value)) < 500


def test_the_nonsense_is_nonsense_by_one_change_only():
    Reference.from_json(_changed())
    Reference.from_json(_keypoints(nose=[1, 1, 1]))


def test_a_pose_without_sure_keypoints_is_refused_with_what_to_do():
    with pytest.raises(InputError, match="got 0; take a picture with the whole body"):
        Reference.from_pose(scored(t_pose(), 0.2, *COCO_17.keypoints), SIZE, "T")
