"""Comparing two pictures, as the command `match` does, with a real model."""

from __future__ import annotations

import json

import pytest

from models import needs
from pose_demo import cli, sample
from pose_demo.io.images import write_image
from pose_demo.matching import library
from pose_demo.offline.compare import read_reference
from pose_demo.settings import Settings


@pytest.fixture
def pictures(tmp_path):
    """Paths of a star, another body's star, a tree, and a room with nobody."""
    needs("movenet-lightning")
    made = {
        "star": sample.still("star")[0],
        "other star": sample.still("star", body="b", scale=0.8)[0],
        "tree": sample.still("tree")[0],
        "nobody": sample.frame(0, scene="empty").image,
    }
    for name, picture in made.items():
        write_image(tmp_path / f"{name}.png", picture)
    return {name: str(tmp_path / f"{name}.png") for name in made}


def _match(capsys, *words: str) -> tuple[int, dict, str]:
    code = cli.main(["match", *words, "--json"])
    out, error = capsys.readouterr()
    return code, json.loads(out) if out else {}, error


def test_the_same_pose_matches_and_another_does_not(pictures, capsys):
    code, same, _ = _match(capsys, pictures["star"], pictures["other star"])
    assert code == 0 and same["match"] and same["score"] > 0.9
    assert set(same) == {"score", "match", "mirrored", "limbs"} and len(same["limbs"]) == 12
    _, other, _ = _match(capsys, pictures["star"], pictures["tree"])
    assert not other["match"] and other["score"] < same["score"]


@pytest.mark.parametrize("words", [("star", "nobody"), ("nobody", "star")])
def test_a_picture_without_a_person_is_named(pictures, capsys, words):
    code, found, error = _match(capsys, *(pictures[word] for word in words))
    assert code == 2 and not found
    assert "nobody.png" in error and "Traceback" not in error


def test_rules_and_models_can_be_chosen(pictures, capsys):
    _, strict, _ = _match(capsys, pictures["star"], pictures["other star"], "--rule", "every-limb")
    assert strict["score"] is not None
    with pytest.raises(SystemExit):
        cli.main(["match", pictures["star"], pictures["tree"], "--rule", "coin"])


def test_a_saved_pose_is_a_reference_too(pictures, tmp_path, capsys):
    saved = tmp_path / "pose.json"
    saved.write_text(library.load("star").to_json())
    _, found, _ = _match(capsys, str(saved), pictures["star"])
    assert found["match"]


def test_a_mirrored_picture_setting_does_not_turn_the_reference_round(pictures):
    from pathlib import Path

    plain = read_reference(Path(pictures["tree"]), Settings())
    mirrored = read_reference(Path(pictures["tree"]), Settings(mirror="on"))
    assert mirrored.xy == pytest.approx(plain.xy, abs=0.01)
