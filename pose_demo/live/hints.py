"""Hints: whom the chosen model misses in the picture, and the settings that help."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from pose_demo import estimators
from pose_demo.estimators import MODELS, Estimator, movenet_multipose
from pose_demo.fields import NONE, Value
from pose_demo.live import views
from pose_demo.messages import Message, message, plural
from pose_demo.pipeline import Result
from pose_demo.settings import Settings
from pose_demo.types import Box, Image, Pose

# Scores of MultiPose on the 46 COCO images of the test data: at most .12 in those without a person; boxes from .3 on
# are whole persons, and each once.
_MIN_SCORE, _MIN_COUNTED_SCORE = 0.2, 0.3
_MIN_ROTATED_SCORE, _ROTATED_GAIN = 0.4, 0.1  # in a rotated view, and relative to the upright one
_WEAK_SCORE = 0.6  # of a MoveNet pose; those of persons who are not upright are mostly lower
_NOBODY_S = 3.0  # nobody was detected for so long
_FAR = 1 / 3  # height of a person relative to the frame
_SAME_IOU = 0.3

_MODEL_FOR_ROTATED = {"movenet-thunder": "blazepose-full"}
_LIGHT_MODEL_FOR_ROTATED = "blazepose-lite"


@dataclass(frozen=True)
class Hint:
    """Something that the chosen model misses.

    Attributes:
        kind: "several", "far" or "rotated".
        count: the number of persons.
        text: what there is and what to do, for the page.
        changes: the settings that help, by name; empty when no setting does.
    """

    kind: str
    count: int
    text: str
    changes: Mapping[str, Value] = field(default_factory=dict)


def applies(settings: Settings) -> bool:
    """Whether there are hints for a model: it shows one person, and could have a detector in front."""
    without_detector = estimators.active_detector(settings.model, settings.detector) == NONE
    return estimators.supports_detector(settings.model) and without_detector


def several(count: int, settings: Settings) -> Hint:
    """More persons than the one that is shown."""
    text = plural("{count} more person: show them", "{count} more people: show them", count)
    return Hint("several", count, text, _with_detector(count + 1, settings))


def not_found(count: int, settings: Settings, *, far: bool, by_detector: bool) -> Hint:
    """Persons whom the model alone does not find; ``by_detector`` tells whether it does with a detector in front."""
    text = _not_found_text(count, far, by_detector)
    return Hint("far", count, text, _with_detector(count, settings) if by_detector else {})


def _not_found_text(count: int, far: bool, by_detector: bool) -> Message:
    if by_detector:
        if far:
            return plural(
                "A person far away: find them with a detector",
                "{count} people far away: find them with a detector",
                count,
            )
        return plural(
            "A person not found: find them with a detector",
            "{count} people not found: find them with a detector",
            count,
        )
    if far:
        return plural(
            "A person far away: come closer to the camera", "{count} people far away: come closer to the camera", count
        )
    return plural(
        "A person not found: come closer to the camera", "{count} people not found: come closer to the camera", count
    )


def _with_detector(count: int, settings: Settings) -> dict[str, Value]:
    return {"detector": movenet_multipose.NAME, "max_people": max(settings.max_people, count)}


def rotated(settings: Settings) -> Hint:
    """A person who is lying or upside down, with a model for upright persons."""
    model = _MODEL_FOR_ROTATED.get(settings.model, _LIGHT_MODEL_FOR_ROTATED)
    model = model if estimators.is_ready(model) else _LIGHT_MODEL_FOR_ROTATED
    return Hint("rotated", 1, message("Lying or upside down: use {model}", model=MODELS[model].title), {"model": model})


class HintFinder:
    """Looks at a frame now and then; a `hint` appears, and disappears, when two looks in a row agree.

    Attributes:
        hint: None when there is nothing to say.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Forget the previous looks: the next one is at other frames, or with other settings."""
        self.hint: Hint | None = None
        self._last: Hint | None = None
        self._nobody_since: float | None = None
        self._turn = 0

    def look(self, detector: Estimator, result: Result, settings: Settings) -> None:
        """Look at the input frame of a result.

        Args:
            detector: MoveNet MultiPose.
            result: of the last frame, which has its source.
            settings: those it was processed with.
        """
        if result.source is None:
            return
        found = self._find(_Look(detector, result.source.image, next(iter(result.unmirrored_poses), None), settings))
        if _kind(found) == _kind(self._last):
            self.hint = min(found, self._last, key=lambda hint: hint.count) if found and self._last else None
        self._last = found

    def _find(self, look: _Look) -> Hint | None:
        if look.shown:
            self._nobody_since = None
            return look.several() or self._find_in_next_view(look)
        now = self._clock()
        self._nobody_since = now if self._nobody_since is None else self._nobody_since
        if now - self._nobody_since < _NOBODY_S:
            return None
        return self._find_in_next_view(look) or look.not_found()

    def _find_in_next_view(self, look: _Look) -> Hint | None:
        """Look at one more view of the frame: the same as in the last look if that one had a person, else the next."""
        candidates = look.views()
        hint = candidates[self._turn % len(candidates)]() if candidates else None
        self._turn += hint is None
        return hint


def _kind(hint: Hint | None) -> str:
    return hint.kind if hint else ""


@dataclass(frozen=True)
class _Look:
    """What one look finds in a frame, in which the model shows one pose or none."""

    detector: Estimator
    image: Image
    shown: Pose | None
    settings: Settings

    @cached_property
    def boxes(self) -> tuple[Box, ...]:
        """The persons in the whole frame; those with low scores are what a pose model with a detector would check."""
        return views.persons(self.detector, self.image)

    def _boxes_from(self, score: float) -> tuple[Box, ...]:
        return tuple(box for box in self.boxes if box.score >= max(score, self.settings.person_confidence))

    def several(self) -> Hint | None:
        count = views.count_missed(self._boxes_from(_MIN_COUNTED_SCORE), self.shown) if self.shown else 0
        return several(count, self.settings) if count > 0 else None

    def not_found(self) -> Hint | None:
        boxes = self._boxes_from(_MIN_SCORE)
        return not_found(len(boxes), self.settings, far=self._are_far(boxes), by_detector=True) if boxes else None

    def _are_far(self, boxes: tuple[Box, ...]) -> bool:
        return bool(max(box.height for box in boxes) < _FAR * self.image.shape[0])

    def views(self) -> Sequence[Callable[[], Hint | None]]:
        """Looks at other views of the frame, for one look each."""
        is_weak = self.shown is None or self.shown.score < _WEAK_SCORE
        rotations = views.ROTATIONS if is_weak and MODELS[self.settings.model].upright_only else ()
        tiles = views.TILES if not self.shown and not self.not_found() else ()
        return [partial(self._rotated, it) for it in rotations] + [partial(self._in_tile, it) for it in tiles]

    def _rotated(self, rotation: int) -> Hint | None:
        boxes = views.persons(self.detector, views.rotated(self.image, rotation))
        is_better = _best_score(boxes) >= max(_MIN_ROTATED_SCORE, _best_score(self.boxes) + _ROTATED_GAIN)
        return rotated(self.settings) if is_better else None

    def _in_tile(self, tile: tuple[int, int]) -> Hint | None:
        boxes = views.persons_in_tile(self.detector, self.image, tile)
        boxes = tuple(box for box in boxes if box.score >= _MIN_COUNTED_SCORE)
        if not boxes:
            return None
        by_detector = any(box.iou(candidate) > _SAME_IOU for box in boxes for candidate in self.boxes)
        return not_found(len(boxes), self.settings, far=self._are_far(boxes), by_detector=by_detector)


def _best_score(boxes: tuple[Box, ...]) -> float:
    return max((box.score for box in boxes), default=0.0)
