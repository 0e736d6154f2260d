"""Trails, the mirror, recordings, snapshots and links: what a visitor does while the stream runs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
from browser import visiting, wait_for

from pose_demo.io.images import read_image
from pose_demo.io.video import VideoReader


def _pixels(visitor) -> np.ndarray:
    return visitor.video_pixels().astype(np.int16)


def test_trails_are_drawn_for_a_moving_person(visitor):
    visitor.page.goto(visitor.page.url + "?effects=trails&skeleton=false&keypoints=false")
    visitor.stream()
    wait_for(lambda: "Effects" in visitor.figures(), 10, "trails")


def test_a_toggle_changes_the_returned_pixels_within_a_second(visitor):
    visitor.stream()
    visitor.open_section("Drawing")
    visitor.page.get_by_role("button", name="on", exact=True).or_(
        visitor.page.get_by_role("radio", name="off", exact=True)
    ).first.click()  # without the mirror the window is on the other side
    visitor.page.wait_for_timeout(1000)
    first = _pixels(visitor)[30:100, :150].mean()
    visitor.page.get_by_role("radio", name="on", exact=True).click()
    visitor.page.wait_for_timeout(1000)
    assert abs(_pixels(visitor)[30:100, :150].mean() - first) > 3


def test_a_recording_plays_and_has_the_chosen_length(visitor, tmp_path):
    visitor.stream()
    visitor.page.get_by_role("button", name="Record", exact=True).click()
    visitor.page.locator(".countdown", has_text="3").wait_for()
    visitor.page.locator(".clock").wait_for()
    assert re.fullmatch(r"REC 0:0\d / 0:10", visitor.page.locator(".clock").inner_text())
    visitor.page.get_by_role("button", name="Stop recording").wait_for()
    visitor.page.get_by_role("button", name="MP4").wait_for(timeout=30_000)  # it ends after 10 s
    duration = wait_for(
        lambda: visitor.page.locator("[role=dialog] video").evaluate("v => v.readyState >= 2 && v.duration"),
        10,
        "the recording to play",
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
    visitor.page.keyboard.press("Escape")
    visitor.page.get_by_role("dialog").wait_for(state="detached")
    visitor.stop()
    visitor.page.get_by_role("button", name="Last recording").click()  # it stays when the camera is off
    visitor.page.get_by_role("button", name="MP4").wait_for()


def test_a_snapshot_is_the_processed_image(visitor):
    visitor.source("Sample dancer")
    wait_for(lambda: visitor.processed_fps() > 1, 30, "the sample")
    visitor.page.get_by_role("button", name="Snapshot", exact=True).click()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Download PNG").click()
    assert read_image(download.value.path().read_bytes()).shape == (480, 640, 3)


def test_the_reference_is_captured_from_the_live_video(visitor):
    visitor.source("Sample dancer")
    visitor.open_section("Match")
    visitor.pick("Own")
    wait_for(lambda: visitor.processed_fps() > 1, 30, "the sample")
    visitor.page.get_by_role("button", name="Capture from live video in 3 s").click()
    visitor.page.get_by_text("Capture in").wait_for()
    visitor.page.get_by_text("needs 80 %").wait_for()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Save this pose").click()
    saved = json.loads(download.value.path().read_text())
    assert saved["skeleton"] == "coco-17" and len(saved["keypoints"]) == 17


def test_a_copied_link_shows_the_same_image(chromium, server):
    link = (
        "/?source=Photo&model=movenet-thunder&confidence=0.45&person_confidence=0.3&match.reference=t-pose"
        "&match.similarity=0.62&match.ignore=hips&background.mode=color&background.color=%23336699"
        "&effects=canny(low=100)%2Bglasses&mirror=on&keypoint_names=true&thickness=1.5"
    )
    first, address = _screenshot_of(chromium, server.url, link)
    second, _ = _screenshot_of(chromium, "", address)
    assert first == second


def _screenshot_of(chromium, url: str, path: str) -> tuple[bytes, str]:
    with visiting(chromium, url, path=path) as visitor:
        image = visitor.page.locator("img[alt='processed image']")
        image.wait_for()
        visitor.page.wait_for_timeout(2500)
        return image.screenshot(), visitor.page.evaluate("location.href")
