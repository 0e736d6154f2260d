"""The way down is fixed; the governor takes it only when the machine is to blame, and comes back when it can."""

from itertools import pairwise

import pytest

from pose_demo.live.governor import Governor, Hold, differences, same_task, steps
from pose_demo.settings import Settings


def ready(model):
    return True


def changes(**settings):
    """What each step changes against the one before, as name -> value."""
    before = Settings.from_dict(settings)
    found = []
    for after in steps(before, ready):
        found.append({k: v for k, v in after.to_dict().items() if v != before.to_dict()[k]})
        before = after
    return found


# ---- the way down ---------------------------------------------------------------------------------------------------


def test_first_the_detector_then_the_picture_then_the_model():
    chosen = {"model": "blazepose-heavy", "detector": "movenet-multipose", "hold.lighter": True}
    assert changes(**chosen) == [
        {"detect_every": 10},
        {"detect_every": 20},
        {"input_size": 0.75},
        {"input_size": 0.5},
        {"model": "blazepose-full"},
        {"model": "blazepose-lite"},
    ]


def test_no_other_model_unless_allowed_and_no_detector_where_there_is_none():
    smaller = [{"input_size": 0.75}, {"input_size": 0.5}]
    assert changes(model="blazepose-heavy") == []
    assert changes(model="movenet-multipose", detector="yolov3-tiny") == smaller == changes(model="yolov3-tiny")


def test_steps_that_change_nothing_are_left_out():
    assert changes(detector="movenet-multipose", detect_every=30, input_size=0.5) == []
    assert changes(detector="movenet-multipose", detect_every=20) == [
        {"detect_every": 30},
        {"input_size": 0.75},
        {"input_size": 0.5},
    ]


def test_a_model_that_would_have_to_be_fetched_is_no_step():
    chosen = Settings.from_dict({"model": "blazepose-heavy", "hold.lighter": True})
    way = steps(chosen, lambda model: model != "blazepose-full")
    assert way[-1].model == "blazepose-lite" and len(way) == 1


def test_the_page_is_told_in_words():
    chosen = Settings.from_dict({"model": "movenet-thunder", "detector": "movenet-multipose", "hold.lighter": True})
    way = steps(chosen, ready)
    assert differences(chosen, chosen) == ()
    assert differences(chosen, way[-1]) == (
        "the detector looks once in 20 frames",
        "the net's input has 50 % of its usual size",
        "MoveNet Lightning takes over",
    )


def test_only_what_steps_are_made_of_is_another_task():
    one = Settings()
    assert same_task(one, Settings(confidence=0.9, names=True))
    for change in ({"model": "yolov3-tiny"}, {"input_size": 0.5}, {"hold.fps": 9}, {"detector": "movenet-multipose"}):
        assert not same_task(one, Settings.from_dict(change))


# ---- the decisions --------------------------------------------------------------------------------------------------


class Machine:
    """A stream whose frames cost ``costs[step]`` seconds, from a camera of ``camera`` frames per second.

    What the governor wants takes effect ``delay`` seconds later, as on the page, which looks once a second.
    """

    def __init__(self, costs, camera=30.0, hold=None, delay=1.0):
        self.costs, self.camera, self.hold, self.delay = costs, camera, hold or Hold(), delay
        self.asked = 0.0
        self.governor = Governor()
        self.now, self.taken = 0.0, 0
        self.changes = []  # (second, step) of everything the governor wanted

    def run(self, seconds):
        end = self.now + seconds
        while self.now < end:
            cost = self.costs[self.taken]
            fps = min(self.camera, 1 / cost)
            self.now += 1 / fps
            reserve = len(self.costs) - 1 - self.taken
            self.governor.observe(self.now, self.hold, self.taken, reserve, fps, min(1.0, fps * cost))
            if self.governor.wanted == self.taken:
                self.asked = self.now
            elif self.now - self.asked >= self.delay:
                self.taken = self.governor.wanted
                self.changes.append((self.now, self.taken))
        return self

    @property
    def steps(self):
        return [step for _, step in self.changes]


def test_a_machine_that_can_is_left_alone():
    assert Machine([0.03, 0.02]).run(120).steps == []


def test_cost_is_lowered_step_by_step_until_the_rate_holds():
    machine = Machine([0.4, 0.3, 0.15, 0.1]).run(60)
    assert machine.steps == [1, 2] and not machine.governor.short


def test_a_step_is_judged_only_when_its_effect_can_be_seen():
    machine = Machine([0.4, 0.3, 0.2]).run(60)
    (first, _), (second, _) = machine.changes
    assert first >= 2.5 and second - first >= 2.5


def test_who_cannot_hold_the_rate_even_so_is_told():
    machine = Machine([0.4, 0.3]).run(5)
    assert machine.steps == [1] and not machine.governor.short
    assert machine.run(60).steps == [1] and machine.governor.short


@pytest.mark.parametrize(("camera", "wanted", "cost"), [(4, 6, 0.03), (15, 20, 0.04), (30, 30, 0.02), (5, 6, 0.16)])
def test_a_slow_camera_is_not_the_machines_fault(camera, wanted, cost):
    machine = Machine([cost, 0.001], camera=camera, hold=Hold(fps=wanted)).run(120)
    assert machine.steps == [] and not machine.governor.short


def test_that_the_rate_is_not_held_is_said_steadily():
    machine, said = Machine([0.4]).run(5), []
    for index in range(20):  # now a little too slow, now just not
        machine.costs = [0.17 if index % 2 else 0.16]
        machine.run(1)
        said.append(machine.governor.short)
    assert all(said)
    machine.costs = [0.1]
    assert not machine.run(8).governor.short


def test_when_the_machine_is_free_again_everything_comes_back():
    machine = Machine([0.4, 0.3, 0.15]).run(30)
    assert machine.taken == 2
    machine.costs = [0.05, 0.04, 0.02]
    assert machine.run(60).taken == 0 and machine.steps == [1, 2, 1, 0]


def test_a_step_back_that_fails_is_tried_ever_more_rarely():
    machine = Machine([0.2, 0.05])  # on the lower step all seems well, on the upper it never is
    machine.run(400)
    tries = [second for second, step in machine.changes if step == 0]
    waits = [later - earlier for earlier, later in pairwise(tries)]
    assert len(tries) == 6 and all(later > 1.5 * earlier for earlier, later in pairwise(waits))


def test_a_success_makes_it_daring_again():
    machine = Machine([0.2, 0.05]).run(120)
    machine.costs = [0.05, 0.05]
    machine.run(400)
    assert machine.taken == 0
    machine.costs = [0.2, 0.05]
    machine.run(5)
    assert machine.taken == 1
    machine.costs = [0.05, 0.05]
    assert machine.run(10).taken == 0


def test_switched_off_it_goes_back_at_once_and_stays_there():
    machine = Machine([0.4, 0.3]).run(30)
    machine.hold = Hold(on=False)
    assert machine.run(2).taken == 0 and not machine.governor.short
    assert machine.run(60).steps == [1, 0]


@pytest.mark.parametrize("wanted", [1, 6, 20, 30])
def test_the_rate_that_is_asked_for_is_the_one_that_is_held(wanted):
    machine = Machine([1 / (wanted * 0.8), 1 / (wanted * 1.2)], hold=Hold(fps=wanted), camera=60).run(30)
    assert machine.steps == [1]


def test_nothing_is_decided_about_steps_that_are_not_in_force_yet():
    governor = Governor()
    for second in range(10):
        governor.observe(float(second), Hold(), 0, 5, fps=2, busy=1.0)
    assert governor.wanted == 1
