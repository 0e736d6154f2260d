"""Holds a frame rate on a machine that is too slow for what was chosen, by lowering cost in a fixed order.

Lowering takes effect through `Settings`, so what is in force can be read, shown and drawn like any other choice.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pose_demo import estimators, fields
from pose_demo.estimators import MODELS

if TYPE_CHECKING:
    from pose_demo.settings import Settings

_SETTLING = 2.5  # seconds after a change before its effect is judged: the frame rate is counted over two
_MARGIN = 1.5  # how many times the wanted rate must be possible before more is dared
_PATIENCE, _LONGEST_PATIENCE = 5.0, 160.0  # seconds of plenty before a step back; doubled whenever one fails
_PROVEN = 30.0  # seconds that a step back must hold to count as a success
_SMALLER, _SMALLEST = (0.75, 0.5), 0.5
_RARER, _RAREST = (2, 4), 30


@dataclass(frozen=True)
class Hold:
    """Which frame rate to hold, as the page and links see it."""

    on: bool = fields.switch(
        True,
        "Hold a frame rate",
        "When the machine is too slow for what you chose, cost is lowered step by step, and raised again.",
    )
    fps: int = fields.integer(
        6, 1, 30, "Frames per second", "The rate to hold; 6 is the least that is good for measuring a dance."
    )
    lighter: bool = fields.switch(
        False,
        "Lighter model if need be",
        "As the last step a quicker, less accurate model of the same kind takes over.",
    )


def steps(settings: Settings, ready: Callable[[str], bool]) -> tuple[Settings, ...]:
    """The way down: the detector less often, a smaller input for nets that take one, a lighter model where allowed.

    Args:
        settings: what the viewer chose.
        ready: whether a model's files are there; no step waits for a download.

    Returns:
        the settings on each step, those of all steps above it included.
    """
    way = [settings]
    if estimators.detector_in_use(settings.model, settings.detector) != estimators.OFF:
        way += [replace(way[-1], detect_every=min(_RAREST, settings.detect_every * times)) for times in _RARER]
    if estimators.resizes(settings.model, settings.detector):
        way += [replace(way[-1], input_size=max(_SMALLEST, settings.input_size * share)) for share in _SMALLER]
    if settings.hold.lighter:
        way += [replace(way[-1], model=model) for model in estimators.lighter(settings.model) if ready(model)]
    return tuple(dict.fromkeys(way))[1:]


def differences(chosen: Settings, used: Settings) -> tuple[str, ...]:
    """What was lowered between the two, in words."""
    found = {
        f"the detector looks once in {used.detect_every} frames": used.detect_every != chosen.detect_every,
        f"the net's input has {100 * used.input_size:.0f} % of its usual size": used.input_size != chosen.input_size,
        f"{MODELS[used.model].title} takes over": used.model != chosen.model,
    }
    return tuple(words for words, differs in found.items() if differs)


def same_task(a: Settings, b: Settings) -> bool:
    """Whether what was learnt about one holds for the other: nothing differs that the steps are made of."""
    return _task(a) == _task(b)


def _task(settings: Settings) -> tuple[object, ...]:
    return settings.model, settings.detector, settings.detect_every, settings.input_size, settings.hold


class Governor:
    """Decides how many steps to take. It knows no clock but the one it is told.

    Attributes:
        wanted: how many steps are to be taken from now on.
        short: every step is taken, and the rate was not reached in the last seconds.
    """

    def __init__(self) -> None:
        self.wanted, self.short = 0, False
        self._taken, self._since = 0, -math.inf  # steps in force, and since when
        self._plenty_since, self._slow_at = math.inf, -math.inf
        self._patience, self._dared = _PATIENCE, False

    def observe(self, now: float, hold: Hold, taken: int, reserve: int, fps: float, busy: float) -> None:
        """Look at the stream once more.

        Args:
            now: seconds of any clock.
            hold: the rate to hold.
            taken, reserve: steps in force, and how many there are still.
            fps: frames processed per second.
            busy: share of the time, in [0, 1], that went into processing them.
        """
        if taken != self._taken or math.isinf(self._since):
            self._taken, self._since, self._plenty_since = taken, now, math.inf
        if not hold.on:
            self.wanted, self.short = 0, False
        elif taken == self.wanted and now - self._since >= _SETTLING:
            self._judge(now, hold.fps, reserve, fps, busy)

    def _judge(self, now: float, target: int, reserve: int, fps: float, busy: float) -> None:
        possible = fps / busy if busy else math.inf  # a camera that gives less is not the machine's fault
        too_slow, plenty = possible < target, possible >= target * _MARGIN
        self._slow_at = now if too_slow else self._slow_at
        self.short = not reserve and now - self._slow_at < _PATIENCE
        if self._dared and (too_slow or now - self._since >= _PROVEN):  # the verdict on the last step back
            self._patience = min(2 * self._patience, _LONGEST_PATIENCE) if too_slow else _PATIENCE
            self._dared = False
        self._plenty_since = min(self._plenty_since, now) if plenty else math.inf
        if too_slow and reserve:
            self.wanted = self._taken + 1
        elif self._taken and now - self._plenty_since >= self._patience:
            self.wanted, self._dared = self._taken - 1, True
