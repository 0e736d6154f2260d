"""What the page says about seats and the queue."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit_webrtc import WebRtcStreamerState

from pose_demo.live.seats import NOTICE_S, OFFER_S, Seats, State
from pose_demo.ui import session as sessions

APP = str(Path(__file__).parents[2] / "app.py")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def seats(clock, monkeypatch) -> Seats:
    """Two seats, taken by others."""
    seats = Seats(2, 600, clock)
    monkeypatch.setattr(sessions, "shared_seats", lambda: seats)
    seats.start("first")
    seats.start("second")
    return seats


@pytest.fixture
def widget(monkeypatch) -> dict[str, object]:
    """The arguments of the webcam widget and of the buttons over it in the last run."""
    from pose_demo.ui.components import stage
    from pose_demo.ui.webrtc import stream

    arguments: dict[str, object] = {}
    original = stream.webrtc_streamer

    def record(**given: object) -> object:
        arguments.update(given)
        return original(**given)

    monkeypatch.setattr(stream, "webrtc_streamer", record)
    monkeypatch.setattr(
        stage, "show", lambda toolbar, actions, camera, *_, **__: arguments.update(asdict(camera), actions=actions)
    )
    return arguments


@pytest.fixture
def page(seats, widget) -> AppTest:
    return AppTest.from_file(APP, default_timeout=60).run()


def _texts(page: AppTest) -> str:
    assert not page.exception
    kinds = (page.info, page.success, page.warning, page.caption)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_who_comes_late_is_told_the_place_in_the_queue_and_has_no_start_button(page, widget):
    text = "All 2 places are in use. You are number 1 in the queue; your turn comes by itself."
    assert text in _texts(page) and not widget["may_start"]
    widget["actions"]["start"](1)  # the browser did not know it yet
    assert "You are number 1" in _texts(page.run()) and widget["desired_playing_state"] is False


def test_with_free_seats_there_is_no_word_about_them(page, seats, widget):
    seats.leave("first")
    seats.leave("second")
    page.session_state["session"].seat.close()
    assert "place" not in _texts(page.run()) and widget["may_start"]


def test_the_turn_comes_by_itself_and_passes_when_it_is_not_used(page, seats, clock, widget):
    seats.leave("first")
    assert f"It is your turn: turn the camera on within {OFFER_S:.0f} s." in _texts(page.run())
    assert widget["may_start"]
    seats.admission("third")
    clock.now += 9
    seats.renew("second")
    for _ in range(3):
        clock.now += 8
        seats.renew("second")
        seats.admission("third")
    assert "Your turn has passed, because the camera was not turned on within 30 s." in _texts(page.run())
    assert not widget["may_start"]
    page.button(key="seat-queue").click().run()
    assert "You are number 1 in the queue" in _texts(page)


def test_who_did_not_start_in_time_may_queue(page, seats, clock):
    seats.leave("first")
    page.session_state["session"].seat.close()
    page.run()
    seats.start("third")
    page.run()
    assert "All 2 places are in use." in _texts(page) and "You are number" not in _texts(page)
    page.button(key="seat-queue").click().run()
    assert "You are number 1 in the queue" in _texts(page)


def _stream(page: AppTest, widget: dict[str, object]) -> AppTest:
    """Turn the camera on, and let the browser report a connection."""
    widget["actions"]["start"](1)
    page.session_state[widget["key"]]._set_state(WebRtcStreamerState(playing=True, signalling=False))
    return page.run()


def test_a_connection_without_a_seat_is_refused_and_the_widget_begins_anew(page, seats, widget):
    before = widget["key"]
    page = _stream(page, widget)
    assert "You are number 1 in the queue" in _texts(page)
    assert widget["key"] != before and not widget["may_start"] and seats.taken == 2
    assert widget["desired_playing_state"] is False
    seats.leave("first")
    assert "It is your turn" in _texts(page.run())  # the refused connection does not use it
    assert seats.taken == 1


def test_an_idle_stream_is_announced_and_may_stay(page, seats, clock, widget):
    seats.leave("first")
    page, seat = _stream(page, widget), page.session_state["session"].seat
    for _ in range(109):
        clock.now += 5
        seats.renew(seat._visitor)
    assert f"The stream ends in {NOTICE_S - 5:.0f} s" in _texts(page.run())
    page.button(key="seat-stay").click().run()
    assert "The stream ends" not in _texts(page) and seat.admission().state is State.SEATED


def test_an_idle_stream_ends_and_the_page_says_why(page, seats, clock, widget):
    seats.leave("first")
    page, seat, before = _stream(page, widget), page.session_state["session"].seat, widget["key"]
    assert seats.taken == 2
    for _ in range(121):
        clock.now += 5
        seats.renew(seat._visitor)
    assert "The stream has ended, because nobody was in the picture" in _texts(page.run())
    assert widget["key"] != before and widget["desired_playing_state"] is False and seats.taken == 0


def test_another_source_gives_the_place_back(page, seats):
    page.segmented_control(key="source").set_value("Photo").run()
    assert seats.admission("third").position == 1


def test_a_connection_that_the_browser_has_ended_is_not_made_again_by_itself(page, seats, widget):
    seats.leave("first")
    page = _stream(page, widget)
    assert widget["desired_playing_state"] is True and seats.taken == 2
    page.session_state[widget["key"]]._set_state(WebRtcStreamerState(playing=False, signalling=False))
    page.run()
    assert widget["desired_playing_state"] is False and widget["may_start"] and seats.taken == 1


def test_a_stream_that_the_browser_has_ended_is_told_as_lost(page, seats, widget):
    seats.leave("first")
    page = _stream(page, widget)
    page.session_state["session"].stream._meter.frame_received()
    page.session_state[widget["key"]]._set_state(WebRtcStreamerState(playing=False, signalling=False))
    assert "The connection to the camera was lost." in _texts(page.run()) and widget["may_start"]


def test_a_pose_is_not_captured_while_the_camera_is_off(page):
    page.segmented_control(key="match.reference").set_value("own").run()
    next(button for button in page.button if "Capture" in button.label).click().run()
    assert "camera on" in page.toast[0].value and page.session_state["session"].uploads.capture_at is None
