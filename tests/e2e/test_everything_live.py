"""What the notebook has, switched on while the stream runs: each toggle changes the returned picture."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from browser import visiting, wait_for

from pose_demo.background import BEHIND
from pose_demo.effects import EFFECTS
from pose_demo.matching.rules import RULES
from pose_demo.media import read_image
from pose_demo.video import VideoReader


@pytest.fixture(scope="module")
def streaming(chromium, server):
    """A tab whose stream runs while one thing after another is switched."""
    with visiting(
        chromium, server.url + "/?effects=blur(radius=1)&background.behind=colour&match.reference=star"
    ) as tab:
        tab.stream()
        yield tab


def _still(visitor) -> np.ndarray:
    return visitor.video_pixels().astype(np.int16)


def _choose(visitor, label: str, option: str) -> None:
    visitor.page.get_by_role("combobox", name=label).first.click()
    visitor.page.get_by_role("option", name=option, exact=True).click()
    visitor.page.keyboard.press("Escape")


def test_every_background_changes_the_returned_picture(streaming):
    from pose_demo.ui.widgets import words

    streaming.open_topic("Background")
    looks = set()
    for name in ("none", *(name for name in BEHIND if name not in ("none", "picture"))):
        _choose(streaming, "Behind the person", words(name))
        streaming.page.wait_for_timeout(1500)
        looks.add(_look(streaming.video_pixels()))
    assert len(looks) >= 6


def _look(picture) -> tuple:
    """What tells backgrounds apart: the wall's colour, how much is black, how much detail the wall has."""
    wall = picture[:80, 200:440]
    black = (picture.max(axis=2) < 20).mean()
    detail = cv2.Laplacian(picture[200:300, 60:200], cv2.CV_64F).var()
    return (*(int(v) // 8 for v in wall.mean(axis=(0, 1))), round(black * 20), int(np.log2(detail + 1)))


def test_every_effect_is_served_and_every_rule(streaming, server):
    _choose(streaming, "Behind the person", "None")
    for rule in RULES:
        streaming.page.goto(f"{server.url}/?match.reference=star&match.rule={rule}")
        streaming.stream()
        streaming.page.locator(".pd-verdict").wait_for()
    for effect in EFFECTS:
        streaming.page.goto(f"{server.url}/?effects={effect}")
        streaming.stream(2)
        wait_for(lambda: "Effects" in streaming.figures(), 20, f"frames with {effect}")
    assert not server.complaints()


def test_a_toggle_changes_the_returned_pixels_within_a_second(visitor):
    visitor.stream()
    visitor.open_topic("Drawing")
    visitor.page.get_by_role("button", name="on", exact=True).or_(
        visitor.page.get_by_role("radio", name="off", exact=True)
    ).first.click()  # the looking glass off: the window of the room changes its side
    visitor.page.wait_for_timeout(1000)
    first = _still(visitor)[60:200, :300].mean()
    visitor.page.get_by_role("radio", name="on", exact=True).click()
    visitor.page.wait_for_timeout(1000)
    assert abs(_still(visitor)[60:200, :300].mean() - first) > 3


def test_a_recording_plays_and_has_the_length_it_says(visitor, tmp_path):
    visitor.stream()
    visitor.page.get_by_role("button", name="Record", exact=True).click()
    visitor.page.get_by_role("button", name="Stop recording").wait_for()
    visitor.page.get_by_role("button", name="MP4").wait_for(timeout=30_000)  # 10 s, then it ends by itself
    duration = wait_for(
        lambda: visitor.page.locator("video").first.evaluate("v => v.readyState >= 2 && v.duration"), 10, "it to play"
    )
    assert abs(duration - 10) < 0.2
    files = {}
    for name in ("MP4", "Keypoints CSV", "Keypoints JSON"):
        with visitor.page.expect_download() as download:
            visitor.page.get_by_role("button", name=name).click()
        files[name] = Path(tmp_path, download.value.suggested_filename)
        download.value.save_as(files[name])
    with VideoReader(files["MP4"]) as reader:
        frames = list(reader)
    assert len(frames) > 50 and frames[0].timestamp == 0
    tree = json.loads(files["Keypoints JSON"].read_text())
    assert len(tree["frames"]) == len(frames)
    assert files["Keypoints CSV"].read_text().startswith("frame,timestamp,person,keypoint,x,y,score")


def test_a_snapshot_is_the_processed_picture(visitor):
    visitor.source("Sample dancer")
    wait_for(lambda: visitor.processed_fps() > 1, 30, "the dancer")
    visitor.page.get_by_role("button", name="Snapshot", exact=True).click()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Download PNG").click()
    assert read_image(download.value.path().read_bytes()).shape == (480, 640, 3)


def test_the_live_picture_becomes_the_reference(visitor):
    visitor.source("Sample dancer")
    visitor.open_topic("Match a pose")
    _choose(visitor, "Reference pose", "Own")
    wait_for(lambda: visitor.processed_fps() > 1, 30, "the dancer")
    visitor.page.get_by_role("button", name="Take it from the picture in 3-2-1").click()
    visitor.page.locator(".pd-count").wait_for()
    visitor.page.locator(".pd-verdict").wait_for(timeout=10_000)
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Save this pose").click()
    saved = json.loads(download.value.path().read_text())
    assert saved["skeleton"] == "coco-17" and len(saved["keypoints"]) == 17


def test_a_copied_link_shows_the_same_picture(chromium, server):
    link = (
        "/?source=Photo&model=movenet-thunder&confidence=0.45&person_confidence=0.3&match.reference=t-pose"
        "&match.similarity=0.62&match.ignore=hips&background.behind=colour&background.colour=%23336699"
        "&effects=canny(low=100)%2Bglasses&mirror=on&names=true&thickness=1.5"
    )
    first, address = _picture_of(chromium, server.url, link)
    second, _ = _picture_of(chromium, "", address)
    assert first == second


def _picture_of(chromium, url: str, path: str) -> tuple[bytes, str]:
    with visiting(chromium, url, path=path) as visitor:
        picture = visitor.page.locator("img[alt='processed picture']")
        picture.wait_for()
        visitor.page.wait_for_timeout(2500)
        return picture.screenshot(), visitor.page.evaluate("location.href")
