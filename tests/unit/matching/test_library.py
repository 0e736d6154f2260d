"""The built-in references, and how well the rules distinguish them."""

import subprocess
import sys
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from pose_demo import sample
from pose_demo.matching import library
from pose_demo.matching.options import MatchOptions
from pose_demo.matching.reference import Reference
from pose_demo.matching.similarity import match
from pose_demo.types import InputError

SIZE = (640, 480)
SCALES, MIRRORED = (1.0, 0.8, 0.9, 0.7, 0.85), (False, True, False, True, False)
NOISE = 0.02  # relative to the torso length; the error of a good model


def test_the_names_are_the_poses_of_the_sample():
    assert tuple(sample.POSES) == library.NAMES
    assert len(library.NAMES) >= 8


def test_settings_do_not_import_the_sample():
    code = "import sys, pose_demo.settings; sys.exit('pose_demo.sample' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", sample.POSES)
def test_each_reference_matches_itself_and_has_an_image(name):
    loaded = library.load(name)
    assert loaded is library.load(name)
    assert loaded.name == name
    found = match(loaded, loaded.pose)
    assert (found.score, found.mirrored, len(found.limbs)) == (pytest.approx(1), False, 12)
    assert loaded.thumbnail.shape == (160, 160, 3)
    assert library.image(name, (320, 240)).shape == (240, 320, 3)


def test_an_unknown_pose_is_refused():
    with pytest.raises(InputError, match="t-pose"):
        library.load("moonwalk")
    with pytest.raises(InputError, match="t-pose"):
        library.image("moonwalk", SIZE)


@pytest.fixture(scope="module")
def people():
    """(name, pose): every pose by five bodies of several sizes, some mirrored, with the noise of a model."""
    rng = np.random.default_rng(0)
    variants = list(zip(list(sample.BODIES)[:5], SCALES, MIRRORED, strict=True))
    ground_truth = [
        (name, sample.still(name, size=SIZE, body=body, scale=scale, mirrored=mirrored)[1])
        for name in sample.POSES
        for body, scale, mirrored in variants
    ]
    return [(name, _noisy(pose, rng)) for name, pose in ground_truth]


def _noisy(pose, rng):
    centers = [
        pose.xy[[pose.skeleton.index(f"{side}_{part}") for side in ("left", "right")]].mean(axis=0)
        for part in ("hip", "shoulder")
    ]
    torso = np.linalg.norm(centers[0] - centers[1])
    return replace(pose, xy=(pose.xy + rng.normal(0, NOISE * torso, pose.xy.shape)).astype(np.float32))


def _scores(people, rule):
    """Scores of all pairs with the same pose, and of all others."""
    same, different = [], []
    references = [Reference.from_pose(pose, SIZE, name) for name, pose in people]
    for (reference, _), (_, (name, pose)) in combinations(list(zip(references, people, strict=True)), 2):
        (same if reference.name == name else different).append(match(reference, pose, MatchOptions(rule=rule)).score)
    return np.array(same), np.array(different)


def _auc(same, different):
    """Area under the ROC curve: the share of (same, different) pairs in which the same pose scores higher."""
    gaps = same[:, None] - different[None, :]
    return float((gaps > 0).mean() + (gaps == 0).mean() / 2)


def test_limb_angle_distinguishes_the_references(people):
    same, different = _scores(people, "limb-angle")
    assert len(same) >= 8 * 10
    assert _auc(same, different) >= 0.99
