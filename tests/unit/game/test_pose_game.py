"""The course of the game in simulated time, with points computed by hand."""

import pytest
from game_streams import AWAY, DOWN, UP, plan, played, posing

from pose_demo.game.pose_game import COUNTDOWN, FINISHED, POSE, WAITING, PoseGame

# Hands are raised at 1 s and held at 2 s, so that the countdown ends and the first pose begins at 5 s.
BEGIN = {0.0: DOWN, 1.0: UP, 2.5: DOWN}


def numbers(game):
    return [(it.similarity, pytest.approx(it.seconds, abs=1e-6), it.points) for it in game.results]


@pytest.mark.parametrize(
    ("end", "phase", "left"), [(1.9, WAITING, 0), (2.6, COUNTDOWN, 3), (4.9, COUNTDOWN, 1), (5.1, POSE, 10)]
)
def test_raised_hands_begin_the_countdown_and_then_the_first_pose(end, phase, left):
    game = played({time: seen for time, seen in BEGIN.items() if time < end} | {end: DOWN if end > 2.5 else UP})
    assert (game.phase, game.seconds_left) == (phase, left)


def test_hands_that_are_raised_for_half_a_second_begin_nothing():
    assert played({0.0: DOWN, 1.0: UP, 1.5: DOWN, 3.0: UP, 3.5: DOWN, 5.0: DOWN}).phase == WAITING


def test_the_points_of_a_whole_game():
    """Poses begin at 5, 8, and 12.6 s: a second after a pose was begun to be held."""
    game = played(
        BEGIN
        | {7.0: posing(0.9), 8.2: posing(0.2), 11.6: posing(0.8), 12.8: posing(0.4), 22.6: posing(0.4), 23.0: DOWN}
    )
    assert game.phase == FINISHED
    assert numbers(game) == [
        (pytest.approx(0.9), 2.0, 85),  # 50 * 0.9 + 50 * (1 - 2 / 10)
        (pytest.approx(0.8), 3.6, 72),  # 50 * 0.8 + 50 * (1 - 3.6 / 10)
        (None, 0.0, 0),  # nobody managed it within 10 s
    ]


@pytest.mark.parametrize("fps", [60, 30, 15, 10, 5])
def test_the_frame_rate_changes_nothing(fps):
    game = played(BEGIN | {6.4: posing(0.9), 8.0: posing(0.1), 10.0: posing(0.8), 12.0: posing(0.1), 21.2: DOWN}, fps)
    assert (game.phase, [it.points for it in game.results]) == (FINISHED, [88, 77, 0])  # 45+43, 40+37, 0


def test_a_pose_begins_when_the_one_before_was_held_and_not_with_the_next_frame():
    game = PoseGame(plan(hold=1.1))  # from 6 s on: until 7.1 s, which the frame at 7.25 s shows
    game = played(BEGIN | {6.0: posing(0.9), 7.5: posing(0.1), 8.5: posing(0.9), 10.0: DOWN}, 4, game)
    assert [it.seconds for it in game.results] == pytest.approx([1.0, 1.4])


@pytest.mark.parametrize("fps", [30, 5])
@pytest.mark.parametrize("offset", [0.03, 0.11, 0.17])
def test_slow_frames_at_any_time_cost_two_points_at_most(fps, offset):
    script = BEGIN | {6.4: posing(0.9), 8.0: posing(0.1), 10.0: posing(0.8), 12.0: posing(0.1), 22.2: DOWN}
    game = played({max(0.0, time - offset): seen for time, seen in script.items()}, fps)
    assert [it.points for it in game.results] == [pytest.approx(88, abs=2), pytest.approx(77, abs=2), 0]


def test_a_pose_that_is_left_too_early_is_not_held_but_a_short_interruption_does_not_matter():
    early = BEGIN | {6.0: posing(0.9), 6.8: posing(0.2), 7.5: posing(0.9), 8.4: posing(0.2), 9.0: DOWN}
    assert not played(early).results
    short = BEGIN | {6.0: posing(0.9), 6.5: posing(None), 6.7: posing(0.9), 7.1: DOWN}
    assert [it.seconds for it in played(short).results] == pytest.approx([1.0])


def test_a_pose_is_not_held_at_its_end_by_somebody_who_has_left_it():
    """The hysteresis goes on for 0.3 s after 6.8 s."""
    assert not played(BEGIN | {6.0: posing(0.9), 6.8: posing(0.2), 7.05: posing(0.2)}).results


def test_a_pose_that_is_being_held_when_its_time_is_over_may_be_held_to_the_end():
    game = played(BEGIN | {14.4: posing(0.8), 15.6: DOWN})
    assert numbers(game) == [(pytest.approx(0.8), 9.4, 43)]  # 40 + 3
    lost = played(BEGIN | {14.5: posing(0.8), 15.2: posing(0.1), 16.0: posing(0.1)})
    assert [it.similarity for it in lost.results] == [None] and lost.seconds == pytest.approx(0.53, abs=0.04)


def test_without_a_similarity_there_are_no_points():
    game = played(BEGIN | {5.0: posing(None), 36.0: posing(None)})
    assert game.phase == FINISHED and [it.points for it in game.results] == [0, 0, 0]


def test_the_time_stands_still_while_the_player_is_away():
    game = played(BEGIN | {6.0: AWAY, 7.5: DOWN, 9.5: posing(0.9), 10.6: DOWN})
    assert [it.seconds for it in game.results] == pytest.approx([3.0], abs=0.04)
    counting = played(BEGIN | {3.0: AWAY, 4.5: DOWN, 6.0: DOWN})
    assert (counting.phase, counting.seconds_left) == (COUNTDOWN, 1)


@pytest.mark.parametrize("since", [3.0, 6.0])
def test_the_game_is_over_when_the_player_has_left(since):
    game = played(BEGIN | {since: AWAY, since + 2.2: AWAY})
    assert (game.phase, game.results) == (WAITING, ())


def finished():
    return played(BEGIN | {5.0: posing(0.9), 8.5: posing(0.9)})  # three poses of a second each, until 8 s


def test_the_score_card_is_shown_for_twelve_seconds():
    assert finished().phase == FINISHED
    assert played({0.0: DOWN, 11.4: DOWN}, given=finished(), start=108.6).phase == FINISHED
    game = played({0.0: DOWN, 11.6: DOWN}, given=finished(), start=108.6)
    assert (game.phase, game.results) == (WAITING, ())


def test_raised_hands_do_not_take_the_score_card_away_and_begin_the_next_game_afterwards():
    game = finished()
    assert played({0.0: UP, 10.0: UP}, given=game, start=108.6).phase == FINISHED
    assert played({0.0: DOWN, 4.0: UP, 5.5: DOWN}, given=game, start=118.7).phase == COUNTDOWN


def test_the_score_card_is_gone_when_the_player_has_left():
    game = played({0.0: AWAY, 2.2: AWAY}, given=finished(), start=108.6)
    assert (game.phase, game.results) == (WAITING, ())


def test_a_pause_of_the_stream_does_not_count():
    game = played(BEGIN | {6.0: posing(0.9), 6.5: posing(0.9)})
    game.update(posing(0.9), 106.5 + 1.4)
    assert not game.results and game.progress == pytest.approx(0, abs=0.01) and game.seconds == pytest.approx(1.5)


def test_no_hold_is_shorter_than_chosen():
    game = PoseGame(plan(hold=2.5))
    game = played(BEGIN | {5.0: posing(0.9), 7.4: posing(0.9)}, given=game)
    assert not game.results and game.progress == pytest.approx(0.96, abs=0.02)
