"""Comparison of two images with a real model, as the command `match` does it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from image_files import file_of
from PIL import Image

from models import needs
from pose_demo import cli, sample
from pose_demo.io.images import write_image
from pose_demo.matching import library
from pose_demo.offline.compare import read_reference
from pose_demo.settings import Settings
from pose_demo.skeletons import COCO_17


@pytest.fixture
def image_paths(tmp_path):
    """Paths of a star, a star by another body, a tree, and an empty room."""
    needs("movenet-lightning")
    images = {
        "star": sample.still("star")[0],
        "other star": sample.still("star", body="b", scale=0.8)[0],
        "tree": sample.still("tree")[0],
        "empty": sample.frame(0, scene="empty").image,
    }
    for name, image in images.items():
        write_image(tmp_path / f"{name}.png", image)
    return {name: str(tmp_path / f"{name}.png") for name in images}


def _match(capsys, *arguments: str) -> tuple[int, dict, str]:
    code = cli.main(["match", *arguments, "--json"])
    out, error = capsys.readouterr()
    return code, json.loads(out) if out else {}, error


def test_same_pose_matches_and_another_does_not(image_paths, capsys):
    code, same, _ = _match(capsys, image_paths["star"], image_paths["other star"])
    assert code == 0 and same["match"] and same["score"] > 0.9
    assert set(same) == {"score", "match", "mirrored", "limbs", "reason"} and len(same["limbs"]) == 12
    _, other, _ = _match(capsys, image_paths["star"], image_paths["tree"])
    assert not other["match"] and other["score"] < same["score"]


def test_a_person_who_is_mostly_outside_the_picture_gets_no_verdict(image_paths, tmp_path, capsys):
    image, pose = sample.still("hands-on-hips", size=(1280, 960))
    waist = int(pose.xy[COCO_17.index("left_hip"), 1]) - 30
    write_image(tmp_path / "desk.png", image[waist - 380 : waist, 380:900])
    code, found, _ = _match(capsys, image_paths["star"], str(tmp_path / "desk.png"))
    assert code == 0 and (found["score"], found["match"]) == (None, False)
    assert found["reason"].startswith("too little of the body is in the picture to tell: step back")
    assert cli.main(["match", image_paths["star"], str(tmp_path / "desk.png")]) == 0
    assert capsys.readouterr().err.splitlines()[-2:] == ["no verdict: too little to tell", found["reason"]]


@pytest.mark.parametrize("names", [("star", "empty"), ("empty", "star")])
def test_image_without_a_person_is_named(image_paths, capsys, names):
    code, found, error = _match(capsys, *(image_paths[name] for name in names))
    assert code == 2 and not found
    assert "empty.png" in error and "Traceback" not in error


def test_rule_can_be_chosen(image_paths, capsys):
    _, strict, _ = _match(capsys, image_paths["star"], image_paths["other star"], "--rule", "every-limb")
    assert strict["score"] is not None
    with pytest.raises(SystemExit):
        cli.main(["match", image_paths["star"], image_paths["tree"], "--rule", "coin"])


def test_saved_pose_can_be_the_reference(image_paths, tmp_path, capsys):
    saved = tmp_path / "pose.json"
    saved.write_text(library.load("star").to_json())
    _, found, _ = _match(capsys, str(saved), image_paths["star"])
    assert found["match"]


@pytest.mark.parametrize("name", ["star.avif", "star.heic", "star.jfif", "star.jpe", "star", "star.mp4"])
def test_image_of_every_format_and_name_matches(image_paths, tmp_path, capsys, name):
    path = tmp_path / name
    formats = {"star.avif": "AVIF", "star.heic": "HEIF", "star": "PNG"}
    path.write_bytes(file_of(sample.still("star")[0], formats.get(name, "JPEG"), quality=90))
    for pair in ((str(path), image_paths["star"]), (image_paths["star"], str(path))):
        code, found, error = _match(capsys, *pair)
        assert code == 0 and found["match"] and found["score"] > 0.95 and not error


def test_saved_pose_may_have_any_name(image_paths, tmp_path, capsys):
    saved = tmp_path / "pose.png"
    saved.write_text(library.load("star").to_json())
    _, found, _ = _match(capsys, str(saved), image_paths["star"])
    assert found["match"]


@pytest.mark.parametrize("position", [0, 1])
def test_video_in_place_of_an_image_is_named(image_paths, make_clip, capsys, position):
    pair = [image_paths["star"], image_paths["star"]]
    pair[position] = str(make_clip(2))
    code, _, error = _match(capsys, *pair)
    assert code == 2 and "clip.mp4: expected an image, got a video (MP4 or MOV)" in error


def test_first_picture_of_an_animation_is_used_and_it_is_said(image_paths, tmp_path, capsys):
    star, tree = (Image.fromarray(sample.still(name)[0]) for name in ("star", "tree"))
    (tmp_path / "dance.gif").write_bytes(file_of(star, "GIF", save_all=True, append_images=[tree]))
    _, found, error = _match(capsys, str(tmp_path / "dance.gif"), image_paths["star"])
    assert found["match"] and "dance.gif: an animation; its first picture is used" in error


def test_reference_is_the_same_with_mirroring(image_paths):
    plain = read_reference(Path(image_paths["tree"]), Settings())
    mirrored = read_reference(Path(image_paths["tree"]), Settings(mirror="on"))
    assert mirrored.xy == pytest.approx(plain.xy, abs=0.01)
