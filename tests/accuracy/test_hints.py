"""Hints of the real networks on the drawn dancers."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from fakes import FakeClock

from models import loaded, needs
from pose_demo import sample
from pose_demo.live.hints import Hint, HintFinder
from pose_demo.pipeline import Pipeline
from pose_demo.plan import prepare
from pose_demo.settings import Settings
from pose_demo.types import Frame, Image

MULTIPOSE = "movenet-multipose"
_LOOK_EVERY = 90  # frames of the sample; three seconds


def hints_on(frames: list[Image], **settings: object) -> list[Hint | None]:
    """The hint after each look; the frames are three seconds apart."""
    clock, pipeline = FakeClock(), Pipeline()
    finder, found = HintFinder(clock), []
    chosen = Settings.from_dict(settings)
    needs(chosen.model)
    with loaded(MULTIPOSE) as detector, prepare(chosen) as plan:
        for image in frames:
            for _ in range(3):  # the crop follows the person
                clock.now += 1
                result = pipeline.process(Frame(image, clock.now), plan)
            finder.look(detector, result, chosen)
            found.append(finder.hint)
    return found


def scene(name: str, looks: int = 5) -> list[Image]:
    return [sample.frame(index * _LOOK_EVERY, scene=name).image for index in range(looks)]


MODELS = pytest.mark.parametrize("model", ["movenet-lightning", "blazepose-lite"])


@MODELS
@pytest.mark.parametrize("name", ["duo", "crossing"])
def test_the_second_dancer_is_reported(model, name):
    found = hints_on(scene(name), model=model)
    assert [hint.text for hint in found if hint][:1] == ["1 more person: show them"] and found[0] is None


@MODELS
@pytest.mark.parametrize("name", ["solo", "enter", "empty"])
def test_there_is_no_hint_where_nobody_is_missed(model, name):
    assert set(hints_on(scene(name), model=model)) == {None}


def test_the_hint_shows_everybody():
    (hint,) = {hint.text: hint for hint in hints_on(scene("duo", 3)) if hint}.values()
    with prepare(Settings.from_dict(dict(hint.changes))) as plan:
        assert Pipeline().process(sample.frame(0, scene="duo"), plan).persons == 2


def far_dancer(height: int) -> Image:
    """The dancer in a frame of 1920x1080, so many pixels high."""
    dancer = sample.frame(45).image
    small = cv2.resize(dancer, None, fx=height / 360, fy=height / 360, interpolation=cv2.INTER_AREA)
    image = np.empty((1080, 1920, 3), np.uint8)
    image[:] = small[4, 4]
    image[600 : 600 + len(small), 1000 : 1000 + small.shape[1]] = small
    return image


def test_a_far_person_is_reported_and_the_detector_finds_them():
    hint = hints_on([far_dancer(160)] * 4, model="blazepose-lite")[-1]
    assert hint and hint.text == "A person far away: find them with a detector"
    with prepare(Settings.from_dict({"model": "blazepose-lite", **hint.changes})) as plan:
        assert Pipeline().process(Frame(far_dancer(160)), plan).persons == 1


@pytest.mark.parametrize("height", [40, 20])
def test_a_person_who_is_too_small_to_help_is_not_promised_a_detector(height):
    hint = hints_on([far_dancer(height)] * 6, model="blazepose-lite")[-1]
    assert hint is None or not hint.changes


def noisy_dancer() -> Image:
    """The drawn dancer is so clear that MoveNet's pose is weak with noise only."""
    noise = np.random.default_rng(0).normal(0, 60, (480, 640, 3))
    return (sample.frame(45).image + noise).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("rotation", [cv2.ROTATE_180, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE])
def test_a_weak_pose_of_a_rotated_person_leads_to_another_model(rotation):
    found = hints_on([np.ascontiguousarray(cv2.rotate(noisy_dancer(), rotation))] * 10)
    hint = next((hint for hint in found if hint), None)
    assert hint and hint.kind == "rotated" and str(hint.changes["model"]).startswith("blazepose")


def test_the_same_person_upright_leads_to_no_hint():
    assert set(hints_on([noisy_dancer()] * 10)) == {None}
