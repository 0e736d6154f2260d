"""Several drawn dancers in front of one camera, with known lags: everybody is compared, and in turn."""

from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from dance_streams import BEGAN, COUNT_IN, DISCO, END, WIDE, danced_together, plan, steady, teacher

from pose_demo import sample
from pose_demo.dance import reasons
from pose_demo.dance.comparison import compare
from pose_demo.dance.evaluation import RecentDance
from pose_demo.dance.group import compare_group
from pose_demo.dance.live_measurement import LiveMeasurement
from pose_demo.dance.options import DanceOptions
from pose_demo.dance.reference import DanceReference
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.teacher import Teacher
from pose_demo.sample import BODIES, CHOREOGRAPHIES, LoweredArm, Performance
from pose_demo.tracking.tracker import Tracker

DELAYS = 0.0, 0.15, 0.3, -0.12
TIMES = steady(15)


def late(*delays):
    bodies = tuple(BODIES.values())
    return [Performance(choreography=DISCO, delay=delay, body=bodies[k]) for k, delay in enumerate(delays)]


@cache
def four():
    return danced_together(late(*DELAYS), TIMES)


def at(states, time):
    """The state at seconds since the dance began."""
    return states[int(np.searchsorted(TIMES, BEGAN + COUNT_IN + time))]


def by_track(state):
    return {dancer.track_id: dancer for dancer in state.dancers}


def lag_errors(state):
    """The errors of the pairwise lags in milliseconds; track 1 is the first dancer."""
    delays = [DELAYS[dancer.track_id - 1] for dancer in state.dancers]
    return [pair.lag_ms - 1000 * (delays[pair.second] - delays[pair.first]) for pair in state.group.pairs]


@pytest.mark.parametrize("time", [5.0, 7.9, 8.9])
def test_everybody_is_compared_with_the_teacher_and_with_each_other(time):
    state = at(four(), time)
    assert sorted(by_track(state)) == [1, 2, 3, 4] and len(state.group.pairs) == 6
    for track, dancer in by_track(state).items():
        assert dancer.evaluation.timing_ms == pytest.approx(1000 * DELAYS[track - 1], abs=20)
        assert dancer.evaluation.form > 0.9  # those at the sides are seen at an angle
    assert np.abs(lag_errors(state)).max() < 20
    lags = 1000 * (np.array([DELAYS[dancer.track_id - 1] for dancer in state.dancers]) - np.mean(DELAYS))
    assert state.group.lags_ms == pytest.approx(lags, abs=20)
    assert set(state.limb_errors) == {0, 1, 2, 3}


def test_the_main_dancer_is_the_first_of_the_dancers():
    state = at(four(), 5)
    main = state.dancers[0]
    assert (state.person, state.evaluation, state.part) == (main.person, main.evaluation, main.part)
    assert [dancer.number for dancer in state.dancers[1:]] == sorted(dancer.number for dancer in state.dancers[1:])


def test_everybody_has_a_performance_afterwards():
    state = four()[-1]
    assert at(four(), 8.4).dancers[1].performance is None
    assert state.performance is state.dancers[0].performance
    found = compare_group([dancer.performance for dancer in state.dancers], DanceOptions(mirror="off"))
    assert [pair.lag_ms for pair in found.pairs] == pytest.approx([it.lag_ms for it in state.group.pairs], abs=20)
    for track, dancer in by_track(state).items():
        compared = compare(teacher().reference.dancers[0].trimmed(0, END), dancer.performance)
        assert compared.timing_ms == pytest.approx(1000 * DELAYS[track - 1], abs=10)


def test_who_dances_together_is_in_synchrony():
    together, apart = (danced_together(late(0, delay), steady(10))[60].group for delay in (0.0, 0.3))
    assert together.synchrony > 0.95 and together.synchrony - apart.synchrony > 0.15


def steps_of(monkeypatch, performances, times):
    """What is measured in each frame, and the main dancer's part of it."""
    steps, real = [], LiveMeasurement.step
    monkeypatch.setattr(LiveMeasurement, "step", lambda it, frame: (steps[-1].append(it), real(it, frame))[1])
    danced_together(performances, times, change=lambda poses, time: (steps.append([]), poses)[1])
    monkeypatch.setattr(LiveMeasurement, "step", real)
    main = next(frame[0] for frame in steps if frame)
    return steps, sum(frame.count(main) for frame in steps)


@pytest.mark.parametrize("fps", [15, 5])
def test_one_measurement_in_a_frame_at_most_and_everybody_has_a_turn(monkeypatch, fps):
    times = steady(fps, COUNT_IN + 5)
    _, alone = steps_of(monkeypatch, late(0), times)
    aligned, real = [], RecentDance.of
    monkeypatch.setattr(RecentDance, "of", lambda *of: (aligned.append(of), real(*of))[1])
    steps, main = steps_of(monkeypatch, late(*DELAYS), times)
    assert len(aligned) <= sum(map(bool, steps)), "two dances are aligned in one frame"
    assert max(len(set(frame)) for frame in steps) == 1
    assert fps < 12 or max(map(len, steps)) == 1
    assert main >= alone - 1, "the main dancer is measured as often as without others"
    turns = Counter(frame[0] for frame in steps if frame).most_common()
    assert len(turns) == 10 and turns[1][1] - turns[-1][1] <= 4, "four dancers and their six pairs"


def test_a_lowered_arm_is_the_dancers_own():
    states = danced_together(
        [*late(0.1), replace(late(0)[0], lowered=LoweredArm("left", 25, 3, 8), body=BODIES["b"])], steady(10)
    )
    limbs = {dancer.track_id: dancer.evaluation.limbs for dancer in states[70].dancers}
    assert limbs[2]["left upper arm"] == pytest.approx(25, abs=6) and limbs[1]["left upper arm"] < 6


def test_who_leaves_is_told_then_left_out_and_who_comes_back_with_another_track_goes_on():
    def change(poses, time):
        if 4 < time < 6.5:
            return poses[:1]
        return [poses[0], replace(poses[1], track_id=2 if time < 5 else 9)]

    times = steady(15)
    states = danced_together(late(0, 0.15), times, change=change)
    assert [len(at(states, time).dancers) for time in (3.9, 5.8, 6.3, 7.5)] == [2, 2, 1, 2]
    gone = next(it for it in at(states, 5.8).dancers if it.track_id == 2)
    assert gone.person is None and gone.evaluation.reason == reasons.NOBODY
    assert at(states, 6.3).group is None
    back = next(it for it in at(states, 7.5).dancers if it.track_id == 9)
    assert back.number == gone.number and len(states[-1].dancers) == 2


def test_dancers_who_cross_keep_their_numbers():
    """They change places from 3 to 6 s; while one hides the other, only one is detected."""
    tracker = Tracker()

    def change(poses, time):
        share = np.clip((time - 3) / 3, 0, 1)
        middles = [float(it.xy[[11, 12], 0].mean()) for it in poses]
        way = np.float32([share * (middles[1] - middles[0]), 0])
        moved = [replace(it, xy=it.xy + sign * way) for it, sign in zip(poses, (1, -1), strict=True)]
        shown = moved[:1] if 0.4 < share < 0.6 else moved
        return tracker.update(shown, time)

    states = danced_together(late(0, 0.3), TIMES, change=change)
    before, after = at(states, 2.9), at(states, 8.9)
    assert [dancer.number for dancer in after.dancers] == [dancer.number for dancer in before.dancers]
    timings = [[dancer.evaluation.timing_ms for dancer in state.dancers] for state in (before, after)]
    assert timings[1] == pytest.approx(timings[0], abs=30)
    assert abs(after.group.pairs[0].lag_ms) == pytest.approx(300, abs=30)


def test_who_passes_by_does_not_dance():
    def change(poses, time):
        return poses if 3 < time < 3.4 or 5 < time < 7 else poses[:1]

    states = danced_together(late(0, 0.15), steady(15), change=change)
    assert [len(at(states, time).dancers) for time in (3.35, 6.9, 8.9)] == [1, 2, 1]


def test_who_stands_still_has_no_lag_to_anybody():
    standing = sample.performance_poses(late(0, 0), 0.0, size=WIDE)[1]
    state = danced_together(late(0, 0), steady(10), change=lambda poses, time: [poses[0], standing])[70]
    (pair,) = state.group.pairs
    assert pair.lag_ms is None and pair.reason == reasons.PAIR_OTHER_MOVES and pair.synchrony < 0.2


# ---- a teacher for two


@cache
def duet():
    choreography = CHOREOGRAPHIES["duet"]
    times = np.arange(0, 12, 1 / 15)
    frames = [sample.performance_poses(sample.performances(choreography), float(time), size=WIDE) for time in times]
    dancers = [PoseSequence.from_poses(times, [frame[part] for frame in frames], WIDE) for part in range(2)]
    return Teacher(DanceReference("duet", tuple(dancers)))


def parts_of(performances, mirrored=False, mirror=True, change=lambda poses, time: poses, **options):
    """Track id -> part and form of the dancers."""
    given = replace(plan(mirrored=mirrored, mirror=mirror, **options), teacher=duet())
    state = danced_together(performances, steady(10), given, change)[-1]
    return {dancer.track_id: (dancer.part, round(dancer.evaluation.form or 0, 1)) for dancer in state.dancers}


def two(mirrored=False):
    """Performances of both parts; the first one is on the right."""
    return [replace(it, mirrored=mirrored) for it in sample.performances(CHOREOGRAPHIES["duet"])]


def test_each_has_the_part_at_the_same_place_as_shown():
    assert parts_of(two()) == {1: (0, 1.0), 2: (1, 1.0)}
    assert parts_of(two(), mirrored=True) == {1: (0, 1.0), 2: (1, 1.0)}
    wrong = parts_of(two()[::-1])
    assert {track: part for track, (part, _) in wrong.items()} == {1: 0, 2: 1} and max(wrong.values())[1] < 0.9


def test_where_sides_are_exchanged_so_are_the_places():
    """The image is a mirror and the teacher is not: who is seen on the left is on the right of the camera's frame."""
    assert parts_of(two(mirrored=True)[::-1], mirrored=True, mirror=False) == {1: (1, 1.0), 2: (0, 1.0)}


def test_of_two_parts_the_lag_is_the_difference_of_the_timing_and_there_is_no_synchrony():
    first, second = two()
    given = replace(plan(), teacher=duet())
    late_second = replace(second, delay=0.2)
    states = danced_together([first, late_second], steady(10), given)
    (pair,) = states[70].group.pairs
    ids = [states[70].dancers[index].track_id for index in (pair.first, pair.second)]
    assert pair.lag_ms * (1 if ids == [1, 2] else -1) == pytest.approx(200, abs=20)
    assert pair.synchrony is states[70].group.synchrony is None
    (early,) = states[15].group.pairs
    assert early.lag_ms is None and early.reason == reasons.PAIR_OTHER_PARTS


def test_one_alone_has_the_part_that_was_chosen():
    assert parts_of(two()[1:], dancer=2) == {1: (1, 1.0)}


def test_places_are_those_at_the_beginning_and_who_comes_later_has_the_part_that_is_free():
    def later(poses, time):
        return poses[1:] if time < 2 else poses

    assert {track: part for track, (part, _) in parts_of(two(), dancer=2, change=later).items()} == {1: 0, 2: 1}


def test_three_share_the_parts_of_two():
    given = replace(plan(), teacher=duet())
    assert [given.parts(count) for count in (1, 2, 3, 4)] == [[0], [1, 0], [1, 1, 0], [1, 1, 0, 0]]
