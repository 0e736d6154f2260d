"""The contract of the networks of hands and faces, for any frame and any pose that a model can give them."""

from __future__ import annotations

import threading
from functools import cache

import numpy as np
import pytest

from models import needs
from pose_demo import sample
from pose_demo.estimators import holistic
from pose_demo.estimators.holistic import FACE, HANDS
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, FACE_468, HAND_21
from pose_demo.types import Frame, Pose

SIZES = [(1, 1), (2, 2), (3, 2000), (641, 481), (1280, 720)]
SKELETONS = {"left_hand": HAND_21, "right_hand": HAND_21, "face": FACE_468}


@pytest.fixture(scope="module", params=[False, True], ids=["video", "static"])
def estimator(request, every_model):
    for network in (HANDS, FACE):
        needs(network.name)
    return holistic.load(True, True, static_image_mode=request.param)


@cache
def dancer(size=(640, 480), index=0):
    (truth,) = sample.ground_truth(index, size=size)
    return sample.frame(index, size=size).image, truth


def filled(skeleton, xy, score=0.9):
    count = len(skeleton.keypoints)
    return Pose(skeleton, np.broadcast_to(np.float32(xy), (count, 2)).copy(), np.full(count, score, np.float32))


def spread(skeleton, size, scale=1.0):
    """Keypoints all over the frame, or far beyond it."""
    xy = np.random.default_rng(0).uniform(-0.2, 1.2, (len(skeleton.keypoints), 2)) * np.multiply(size, scale)
    return Pose(skeleton, xy.astype(np.float32), np.full(len(xy), 0.9, np.float32))


POSES = {
    "dancer": lambda skeleton, size: dancer(size)[1],
    "one point": lambda skeleton, size: filled(skeleton, (size[0] / 2, size[1] / 2)),
    "corner": lambda skeleton, size: filled(skeleton, (0, 0)),
    "spread": spread,
    "huge": lambda skeleton, size: spread(skeleton, size, 1e6),
    "not visible": lambda skeleton, size: filled(skeleton, (5, 5), 0.0),
}


def estimate_checked(estimator, image, *poses):
    """Estimate, and check everything that the contract guarantees."""
    before = image.copy()
    found = estimator.estimate(Frame(image), poses)
    assert np.array_equal(image, before), "the frame was changed"
    assert len(found) == len(poses)
    for pose, given in zip(found, poses, strict=True):
        assert pose.xy is given.xy and pose.scores is given.scores
        for name, part in pose.parts.items():
            assert part.skeleton is SKELETONS[name]
            count = len(part.skeleton.keypoints)
            assert part.xy.shape == (count, 2) and part.xy.dtype == np.float32 and np.isfinite(part.xy).all()
            assert part.scores.shape == (count,) and part.scores.dtype == np.float32
            assert (part.scores >= 0).all() and (part.scores <= 1).all()
    return found


@pytest.mark.parametrize("skeleton", [COCO_17, BLAZEPOSE_33], ids=lambda skeleton: skeleton.name)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_any_pose_in_any_frame(estimator, skeleton, size):
    rng, shape = np.random.default_rng(size[0]), (size[1], size[0], 3)
    for image in (np.zeros(shape, np.uint8), rng.integers(0, 256, shape, np.uint8)):
        poses = [pose(skeleton, size) for name, pose in POSES.items() if name != "dancer" or min(size) > 9]
        for _ in range(2):  # the second time with tracks
            estimate_checked(estimator, image, *poses)
    estimate_checked(estimator, image)


VIEWS = {
    "mirrored": lambda image: image[:, ::-1],
    "transposed": lambda image: image.swapaxes(0, 1),
    "slice": lambda image: image[7:401, 13:600],
}


@pytest.mark.parametrize("view", VIEWS)
def test_views_of_an_image_have_the_same_result_as_copies(estimator, view):
    image, truth = dancer()
    found = []
    for array in (VIEWS[view](image), np.ascontiguousarray(VIEWS[view](image))):
        array.flags.writeable = False
        estimator.reset()
        found += estimate_checked(estimator, array, truth)
    assert found[0].parts.keys() == found[1].parts.keys()
    for name, part in found[0].parts.items():
        assert np.array_equal(part.xy, found[1].parts[name].xy)


def clip(start):
    """What is found in four frames of the dance by an estimator of its own."""
    estimator = holistic.load(True, True)
    return [
        part.xy
        for index in range(start, start + 4)
        for pose in estimator.estimate(Frame(dancer(index=index)[0]), [dancer(index=index)[1]])
        for part in pose.parts.values()
    ]


def test_concurrent_streams_share_the_networks_and_have_the_same_results_as_each_alone(estimator):
    starts, found = (0, 150), {}
    alone = {start: clip(start) for start in starts}
    threads = [threading.Thread(target=lambda s=s: found.update({s: clip(s)})) for s in starts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for start in starts:
        assert len(found[start]) == len(alone[start]) > 0
        assert all(np.array_equal(a, b) for a, b in zip(found[start], alone[start], strict=True))


def test_the_hands_and_the_face_of_the_dancer_are_where_they_are_drawn(estimator):
    """Wrists and nose, a third of a second apart: the hands are 30 pixels long, the face 43 pixels high."""
    estimator.reset()
    for index in range(0, 30, 10):
        image, truth = dancer(index=index)
        (found,) = estimate_checked(estimator, image, truth)
        points = {f"{side}_wrist": found.parts[f"{side}_hand"].xy[0] for side in ("left", "right")}
        points["nose"] = found.parts["face"].xy[1]
        for name, point in points.items():
            assert np.linalg.norm(point - truth.xy[COCO_17.index(name)]) < 12, name
