"""The pose game in front of a camera: no mouse from the raised hands to the score card."""

from __future__ import annotations

from dance_camera import dancing, encoded, use

from pose_demo import sample
from pose_demo.io.images import read_image
from pose_demo.sample.rendering import camera_for, render
from pose_demo.sample.rig import build_rig

PATH = "/?model=movenet-lightning&game.row=own&game.poses=t-pose,cactus&game.hold=0.5"


def show(visitor, name):
    """Let the camera show somebody in a pose."""
    image = render([build_rig(sample.POSES[name], sample.BODIES["d"])], camera_for((320, 240), 1.1))
    use(visitor, [encoded(image)], 1.0, [])


def test_raised_hands_begin_the_game_and_the_score_card_can_be_taken_home(chromium, server):
    with dancing(chromium, server.url, PATH) as visitor:
        page = visitor.page
        show(visitor, "stand")
        visitor.stream()
        page.get_by_text("raise both hands to begin").wait_for()
        show(visitor, "arms-up")
        page.get_by_text("it begins in").wait_for()
        show(visitor, "stand")
        page.get_by_text("pose 1, 0 points so far").wait_for()
        show(visitor, "t-pose")
        page.get_by_text("pose 2").wait_for()
        show(visitor, "cactus")
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the score card").click()
        card = read_image(download.value.path().read_bytes())
        page.get_by_role("img", name="Score card of the pose game").wait_for()
    assert card.shape[0] > 200 and len({tuple(pixel) for pixel in card[::20, ::20].reshape(-1, 3)}) > 20
    assert not server.errors()
