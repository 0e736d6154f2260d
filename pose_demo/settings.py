"""Everything a viewer can choose, as one frozen, hashable, JSON-able object."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pose_demo import effects
from pose_demo.background import Background
from pose_demo.effects import Effect
from pose_demo.estimators import DETECTORS, MODELS, OFF
from pose_demo.fields import (
    Spec,
    Value,
    changed,
    checked,
    choice,
    group,
    integer,
    number,
    option,
    specs,
    switch,
    values,
)
from pose_demo.live.governor import Hold
from pose_demo.matching.options import Matching
from pose_demo.tracking.smoothing import Smoothing
from pose_demo.types import InputError

_MAX_JSON = 1_000_000


class _Effects(Spec):
    """A list of effects: JSON as [{"name": "canny", "low": 100}], text as canny(low=100)+glasses."""

    def check(self, name: str, value: object) -> tuple[Effect, ...]:
        if isinstance(value, list | tuple) and all(type(item) in effects.EFFECTS.values() for item in value):
            value = effects.to_json_list(value)
        return effects.from_json_list(value)

    def parse(self, name: str, text: str) -> tuple[Effect, ...]:
        return effects.parse(text)

    def text(self, value: Value) -> str:
        return effects.format(value) if isinstance(value, tuple) else ""

    def plain(self, value: Value) -> object:
        return effects.to_json_list(value) if isinstance(value, tuple) else []


@dataclass(frozen=True)
class Settings:
    """The settings of one stream; each field carries its limits, label and explanation (see `pose_demo.fields`)."""

    model: str = choice(
        "movenet-lightning", tuple(MODELS), "Model", "Which network looks at the picture.", topic="Model"
    )
    confidence: float = number(
        0.3,
        0,
        1,
        "Keypoint confidence",
        "Keypoints the model is less sure of than this are not drawn and not matched. "
        "Raise it when limbs appear where there are none; lower it when limbs are missing.",
        topic="Model",
    )
    person_confidence: float = number(
        0.2,
        0,
        1,
        "Person confidence",
        "Persons and things the model is less sure of than this are left out.",
        topic="Model",
    )
    all_classes: bool = switch(
        False, "All 80 kinds of things", "YOLO boxes chairs, dogs and cups too, not only persons.", topic="Model"
    )
    box_overlap: float = number(
        0.3,
        0,
        1,
        "Box overlap",
        "YOLO: of two boxes that overlap more than this (intersection over union), the weaker one goes.",
        topic="Model",
    )
    detector: str = choice(
        "off",
        (OFF, *DETECTORS),
        "Several people",
        "A detector finds everybody, and the model looks at each person in turn. off: the model looks by itself.",
        topic="Model",
    )
    detect_every: int = integer(
        5,
        1,
        30,
        "Detector every N frames",
        "People are looked for in every Nth frame and followed in between. Higher is faster; newcomers appear later.",
        topic="Model",
    )
    max_people: int = integer(6, 1, 10, "People at most", "Each person costs the model's full time.", topic="Model")
    input_size: float = number(
        1.0,
        0.5,
        1,
        "Input size",
        "How large a picture MoveNet MultiPose and YOLO look at, as a share of their usual one: smaller is faster, "
        "and misses small people.",
        topic="Model",
    )
    hold: Hold = group(Hold)
    smooth: Smoothing = group(Smoothing)
    match: Matching = group(Matching)
    background: Background = group(Background)
    effects: tuple[Effect, ...] = option(
        (), _Effects("effects", "Effects", "Drawn one after another, in this order.", topic="Effects")
    )
    mirror: str = choice(
        "auto",
        ("auto", "on", "off"),
        "Mirror",
        "Flips the picture left to right. Auto does so for the webcam only, like a looking glass.",
        topic="Drawing",
    )
    skeleton: bool = switch(True, "Skeleton", "Lines between the keypoints.", topic="Drawing")
    keypoints: bool = switch(True, "Keypoints", "A dot on every keypoint.", topic="Drawing")
    boxes: bool = switch(True, "Boxes", "A box round each person, where the model gives one.", topic="Drawing")
    names: bool = switch(False, "Keypoint names", "The name beside each keypoint.", topic="Drawing")
    scores: bool = switch(False, "Scores", "How sure the model is, beside each keypoint and person.", topic="Drawing")
    readout: bool = switch(
        False, "Speed in the picture", "Processed frames per second and the frame's age, in a corner.", topic="Drawing"
    )
    thickness: float = number(
        1.0, 0.5, 3, "Thickness", "How bold lines, dots and letters are; they grow with the picture.", topic="Drawing"
    )

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Settings:
        """Settings from plain values; what is not named keeps its default.

        Raises:
            InputError: an unknown name, a wrong type, or a value outside its limits.
        """
        return checked(cls, values)

    @classmethod
    def from_json(cls, text: str | bytes) -> Settings:
        """Settings from a JSON object; see `from_dict` for what is refused."""
        if len(text) > _MAX_JSON:
            raise InputError(f"settings file: expected under 1 MB, got {len(text) / 1e6:.0f} MB; is it the right file?")
        try:
            given = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError(
                f"settings file: not JSON ({error}); save one from the page or write one by hand"
            ) from None
        if not isinstance(given, dict):
            raise InputError(f'settings file: expected an object like {{"model": ...}}, got {type(given).__name__}')
        return cls.from_dict(given)

    @classmethod
    def from_texts(cls, texts: Mapping[str, str], base: Mapping[str, object] | None = None) -> Settings:
        """Settings from ``key=value`` texts laid over plain values; see `from_dict` for what is refused."""
        given = dict(base or {})
        known = specs(cls)
        for name, text in texts.items():
            given[name] = known[name].parse(name, text) if name in known else text
        return cls.from_dict(given)

    def to_dict(self) -> dict[str, object]:
        """All values, JSON-ready."""
        return _plain(values(self))

    def changes(self) -> dict[str, object]:
        """Only the values that are not the defaults, JSON-ready."""
        return _plain(changed(self))

    def texts(self) -> dict[str, str]:
        """Only the values that are not the defaults, as `from_texts` reads them."""
        known = specs(Settings)
        return {name: known[name].text(value) for name, value in changed(self).items()}


def _plain(found: Mapping[str, Value]) -> dict[str, object]:
    known = specs(Settings)
    return {name: known[name].plain(value) for name, value in found.items()}
