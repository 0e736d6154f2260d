"""Seats and the queue, with a simulated clock, and threads that race for the last seat."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from fakes import FakeClock

from pose_demo.live.seats import LEASE_S, NO_FRAMES_S, NOTICE_S, OFFER_S, Idle, Seats, State

T = TypeVar("T")


class Room:
    """Seats whose visitors are letters; those who are present look at the page once a second."""

    def __init__(self, limit: int, idle_s: float = 600) -> None:
        self.clock = FakeClock()
        self.seats = Seats(limit, idle_s, self.clock)

    def start(self, visitors: str) -> None:
        for visitor in visitors:
            self.seats.start(visitor)

    def states(self, visitors: str) -> list[State]:
        return [self.seats.admission(visitor).state for visitor in visitors]

    def wait(self, seconds: float, present: str = "", streaming: str = "") -> None:
        for _ in range(round(seconds)):
            self.clock.now += 1
            for visitor in streaming:
                if self.seats.renew(visitor):
                    self.seats.needed(visitor)
            for visitor in present:
                self.seats.admission(visitor)


@pytest.fixture
def room() -> Room:
    return Room(1)


def test_who_looks_at_the_page_takes_no_seat(room):
    assert all(room.seats.admission(visitor).may_play for visitor in "abcdef")
    assert room.seats.taken == 0


def test_start_takes_a_seat_and_stop_gives_it_back(room):
    assert room.seats.start("a").state is State.SEATED
    assert room.seats.taken == 1 and room.seats.start("a").may_play
    assert room.seats.stop("a").state is State.VISITING
    assert room.seats.taken == 0 and room.seats.start("b").may_play


def test_who_comes_when_all_seats_are_taken_is_told_the_place_in_the_queue():
    room = Room(2)
    room.start("ab")
    admissions = [room.seats.admission(visitor) for visitor in "cde"]
    assert [(admission.position, admission.may_play, admission.seats) for admission in admissions] == [
        (1, False, 2),
        (2, False, 2),
        (3, False, 2),
    ]
    room.seats.leave("c")
    assert [room.seats.admission(visitor).position for visitor in "de"] == [1, 2]


def test_who_was_idle_before_the_seats_were_taken_is_not_queued_unasked(room):
    room.seats.admission("idle")
    room.start("a")
    admission = room.seats.admission("idle")
    assert admission.state is State.VISITING and not admission.may_play
    room.seats.enqueue("idle")
    assert room.seats.admission("idle").position == 1


def test_start_without_a_free_seat_is_refused_and_queued(room):
    room.seats.admission("b")
    room.start("a")
    admission = room.seats.start("b")
    assert (admission.state, admission.may_play, admission.position) == (State.WAITING, False, 1)
    assert not room.seats.renew("b") and room.seats.taken == 1


def test_a_free_seat_is_offered_to_the_first_in_the_queue_only(room):
    room.start("abc")
    room.seats.stop("a")
    assert room.states("bca") == [State.OFFERED, State.WAITING, State.VISITING]
    assert room.seats.admission("b").seconds_left == OFFER_S
    assert not room.seats.start("a").may_play and not room.seats.start("new").may_play
    assert room.seats.start("b").state is State.SEATED and room.seats.taken == 1


def test_an_offer_that_is_not_used_goes_to_the_next_one(room):
    room.start("abc")
    room.seats.stop("a")
    room.wait(OFFER_S + 1, present="bc")
    assert room.states("bc") == [State.MISSED, State.OFFERED]
    assert not room.seats.admission("b").may_play
    room.seats.enqueue("b")
    assert room.seats.admission("b").position == 1
    room.seats.leave("c")
    assert room.states("b") == [State.OFFERED]


def test_who_missed_an_offer_may_start_while_nobody_waits(room):
    room.start("ab")
    room.seats.stop("a")
    room.wait(OFFER_S + 1, present="b")
    admission = room.seats.admission("b")
    assert admission.state is State.MISSED and admission.may_play
    assert room.seats.start("b").state is State.SEATED


@pytest.mark.parametrize("alive", [{"present": "a"}, {"streaming": "a"}])
def test_frames_or_the_open_page_keep_a_seat(room, alive):
    room.start("a")
    room.wait(60, **alive)
    assert room.seats.taken == 1


def test_the_seat_of_a_closed_tab_is_offered_within_the_lease(room):
    assert LEASE_S < 30
    room.start("a")
    room.wait(LEASE_S - 1, present="b")
    assert room.states("b") == [State.WAITING]
    room.wait(2, present="b")
    assert room.states("b") == [State.OFFERED] and not room.seats.renew("a")
    assert room.seats.start("b").may_play and not room.seats.start("a").may_play


def test_who_was_away_for_a_moment_gets_a_free_seat_back(room):
    room.start("a")
    room.wait(LEASE_S + 5)
    assert not room.seats.renew("a")
    assert room.seats.start("a").may_play and room.seats.renew("a")


def test_a_closed_tab_in_the_queue_is_passed_over_and_then_forgotten(room):
    room.start("a")
    room.seats.admission("gone")
    room.wait(LEASE_S + 1, present="b", streaming="a")
    assert room.seats.admission("b").position == 2
    room.seats.stop("a")
    assert room.states("b") == [State.OFFERED]
    room.seats.start("b")
    room.wait(90, present="c", streaming="b")
    assert room.seats.admission("c").position == 1


def test_a_hidden_tab_keeps_its_place_in_the_queue(room):
    room.start("a")
    room.seats.admission("hidden")  # browsers slow it down to one look a minute
    room.wait(59, present="c", streaming="a")
    assert room.seats.admission("hidden").position == 1 and room.seats.admission("c").position == 2


def test_the_end_of_a_stream_that_nobody_needs_is_announced(room):
    room.start("a")
    room.clock.now += 1
    for _ in range(539):
        room.clock.now += 1
        assert room.seats.renew("a")
    admission = room.seats.admission("a")
    assert (admission.idle, admission.seconds_left) == (Idle.NO_PERSON, NOTICE_S)
    room.seats.stay("a")
    assert room.seats.admission("a").idle is None


def _leave_alone(room: Room, seconds: float) -> None:
    for _ in range(round(seconds)):
        room.clock.now += 1
        room.seats.renew("a")
        room.seats.admission("a")


def test_a_stream_that_nobody_needs_ends_until_start_is_pressed_again(room):
    room.start("ab")
    _leave_alone(room, 600)
    assert room.states("a") == [State.ENDED] and not room.seats.renew("a")
    assert not room.seats.start("a").may_play  # the browser has not yet stopped
    admission = room.seats.stop("a")
    assert admission.state is State.VISITING and admission.idle is Idle.NO_PERSON
    room.seats.leave("b")
    assert room.seats.start("a").state is State.SEATED and room.seats.admission("a").idle is None


def test_a_person_in_the_picture_keeps_the_stream(room):
    room.start("a")
    room.wait(3600, streaming="a")
    assert room.seats.admission("a").idle is None and room.seats.taken == 1


def test_a_stream_without_a_person_may_be_allowed_for_ever():
    room = Room(1, idle_s=0)
    room.start("a")
    _leave_alone(room, 3600)
    assert room.seats.taken == 1


def test_a_page_without_frames_keeps_its_seat_for_a_while_only(room):
    room.start("a")
    room.wait(NO_FRAMES_S - 1, present="a")
    assert room.seats.admission("a").idle is Idle.NO_FRAMES and room.seats.taken == 1
    room.wait(1, present="a")
    assert room.states("a") == [State.ENDED] and room.seats.taken == 0


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Let threads take turns as often as possible, so that a missing lock shows."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def _together(count: int, visit: Callable[[int], T]) -> list[T]:
    """The results of threads that begin at the same moment; raises what one of them raises."""
    barrier = threading.Barrier(count)

    def run(number: int) -> T:
        barrier.wait()
        return visit(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.usefixtures("eager_threads")
def test_threads_that_race_for_the_last_seat_never_exceed_the_bound():
    seats = Seats(3)

    def visit(number: int) -> int:
        chance, most = random.Random(number), 0
        for _ in range(60):
            if seats.start(number).may_play:
                most = max(most, seats.taken)
                assert seats.renew(number)
            chance.choice((seats.stop, seats.admission, seats.leave, seats.enqueue))(number)
        return most

    assert 1 <= max(_together(8, visit)) <= 3


@pytest.mark.usefixtures("eager_threads")
def test_the_last_seat_has_one_winner():
    for _ in range(40):
        seats = Seats(1)
        won = _together(8, lambda visitor, seats=seats: seats.start(visitor).may_play)
        assert sum(won) == 1 and seats.taken == 1
