"""Every background, effect and rule is turned on while the stream runs, and changes the returned image."""

from __future__ import annotations

import numpy as np
import pytest
from browser import Visitor, fake_camera, launch, visiting, wait_for

from models import needs
from pose_demo.background import MODES
from pose_demo.effects import EFFECTS
from pose_demo.estimators.holistic import FACE, HANDS
from pose_demo.matching.rules import RULES
from pose_demo.ui.widgets import display_name


@pytest.fixture(scope="module")
def motionless(chromium, server, tmp_path_factory):
    """A tab that streams a dancer who does not move, so that the image changes with the settings only."""
    camera = fake_camera(tmp_path_factory.mktemp("still") / "still.y4m", seconds=1, fps=15, still=True)
    browser = launch(chromium.browser_type, camera)
    with visiting(browser, server.url) as tab:
        tab.stream()
        yield tab
    browser.close()


def _changed(before: np.ndarray, after: np.ndarray) -> int:
    """Number of pixels that differ by more than the video codec explains."""
    if before.shape != after.shape:
        return after.size
    return int((np.abs(after.astype(np.int16) - before).max(axis=2) > 60).sum())


def _changes(visitor: Visitor, before: np.ndarray, what: str) -> np.ndarray:
    """Wait until the returned image has changed, and return it."""
    wait_for(lambda: _changed(before, visitor.video_pixels()) > 40, 10, f"{what} to change the image")
    visitor.page.wait_for_timeout(700)
    return visitor.video_pixels()


def test_every_background_changes_the_returned_image(motionless):
    motionless.open_section("Background")
    image = motionless.video_pixels()
    for name in MODES:
        if name not in ("none", "image"):  # without an uploaded image it is the gradient
            motionless.pick(display_name(name))
            image = _changes(motionless, image, name)
    motionless.pick("None")
    _changes(motionless, image, "none")


def test_every_effect_changes_the_returned_image(motionless):
    motionless.open_section("Effects")
    plain = motionless.video_pixels()
    for name, effect in EFFECTS.items():
        if name == "trails":  # nothing moves here
            continue
        motionless.pick(effect.title)
        with_effect = _changes(motionless, plain, name)
        motionless.pick(effect.title)
        wait_for(lambda seen=with_effect: _changed(seen, motionless.video_pixels()) > 40, 10, f"{name} to disappear")
        motionless.page.wait_for_timeout(700)


def test_hands_and_face_change_the_returned_image(motionless):
    for network in (HANDS, FACE):
        needs(network.name)
    motionless.open_section("Model")
    image = motionless.video_pixels()
    for label in ("Hands", "Face", "Hands", "Face"):
        motionless.toggle(label)
        image = _changes(motionless, image, label)


def test_every_rule_has_its_own_score(motionless):
    motionless.open_section("Match")
    image = motionless.video_pixels()
    motionless.pick("Star")
    _changes(motionless, image, "a reference")
    scores = set()
    for rule in RULES:
        motionless.page.get_by_role("radio", name=rule, exact=True).click()
        motionless.page.wait_for_timeout(1500)
        scores.add(motionless.page.get_by_test_id("stMetricValue").first.inner_text())
    assert len(scores) == len(RULES)
