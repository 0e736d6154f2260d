"""A dancer who follows the screen: after a calibration the page measures how late, and the sound is in step."""

from __future__ import annotations

import json

import pytest
from dance_camera import dancing, jpegs, seen, use

from pose_demo.sample import CHOREOGRAPHIES
from pose_demo.sample.choreographies.claps import CHOREOGRAPHY as CLAPS

DANCE, SECONDS = CHOREOGRAPHIES["first-steps"], 6.0
PATH = "/?model=movenet-lightning&dance.reference=first-steps&dance.end=6&dance.count_in=2&dance.layout=ghost"


def test_after_the_claps_timing_is_that_of_the_dancer_and_the_sound_is_in_step(chromium, server):
    """A passage of 3 s in time with the displayed teacher, then one that is 150 ms late; a take that is stopped.

    After the claps the browser displays everything later.
    """
    with dancing(chromium, server.url, PATH) as visitor:
        page = visitor.page
        use(visitor, jpegs(CLAPS, CLAPS.duration), CLAPS.duration, [(0, 0)])
        visitor.stream()
        visitor.open_section("Dance")
        page.get_by_role("button", name="Measure with claps").click()
        page.get_by_text("ms, measured").first.wait_for(timeout=60_000)
        use(visitor, jpegs(DANCE, SECONDS), SECONDS, [(0, 0), (3, 0.15)])
        page.evaluate("dance.buffer(200)")
        page.evaluate("dance.listen()")
        page.keyboard.press("d")
        page.get_by_text("The dance begins in").wait_for()
        page.get_by_test_id("stMetric").filter(has_text="Form").wait_for()
        page.locator(".pd-takes tbody tr").wait_for(timeout=60_000)
        found = seen(visitor)
        page.locator("summary").filter(has_text="Download").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="JSON").click()
        passages = json.loads(download.value.path().read_text())["passages"]
        page.keyboard.press("d")
        page.get_by_role("button", name="Stop the dance").click()
        page.get_by_text("The take was stopped before there was something to compare").wait_for()
    assert [passage["timing_ms"] for passage in passages] == pytest.approx([0, 150], abs=40)
    assert abs(found.sound_lag_ms(DANCE, SECONDS)) <= 80
    assert not server.errors()
