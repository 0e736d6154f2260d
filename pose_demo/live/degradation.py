"""Degradation levels: cheaper settings for a machine that is too slow, in a fixed order.

A level is a `Settings` object, so it can be read, shown and drawn like the user's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pose_demo import estimators
from pose_demo.estimators import MODELS
from pose_demo.fields import NONE
from pose_demo.messages import Message, message
from pose_demo.settings import Settings

_INPUT_SCALES, _MIN_INPUT_SIZE = (0.75, 0.5), 0.5
_INTERVAL_FACTORS, _MAX_DETECT_EVERY = (2, 4), 30


def degradation_levels(settings: Settings, is_ready: Callable[[str], bool]) -> tuple[Settings, ...]:
    """The levels, in order: less frequent detection, smaller input, lighter model where allowed.

    Args:
        settings: the requested settings.
        is_ready: whether a model's files are available; no level needs a download.

    Returns:
        the settings of each level, cheapest last; each includes the changes of all levels before.
    """
    levels = [settings]
    if estimators.active_detector(settings.model, settings.detector) != NONE:
        intervals = (min(_MAX_DETECT_EVERY, settings.detect_every * factor) for factor in _INTERVAL_FACTORS)
        levels += [replace(levels[-1], detect_every=interval) for interval in intervals]
    if estimators.variable_input_size(settings.model, settings.detector):
        sizes = (max(_MIN_INPUT_SIZE, settings.input_size * scale) for scale in _INPUT_SCALES)
        levels += [replace(levels[-1], input_size=size) for size in sizes]
    if settings.frame_rate.lighter_model:
        models = (model for model in estimators.lighter_models(settings.model) if is_ready(model))
        levels += [replace(levels[-1], model=model) for model in models]
    return tuple(dict.fromkeys(levels))[1:]


def describe_changes(requested: Settings, used: Settings) -> tuple[Message, ...]:
    """The differences between requested and used settings, as short phrases for the page."""
    interval = message("detector every {count} frames", count=used.detect_every)
    size = message("network input at {percent:.0f} % of its size", percent=100 * used.input_size)
    titles = {"model": MODELS[used.model].title, "requested": MODELS[requested.model].title}
    changes = (
        (interval, used.detect_every != requested.detect_every),
        (size, used.input_size != requested.input_size),
        (message("{model} instead of {requested}", **titles), used.model != requested.model),
    )
    return tuple(text for text, applies in changes if applies)


def same_workload(a: Settings, b: Settings) -> bool:
    """Whether a level chosen for one is valid for the other: equal in everything that levels depend on."""
    return _workload(a) == _workload(b)


def _workload(settings: Settings) -> tuple[object, ...]:
    return settings.model, settings.detector, settings.detect_every, settings.input_size, settings.frame_rate
