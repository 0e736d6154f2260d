"""The built-in references, and how well the rules tell them apart."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from pose_demo import sample
from pose_demo.matching import library
from pose_demo.matching.reference import Reference
from pose_demo.matching.similarity import match
from pose_demo.types import InputError

SIZE = (640, 480)
SCALES, MIRRORED = (1.0, 0.8, 0.9, 0.7, 0.85), (False, True, False, True, False)
NOISE = 0.02  # of the torso's length; a good model's error


def test_it_has_the_dancers_poses():
    assert library.names() == tuple(sample.POSES)
    assert len(library.names()) >= 8


@pytest.mark.parametrize("name", sample.POSES)
def test_each_one_matches_itself_and_its_picture_fits(name):
    loaded = library.load(name)
    assert loaded is library.load(name)
    assert loaded.name == name
    found = match(loaded, loaded.pose)
    assert (found.score, found.mirrored, len(found.limbs)) == (pytest.approx(1), False, 12)
    assert loaded.thumbnail.shape == (160, 160, 3)
    assert library.picture(name, (320, 240)).shape == (240, 320, 3)


def test_an_unknown_pose_is_refused():
    with pytest.raises(InputError, match="t-pose"):
        library.load("moonwalk")
    with pytest.raises(InputError, match="t-pose"):
        library.picture("moonwalk", SIZE)


@pytest.fixture(scope="module")
def people():
    """(name, pose): every pose by five bodies of several sizes, some mirrored, as a model would find them."""
    rng = np.random.default_rng(0)
    variants = list(zip(list(sample.BODIES)[:5], SCALES, MIRRORED, strict=True))
    truths = [
        (name, sample.still(name, size=SIZE, body=body, scale=scale, mirrored=mirrored)[1])
        for name in sample.POSES
        for body, scale, mirrored in variants
    ]
    return [(name, _noisy(pose, rng)) for name, pose in truths]


def _noisy(pose, rng):
    middles = [
        pose.xy[[pose.skeleton.index(f"{side}_{part}") for side in ("left", "right")]].mean(axis=0)
        for part in ("hip", "shoulder")
    ]
    torso = np.linalg.norm(middles[0] - middles[1])
    return replace(pose, xy=(pose.xy + rng.normal(0, NOISE * torso, pose.xy.shape)).astype(np.float32))


def _scores(people, rule):
    """Scores of all pairs with the same pose, and of all others."""
    same, different = [], []
    references = [Reference.from_pose(pose, SIZE, name) for name, pose in people]
    for (reference, _), (_, (name, pose)) in combinations(list(zip(references, people, strict=True)), 2):
        (same if reference.name == name else different).append(match(reference, pose, rule=rule).score)
    return np.array(same), np.array(different)


def _auc(same, different):
    """How often a pair with the same pose scores higher than one with different poses; ties count half."""
    gaps = same[:, None] - different[None, :]
    return float((gaps > 0).mean() + (gaps == 0).mean() / 2)


def test_limb_angle_tells_the_library_apart(people):
    same, different = _scores(people, "limb-angle")
    assert len(same) >= 8 * 10
    assert _auc(same, different) >= 0.99
