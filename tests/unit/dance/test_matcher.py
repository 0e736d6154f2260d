"""Takes of a drawn dancer with known deviations from a teacher: what is measured, and when it is not."""

from dataclasses import replace

import numpy as np
import pytest
from dance_streams import BEGAN, COUNT_IN, DISCO, END, SIZE, danced, numbers, plan, pose, steady, teacher

from pose_demo.dance import reasons
from pose_demo.dance.comparison import compare
from pose_demo.dance.matcher import DanceMatcher
from pose_demo.dance.options import DanceOptions
from pose_demo.dance.reasons import FEW_FRAMES
from pose_demo.sample import CHOREOGRAPHIES, LoweredArm, Performance
from pose_demo.skeletons import COCO_17

EXACT = Performance(choreography=DISCO)
LATE = Performance(choreography=DISCO, delay=0.15)


def irregular(seconds=END + COUNT_IN + 1):
    gaps = np.random.default_rng(0).uniform(0.02, 0.2, 500)
    times = BEGAN + np.cumsum(gaps) - gaps[0]
    return times[times < BEGAN + seconds]


def at(states, times, time):
    """The state at seconds since the dance began."""
    return states[int(np.searchsorted(times, BEGAN + COUNT_IN + time))]


@pytest.mark.parametrize("delay", [0.0, 0.3, -0.12])
@pytest.mark.parametrize("times", [steady(30), steady(10), steady(5), irregular()], ids=["30", "10", "5", "irregular"])
def test_the_timing_of_a_known_delay(times, delay):
    found = numbers(danced(Performance(choreography=DISCO, delay=delay), times))
    assert len(found) > 0.5 * len(times)
    assert np.abs(found[:, 0] - 1000 * delay).max() < 20 and found[:, 1].min() > 0.98


def test_phases_counts_and_the_finished_take():
    times = steady(10)
    states = danced(LATE, times)
    assert [(state.moment.phase, state.moment.count) for state in states[:11:10]] == [("count-in", 1), ("dance", 0)]
    assert at(states, times, 4).progress == pytest.approx(0.5)
    last = states[-1]
    assert last.moment.phase == "finished" and last.progress == 1
    assert last.evaluation.timing_ms == pytest.approx(150, abs=10) and last.evaluation.form > 0.98
    compared = compare(teacher().reference.dancers[0].trimmed(0, END), last.performance)
    assert compared.timing_ms == pytest.approx(150, abs=10)
    assert at(states, times, 8.4).performance is None and at(states, times, 8.6).performance is last.performance


def test_no_number_in_the_first_moments():
    times = steady(10)
    states = danced(LATE, times)
    early = [state.evaluation for state in states if state.moment.danced < 1.5]
    assert {(it.timing_ms, it.form, it.reason) for it in early} == {(None, None, "")}


def test_a_lowered_arm_is_measured_and_the_other_limbs_are_right():
    lowered = Performance(choreography=DISCO, delay=0.15, lowered=LoweredArm("left", 25, 3, 8))
    times = steady(15)
    states = danced(lowered, times)
    limbs = at(states, times, 5).evaluation.limbs
    assert limbs["left upper arm"] == pytest.approx(25, abs=4)
    assert max(value for name, value in limbs.items() if name not in ("left upper arm", "left forearm")) < 6
    assert at(states, times, 5).limb_errors == {0: limbs}
    assert at(states, times, 5).evaluation.form < at(states, times, 2.5).evaluation.form - 0.02


def test_the_delay_of_the_stream_does_not_count():
    found = numbers(danced(LATE, steady(15), plan(delay=0.1)))
    assert np.median(found[:, 0]) == pytest.approx(50, abs=8)
    assert numbers(danced(LATE, steady(15), plan(delay=0.15)))[:, 1].min() > 0.98


def test_at_half_the_speed_timing_is_in_milliseconds_of_the_stream():
    seconds = 2 * END + COUNT_IN + 2
    states = danced(LATE, steady(10, seconds), plan(speed=0.5), speed=0.5)
    assert np.median(numbers(states)[:, 0]) == pytest.approx(300, abs=15)
    reference = teacher().reference.dancers[0].trimmed(0, END)
    assert compare(reference, states[-1].performance).timing_ms == pytest.approx(150, abs=10)
    states = danced(LATE, steady(10, seconds), plan(speed=0.5, delay=0.1), speed=0.5)
    assert np.median(numbers(states)[:, 0]) == pytest.approx(200, abs=15)


def test_a_dancer_who_leaves_has_no_number_and_who_comes_back_has_one():
    times = steady(15)
    states = danced(LATE, times, change=lambda pose, time: None if 3 < time < 5 else pose)
    gone, back = at(states, times, 4.8).evaluation, at(states, times, 7.5).evaluation
    assert (gone.timing_ms, gone.form, gone.reason) == (None, None, reasons.NOBODY)
    assert at(states, times, 4.8).person is None and at(states, times, 4.8).limb_errors == {}
    assert back.timing_ms == pytest.approx(150, abs=20) and back.form > 0.98


def test_without_feet_it_says_what_to_do():
    def desk(shown, time):
        hidden = np.array([name.split("_")[-1] in ("hip", "knee", "ankle") for name in COCO_17.keypoints])
        return replace(shown, scores=np.where(hidden, 0, shown.scores).astype(np.float32))

    evaluation = danced(EXACT, steady(10), change=desk)[60].evaluation
    assert evaluation.form is None and evaluation.reason == "step back: your hips and legs are not in the picture"


def test_another_dance_has_no_timing():
    other = Performance(choreography=CHOREOGRAPHIES["first-steps"])
    times = steady(10)
    states = danced(other, times)
    timed = [state.evaluation.timing_ms is not None for state in states if 1.5 < state.moment.danced < END]
    assert np.mean(timed) < 0.3
    assert reasons.OTHER_MOVES in {state.evaluation.reason for state in states}


def test_somebody_who_stands_still_has_no_timing():
    standing = pose(EXACT, 0.0)
    states = danced(EXACT, steady(10), change=lambda shown, time: standing)
    assert not len(numbers(states)) and at(states, steady(10), 5).evaluation.reason == reasons.OTHER_MOVES


def test_nobody_at_all():
    states = danced(None, steady(10))
    assert not len(numbers(states)) and states[-1].evaluation.reason == reasons.NOBODY
    assert states[-1].performance is not None and not states[-1].performance.scores.any()


def test_too_few_frames():
    states = danced(LATE, steady(3))
    assert not len(numbers(states)) and {state.evaluation.reason for state in states} == {"", FEW_FRAMES}


def test_after_a_pause_of_the_stream_the_teacher_is_where_the_music_is():
    times = steady(15)
    times = times[(times < BEGAN + COUNT_IN + 3) | (times > BEGAN + COUNT_IN + 5)]
    states = danced(LATE, times)
    assert at(states, times, 5.1).moment.position == pytest.approx(5.1, abs=0.1)
    assert at(states, times, 7.9).evaluation.timing_ms == pytest.approx(150, abs=20)


def test_a_repeated_passage_is_measured_in_each_round():
    given = plan(start=0.0, end=60 / 116 * 8, loop=True)  # 8 counts
    length = given.schedule.duration
    times = steady(15, COUNT_IN + 2 * length + 1)

    def shown_at(shown, time):
        """A dancer who is later in the second round."""
        return pose(EXACT, max(time - (0.15 if time < length else 0.25), 0) % length)

    states = danced(LATE, times, given, change=shown_at)
    assert at(states, times, length - 0.3).evaluation.timing_ms == pytest.approx(150, abs=20)
    assert at(states, times, 2 * length - 0.3).evaluation.timing_ms == pytest.approx(250, abs=20)
    assert at(states, times, length + 0.4).performance is None
    first, second = at(states, times, length + 0.6).performance, states[-1].performance
    assert second is not first and second.timestamps[0] < 0 and second.timestamps[-1] > length
    reference = teacher().reference.dancers[0].trimmed(0, length)
    assert compare(reference, second, DanceOptions(mirror="off")).timing_ms == pytest.approx(250, abs=25)


@pytest.mark.parametrize("sides", ["same", "exchanged"])
def test_in_a_mirror_the_dancer_does_what_is_seen(sides):
    dancer = Performance(choreography=DISCO, delay=0.15, mirrored=sides == "exchanged")
    given = plan(mirrored=True, mirror=sides == "same")
    states = danced(dancer, steady(15), given)
    assert numbers(states)[:, 1].min() > 0.98 and states[-1].exchanges_sides == (sides == "exchanged")
    mirror = "on" if states[-1].exchanges_sides else "off"
    reference = teacher().reference.dancers[0].trimmed(0, END)
    assert compare(reference, states[-1].performance, DanceOptions(mirror=mirror)).form > 0.98


def test_the_ghost_is_where_the_dancer_is():
    times = steady(10)
    state = at(danced(EXACT, times), times, 4)
    assert state.ghost.xy == pytest.approx(pose(EXACT, 4.0).xy, abs=6)
    assert state.mirrored(640).ghost.xy[0, 0] == pytest.approx(640 - state.ghost.xy[0, 0], abs=1e-3)


# ---- which take


def states_of(*plans):
    """The phases in one second of each plan, 10 frames per second."""
    matcher, phases = DanceMatcher(), []
    for index, given in enumerate(plans):
        for frame in range(10):
            state = matcher.update(given, (), (), index + frame / 10, 0.3, SIZE)
        phases.append((state.moment.phase, state.take))
    return phases


def test_a_take_begins_with_its_number_and_goes_on():
    first = plan(take=1)
    phases = states_of(plan(take=0), first, first, plan(take=1), plan(take=2), plan(take=0))
    assert [phase for phase, _ in phases] == ["preview", "count-in", "dance", "dance", "count-in", "preview"]
    assert [take for _, take in phases] == [0, 1, 1, 1, 2, 0]


@pytest.mark.parametrize(
    ("changed", "phase"),
    [({"layout": "ghost"}, "dance"), ({"speed": 0.5}, "preview"), ({"mirrored": True}, "preview")],
)
def test_a_take_goes_on_while_its_dance_is_the_same(changed, phase):
    assert states_of(plan(), plan(), plan(**changed))[-1][0] == phase


def test_a_take_that_was_interrupted_does_not_begin_again():
    matcher, given = DanceMatcher(), plan()
    matcher.update(given, (), (), 5.0, 0.3, SIZE)
    matcher.interrupt()
    assert matcher.update(given, (), (), 1.0, 0.3, SIZE).moment.phase == "preview"
    assert matcher.update(plan(take=2), (), (), 1.1, 0.3, SIZE).moment.phase == "count-in"


def test_the_claps_of_a_calibration_are_another_take_and_are_marked():
    matcher, given = DanceMatcher(), plan()
    assert not matcher.update(given, (), (), 0.0, 0.3, SIZE).calibration
    claps = replace(given, teacher=replace(given.teacher), take=2, calibration=True)
    state = matcher.update(claps, (), (), 0.1, 0.3, SIZE)
    assert state.calibration and state.take == 2 and state.moment.phase == "count-in"


# ---- who


def test_somebody_who_comes_closer_is_not_compared():
    matcher, given = DanceMatcher(), plan()
    small, large = (replace(pose(EXACT, 0.0), track_id=track) for track in (1, 2))
    small = replace(small, xy=small.xy / 2)

    def person(timestamp, *poses):
        return matcher.update(given, poses, poses, timestamp, 0.3, SIZE).person

    assert person(0.0, small) == 0 and person(0.1, large, small) == 1
    assert person(1.0, large) is None and person(2.2, large) == 0
    assert DanceMatcher().update(given, (small, large), (small, large), 0.0, 0.3, SIZE).person == 1
