"""The chip with a hint, in the browser."""

from __future__ import annotations

import pytest
from browser import visiting, wait_for

_DUO = "/?source=Sample+dancer&scene=duo"
_LOOKS_MS = 30_000  # two looks take six seconds on an idle machine


@pytest.mark.parametrize("viewport", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_the_chip_appears_shows_all_persons_and_disappears(chromium, server, viewport):
    with visiting(chromium, server.url, viewport=viewport, path=_DUO) as visitor:
        chip = visitor.page.get_by_role("button", name="1 more person: show them")
        chip.wait_for(timeout=_LOOKS_MS)
        box = chip.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= viewport[0] and box["y"] + box["height"] <= viewport[1]
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= viewport[0]
        chip.click()
        wait_for(lambda: visitor.figures().get("Persons") == "2", 30, "both persons")
        wait_for(lambda: not chip.count(), 10, "the chip to disappear")
        assert "detector=movenet-multipose" in visitor.page.url
    assert not server.errors()


def test_there_is_no_chip_without_a_reason(visitor):
    visitor.page.goto(visitor.page.url + "?source=Sample+dancer&scene=solo")
    wait_for(lambda: visitor.figures().get("Persons") == "1", 30, "the person")
    visitor.page.wait_for_timeout(10_000)
    assert not visitor.page.get_by_role("button", name="show them").count()
