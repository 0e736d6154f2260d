"""Dancing along in front of the camera: a take from the key D to its numbers in a file."""

from __future__ import annotations

import csv
import re

from browser import visiting

DANCE = "/?dance.reference=first-steps&dance.count_in=2"


def test_a_take_is_counted_in_measured_stopped_and_downloaded(chromium, server):
    with visiting(chromium, server.url, path=DANCE) as visitor:
        page = visitor.page
        visitor.start()
        begin = page.get_by_role("button", name="Dance", exact=True)
        begin.wait_for(timeout=30_000)
        page.get_by_text("follow the teacher after the count-in").wait_for()  # a frame was processed with the teacher
        page.keyboard.press("d")
        page.get_by_text("The dance begins in").wait_for()
        page.get_by_role("button", name="Stop the dance").wait_for()
        page.get_by_test_id("stMetric").filter(has_text="Form").wait_for()
        page.get_by_text(re.compile(r"0:(0[5-9]|1\d) of")).wait_for()
        page.keyboard.press("d")
        begin.wait_for()
        row = page.locator(".pd-takes tbody tr").inner_text()
        assert row.startswith("1") and "First steps, 0:00–0:" in row  # the numbers, or dashes: it is another dance
        page.get_by_text("Stopped at 0:").wait_for()
        page.locator("summary").filter(has_text="Download").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="CSV").click()
        rows = list(csv.DictReader(download.value.path().open()))
        assert [row["passage"] for row in rows][-1] == "all" and all(row["form"] or row["reason"] for row in rows)
