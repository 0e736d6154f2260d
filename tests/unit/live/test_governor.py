"""The governor on a simulated machine: it degrades only when the machine is too slow, and restores when it can."""

from itertools import pairwise

import pytest

from pose_demo.live.governor import Governor
from pose_demo.settings import FrameRateOptions


class Machine:
    """A stream whose frames take ``costs[level]`` seconds, from a camera of ``camera`` frames per second.

    A target level becomes active ``delay`` seconds later, because models are prepared in the background.
    """

    def __init__(self, costs, camera=30.0, options=None, delay=1.0):
        self.costs, self.camera, self.delay = costs, camera, delay
        self.options = options or FrameRateOptions()
        self.requested_at = 0.0
        self.governor = Governor()
        self.now, self.level = 0.0, 0
        self.changes = []  # (second, level) of every change

    def run(self, seconds):
        end = self.now + seconds
        while self.now < end:
            cost = self.costs[self.level]
            fps = min(self.camera, 1 / cost)
            self.now += 1 / fps
            levels_left = len(self.costs) - 1 - self.level
            self.governor.update(self.now, self.options, self.level, levels_left, fps, min(1.0, fps * cost))
            if self.governor.target_level == self.level:
                self.requested_at = self.now
            elif self.now - self.requested_at >= self.delay:
                self.level = self.governor.target_level
                self.changes.append((self.now, self.level))
        return self

    @property
    def levels(self):
        return [level for _, level in self.changes]


def test_a_fast_machine_stays_at_level_0():
    assert Machine([0.03, 0.02]).run(120).levels == []


def test_quality_is_degraded_until_the_rate_is_held():
    machine = Machine([0.4, 0.3, 0.15, 0.1]).run(60)
    assert machine.levels == [1, 2] and not machine.governor.overloaded


def test_a_level_is_evaluated_only_after_the_frame_rate_has_settled():
    machine = Machine([0.4, 0.3, 0.2]).run(60)
    (first, _), (second, _) = machine.changes
    assert first >= 2.5 and second - first >= 2.5


def first_change(fps, level=0, levels_left=1):
    """Seconds until the target level changes with this achievable rate, in steps of 0.1 s; None within 20 s."""
    governor = Governor()
    governor.target_level = level
    for tenths in range(200):
        governor.update(tenths / 10, FrameRateOptions(target=6), level, levels_left, fps, busy=1.0)
        if governor.target_level != level:
            return tenths / 10
    return None


def test_the_frame_rate_settles_for_2_5_seconds():
    assert first_change(fps=5) == 2.5


@pytest.mark.parametrize(("fps", "restored_after"), [(8.9, None), (9.1, 7.5)])
def test_the_level_is_restored_after_5_seconds_with_1_5_times_the_target(fps, restored_after):
    assert first_change(fps, level=1) == restored_after


def test_overload_is_reported_when_the_last_level_is_too_slow():
    machine = Machine([0.4, 0.3]).run(5)
    assert machine.levels == [1] and not machine.governor.overloaded
    assert machine.run(60).levels == [1] and machine.governor.overloaded


@pytest.mark.parametrize(("camera", "target", "cost"), [(4, 6, 0.03), (15, 20, 0.04), (30, 30, 0.02), (5, 6, 0.16)])
def test_a_slow_camera_does_not_degrade(camera, target, cost):
    machine = Machine([cost, 0.001], camera=camera, options=FrameRateOptions(target=target)).run(120)
    assert machine.levels == [] and not machine.governor.overloaded


def test_overload_does_not_flicker():
    machine, reported = Machine([0.4]).run(5), []
    for index in range(20):  # alternately just too slow and just fast enough
        machine.costs = [0.17 if index % 2 else 0.16]
        machine.run(1)
        reported.append(machine.governor.overloaded)
    assert all(reported)
    machine.costs = [0.1]
    assert not machine.run(8).governor.overloaded


def test_full_quality_is_restored_when_the_machine_is_fast_again():
    machine = Machine([0.4, 0.3, 0.15]).run(30)
    assert machine.level == 2
    machine.costs = [0.05, 0.04, 0.02]
    assert machine.run(60).level == 0 and machine.levels == [1, 2, 1, 0]


def test_a_restored_level_that_fails_is_tried_less_and_less_often():
    machine = Machine([0.2, 0.05])  # headroom at level 1, too slow at level 0
    machine.run(400)
    attempts = [second for second, level in machine.changes if level == 0]
    waits = [later - earlier for earlier, later in pairwise(attempts)]
    assert len(attempts) == 6 and all(later > 1.5 * earlier for earlier, later in pairwise(waits))


def test_a_level_is_restored_at_least_every_160_seconds():
    machine = Machine([0.2, 0.05]).run(2000)
    attempts = [second for second, level in machine.changes if level == 0]
    assert attempts[-1] - attempts[-2] == pytest.approx(attempts[-2] - attempts[-3], abs=0.5)
    assert 160 < attempts[-1] - attempts[-2] < 170


def test_a_success_resets_the_waiting_time():
    machine = Machine([0.2, 0.05]).run(120)
    machine.costs = [0.05, 0.05]
    machine.run(400)
    assert machine.level == 0
    machine.costs = [0.2, 0.05]
    machine.run(5)
    assert machine.level == 1
    machine.costs = [0.05, 0.05]
    assert machine.run(10).level == 0


@pytest.mark.parametrize(("held_s", "waits"), [(20, 10), (28, 10), (35, 5), (60, 5)])
def test_a_restored_level_is_a_success_when_it_held_the_rate_for_30_seconds(held_s, waits):
    machine = Machine([0.2, 0.05], delay=0.0).run(3)
    assert machine.level == 1
    machine.costs = [0.05, 0.05]
    machine.run(5 + 2.5)  # settling, then 5 s of headroom
    assert machine.level == 0
    machine.run(held_s)
    machine.costs = [0.2, 0.05]  # too slow again: before 30 s the restored level has failed
    machine.run(1)
    assert machine.level == 1
    degraded, _ = machine.changes[-1]
    machine.costs = [0.05, 0.05]
    machine.run(30)
    restored = next(second for second, level in machine.changes if second > degraded and level == 0)
    assert restored - degraded == pytest.approx(2.5 + waits, abs=0.5)


def test_switched_off_it_returns_to_level_0_at_once_and_stays_there():
    machine = Machine([0.4, 0.3]).run(30)
    machine.options = FrameRateOptions(adapt=False)
    assert machine.run(2).level == 0 and not machine.governor.overloaded
    assert machine.run(60).levels == [1, 0]


@pytest.mark.parametrize("target", [1, 6, 20, 30])
def test_the_target_is_the_frame_rate_that_is_held(target):
    options = FrameRateOptions(target=target)
    machine = Machine([1 / (target * 0.8), 1 / (target * 1.2)], options=options, camera=60).run(30)
    assert machine.levels == [1]


def test_nothing_is_decided_while_the_target_level_is_not_active():
    governor = Governor()
    for second in range(10):
        governor.update(float(second), FrameRateOptions(), 0, 5, fps=2, busy=1.0)
    assert governor.target_level == 1
