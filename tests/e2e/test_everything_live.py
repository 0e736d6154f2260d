"""What the notebook has, switched on while the stream runs: each toggle changes the returned picture."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from browser import Visitor, fake_camera, launch, visiting, wait_for

from pose_demo.background import BEHIND
from pose_demo.effects import EFFECTS
from pose_demo.io.images import read_image
from pose_demo.io.video import VideoReader
from pose_demo.matching.rules import RULES
from pose_demo.ui.widgets import words


@pytest.fixture(scope="module")
def motionless(chromium, server, tmp_path_factory):
    """A tab that streams a dancer who stands still, so that only what is switched changes the picture."""
    camera = fake_camera(tmp_path_factory.mktemp("still") / "still.y4m", seconds=1, fps=15, still=True)
    browser = launch(chromium.browser_type, camera)
    with visiting(browser, server.url) as tab:
        tab.stream()
        yield tab
    browser.close()


def _still(visitor) -> np.ndarray:
    return visitor.video_pixels().astype(np.int16)


def _changed(before: np.ndarray, after: np.ndarray) -> int:
    """How many pixels differ by more than a video codec makes them differ."""
    if before.shape != after.shape:
        return after.size
    return int((np.abs(after.astype(np.int16) - before).max(axis=2) > 60).sum())


def _changes(visitor: Visitor, before: np.ndarray, what: str) -> np.ndarray:
    """Wait until the returned picture is another one, and return it."""
    wait_for(lambda: _changed(before, visitor.video_pixels()) > 40, 10, f"{what} to change the picture")
    visitor.page.wait_for_timeout(700)
    return visitor.video_pixels()


def _choose(visitor: Visitor, label: str, option: str) -> None:
    box = visitor.page.get_by_role("combobox", name=label).first
    box.scroll_into_view_if_needed()
    visitor.page.wait_for_timeout(300)  # a list that opens while the page scrolls closes again
    box.click()
    visitor.page.get_by_role("option", name=option, exact=True).click()


def test_every_background_changes_the_returned_picture(motionless):
    motionless.open_topic("Background")
    picture = motionless.video_pixels()
    for name in BEHIND:
        if name not in ("none", "picture"):  # a picture has to be uploaded; until then it is the gradient
            _choose(motionless, "Behind the person", words(name))
            picture = _changes(motionless, picture, name)
    _choose(motionless, "Behind the person", "None")
    _changes(motionless, picture, "none")


def test_every_effect_changes_the_returned_picture(motionless):
    motionless.open_topic("Effects")
    plain = motionless.video_pixels()
    for name, effect in EFFECTS.items():
        if name == "trails":  # nothing moves here
            continue
        _choose(motionless, "Effects, in drawing order", effect.title)
        with_effect = _changes(motionless, plain, name)
        chosen = motionless.page.get_by_role("combobox", name="Effects, in drawing order")
        chosen.press("Escape")
        chosen.press("Backspace")
        wait_for(lambda seen=with_effect: _changed(seen, motionless.video_pixels()) > 40, 10, f"{name} to go")
        motionless.page.wait_for_timeout(700)


def test_trails_follow_who_moves(visitor):
    visitor.page.goto(visitor.page.url + "?effects=trails&skeleton=false&keypoints=false")
    visitor.stream()
    wait_for(lambda: "Effects" in visitor.figures(), 10, "trails")


def test_every_rule_judges_the_live_picture(motionless):
    motionless.open_topic("Match a pose")
    picture = motionless.video_pixels()
    _choose(motionless, "Reference pose", "Star")
    picture = _changes(motionless, picture, "a reference")
    scores = set()
    for rule in RULES:
        motionless.page.get_by_role("radio", name=rule, exact=True).click()
        motionless.page.wait_for_timeout(1500)
        scores.add(motionless.page.locator(".pd-verdict b").first.inner_text())
    assert len(scores) == len(RULES)


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
