"""Two visitors and one seat: the second waits, and gets the seat when the first closes the tab."""

from __future__ import annotations

import pytest
from browser import Server, visiting


@pytest.fixture
def one_seat(tmp_path):
    server = Server(tmp_path / "log.txt", {"POSE_DEMO_SEATS": "1", "POSE_DEMO_TESTS_IMPATIENT": "1"})
    yield server
    server.close()


def test_the_seat_of_a_closed_tab_goes_to_the_next_visitor(chromium, one_seat):
    with visiting(chromium, one_seat.url) as second:
        with visiting(chromium, one_seat.url) as first:
            first.stream(fps=0.1)
            second.page.reload()  # comes when the seat is taken
            second.page.get_by_text("You are number 1 in the queue").wait_for()
            assert second.start_button.count() == 0
        second.page.get_by_text("It is your turn").wait_for(timeout=60_000)
        second.stream(fps=0.1)
        assert second.page.get_by_text("It is your turn").count() == 0
    assert "seats for live streams: 1" in one_seat.log.read_text()
    assert not one_seat.errors()
