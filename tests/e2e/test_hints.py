"""The chip with a hint, in the browser."""

from __future__ import annotations

from browser import visiting, wait_for

_DUO = "/?source=Sample+dancer&scene=duo"
_PHONE = (390, 844)
_LOOKS_MS = 30_000  # two looks take six seconds on an idle machine


def test_the_chip_appears_on_a_phone_shows_all_persons_and_disappears(chromium, server):
    with visiting(chromium, server.url, viewport=_PHONE, path=_DUO) as visitor:
        chip = visitor.page.get_by_role("button", name="1 more person: show them")
        chip.wait_for(timeout=_LOOKS_MS)
        box = chip.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= _PHONE[0] and box["y"] + box["height"] <= _PHONE[1]
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= _PHONE[0]
        chip.click()
        wait_for(lambda: visitor.figures().get("Persons") == "2", 30, "both persons")
        wait_for(lambda: not chip.count(), 10, "the chip to disappear")
        assert "detector=movenet-multipose" in visitor.address
    assert not server.errors()
