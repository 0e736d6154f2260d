"""Hints: when they appear, what they say, and when they disappear."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fakes import FakeClock, result_of
from persons import FakeDetector, person

from pose_demo.live.hints import HintFinder, applies, not_found, several
from pose_demo.settings import Settings
from pose_demo.types import Frame

LIGHTNING = Settings(model="movenet-lightning")
BLAZEPOSE = Settings(model="blazepose-lite")
LEFT, RIGHT = person(50, 100, 100, 300), person(400, 100, 100, 300)
FRAME = np.zeros((480, 640, 3), np.uint8)
MARK = (400, 500)  # row and column of a white pixel, by which a fake detector knows the view


def is_upside_down(view):
    """Whether the frame with the marked pixel was rotated by 180 degrees."""
    return view.shape == FRAME.shape and bool(view[479 - MARK[0], 639 - MARK[1]].any())


def in_lower_right_tile(view):
    return view.shape[:2] == (288, 384) and bool(view[MARK[0] - 192, MARK[1] - 256].any())


class Looker:
    """Looks every three seconds at a frame in which the model shows ``shown``, and the detector finds ``persons``."""

    def __init__(self, settings=LIGHTNING):
        self.clock, self.settings = FakeClock(), settings
        self.finder = HintFinder(self.clock)
        self.shown, self.persons = (), lambda view: ()
        self.detector = FakeDetector(lambda view: self.persons(view))
        self.image = FRAME.copy()
        self.image[MARK] = 255

    def look(self, times=1):
        for _ in range(times):
            result = replace(result_of(*self.shown, size=(640, 480)), source=Frame(self.image))
            self.finder.look(self.detector, result, self.settings)
            self.clock.now += 3
        return self.finder.hint


@pytest.fixture
def looker():
    return Looker()


def whole(*poses):
    """Finds these persons in the whole upright frame only."""
    return lambda view: poses if view.shape == FRAME.shape and view[MARK].any() else ()


# ---- more persons ----------------------------------------------------------------------------------------------------


def test_more_persons_are_reported_with_the_setting_that_shows_them(looker):
    looker.shown, looker.persons = (LEFT,), whole(LEFT, RIGHT)
    assert looker.look(1) is None
    hint = looker.look(1)
    assert (hint.kind, hint.count, hint.text) == ("several", 1, "1 more person: show them")
    assert hint.changes == {"detector": "movenet-multipose", "max_people": 6}
    Settings.from_dict(LIGHTNING.to_dict() | dict(hint.changes))


def test_the_plural_and_the_maximum_number_of_people():
    hint = several(2, Settings(max_people=1))
    assert (hint.text, hint.changes["max_people"]) == ("2 more people: show them", 3)


def test_a_hint_disappears_when_two_looks_do_not_confirm_it(looker):
    looker.shown, looker.persons = (LEFT,), whole(LEFT, RIGHT)
    assert looker.look(2)
    looker.persons = whole(LEFT)
    assert looker.look(1)
    assert looker.look(1) is None


def test_one_look_alone_changes_nothing(looker):
    looker.shown = (LEFT,)
    for persons in (whole(LEFT, RIGHT), whole(LEFT)) * 3:
        looker.persons = persons
        assert looker.look(1) is None


def test_of_two_counts_the_smaller_one_is_said(looker):
    looker.shown, looker.persons = (LEFT,), whole(LEFT, RIGHT, person(250, 90, 100, 300))
    looker.look(1)
    looker.persons = whole(LEFT, RIGHT)
    assert looker.look(1).count == 1


def test_a_person_with_a_low_score_is_not_counted(looker):
    looker.shown, looker.persons = (LEFT,), whole(LEFT, replace(RIGHT, score=0.28, box=replace(RIGHT.box, score=0.28)))
    assert looker.look(3) is None


def test_the_person_confidence_holds_for_hints_too():
    looker = Looker(replace(LIGHTNING, person_confidence=0.9))
    looker.shown, looker.persons = (LEFT,), whole(LEFT, RIGHT)
    assert looker.look(3) is None


def test_one_shown_person_costs_one_inference_a_look(looker):
    looker.shown, looker.persons = (LEFT,), whole(LEFT)
    looker.look(5)
    assert looker.detector.looks == 5


# ---- nobody found ----------------------------------------------------------------------------------------------------


def test_a_far_person_is_reported_after_some_seconds(looker):
    looker.persons = whole(person(300, 300, 30, 80, 0.25))
    assert looker.look(2) is None
    assert looker.look(1).text == "A person far away: find them with a detector"
    assert looker.finder.hint.changes["detector"] == "movenet-multipose"


def test_a_near_person_is_not_called_far():
    looker = Looker(BLAZEPOSE)
    looker.persons = whole(LEFT, RIGHT)
    assert looker.look(3).text == "2 people not found: find them with a detector"


def test_a_person_in_one_tile_only_is_found_and_stays_found():
    looker = Looker(BLAZEPOSE)
    looker.persons = lambda view: (person(200, 150, 20, 70),) if in_lower_right_tile(view) else ()
    hint = looker.look(8)
    assert hint.text == "A person far away: come closer to the camera" and not hint.changes
    assert looker.look(5) == hint


def test_a_person_in_a_tile_whom_the_detector_would_try_gets_the_detector():
    looker = Looker(BLAZEPOSE)
    candidate = person(456, 342, 20, 70, 0.08)
    looker.persons = lambda view: (person(200, 150, 20, 70),) if in_lower_right_tile(view) else whole(candidate)(view)
    assert looker.look(8).changes["detector"] == "movenet-multipose"


def test_one_other_view_is_looked_at_at_a_time(looker):
    looker.look(2)
    before = looker.detector.looks
    looker.look(10)
    assert looker.detector.looks - before == 20


def test_somebody_shown_starts_the_wait_again(looker):
    looker.persons = whole(LEFT)
    looker.look(1)
    looker.shown = (LEFT,)
    looker.look(1)
    looker.shown = ()
    assert looker.look(2) is None
    assert looker.look(1)


def test_the_text_for_several_far_people():
    assert not_found(3, LIGHTNING, far=True, by_detector=False).text == "3 people far away: come closer to the camera"


# ---- not upright -----------------------------------------------------------------------------------------------------


WEAK = replace(LEFT, score=0.3)


@pytest.mark.parametrize("shown", [(), (WEAK,)], ids=["nobody", "weak pose"])
def test_a_person_upside_down_is_reported_with_a_model_that_does_not_mind(looker, shown):
    looker.shown = shown
    looker.persons = lambda view: (replace(LEFT, score=0.8),) if is_upside_down(view) else ()
    hint = looker.look(14)
    assert hint.kind == "rotated" and hint.changes == {"model": "blazepose-lite"}
    assert hint.text == "Lying or upside down: use MediaPipe Pose lite"
    looker.persons = lambda view: ()
    assert looker.look(2) is None


def test_a_heavier_model_gets_a_heavier_one(monkeypatch):
    monkeypatch.setattr("pose_demo.estimators.is_ready", lambda model: True)
    looker = Looker(Settings(model="movenet-thunder"))
    looker.persons = lambda view: (LEFT,) if is_upside_down(view) else ()
    assert looker.look(14).changes == {"model": "blazepose-full"}


def test_a_good_pose_and_a_person_who_is_better_upright_are_not_rotated(looker):
    looker.shown, looker.persons = (LEFT,), lambda view: (LEFT,)
    assert looker.look(8) is None
    looker.shown = (WEAK,)
    assert looker.look(8) is None


def test_blazepose_is_not_asked_to_rotate():
    looker = Looker(BLAZEPOSE)
    looker.shown, looker.persons = (WEAK,), lambda view: (LEFT,) if is_upside_down(view) else ()
    assert looker.look(8) is None and looker.detector.looks == 8


# ---- where hints apply -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "detector", "expected"),
    [
        ("movenet-lightning", "auto", True),
        ("movenet-lightning", "none", True),
        ("blazepose-full", "none", True),
        ("movenet-lightning", "yolov3-tiny", False),
        ("movenet-multipose", "none", False),
        ("yolov3-tiny", "none", False),
        ("mediapipe-full", "none", True),
    ],
)
def test_hints_are_for_models_that_show_one_person(model, detector, expected):
    assert applies(Settings(model=model, detector=detector)) is expected


def test_a_result_without_its_frame_is_skipped(looker):
    looker.finder.look(looker.detector, result_of(LEFT), LIGHTNING)
    assert looker.detector.looks == 0 and looker.finder.hint is None
