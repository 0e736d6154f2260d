"""Pose models behind one protocol. A new model is one file and one line here."""

from __future__ import annotations

from dataclasses import replace

from pose_demo.estimators import mediapipe_pose, movenet, multipose, yolo
from pose_demo.estimators.base import Estimator, ModelInfo, Options

_FAMILIES = (movenet, multipose, mediapipe_pose, yolo)

MODELS: dict[str, ModelInfo] = {model.name: model for family in _FAMILIES for model in family.MODELS}


def relevant(name: str, options: Options) -> Options:
    """``options`` with everything that does not matter to this model at its default: equal means no rebuild."""
    return replace(Options(), **{field: getattr(options, field) for field in MODELS[name].rebuilt_by})


def load(name: str, options: Options | None = None) -> Estimator:
    """Build an estimator; it takes from a few milliseconds to a second, so never while a frame waits.

    Raises:
        KeyError: no model has this name.
        pose_demo.weights.MissingWeights: a file is missing or damaged; the message says what to do.
    """
    return MODELS[name].build(relevant(name, options or Options()))


__all__ = ["MODELS", "Estimator", "ModelInfo", "Options", "load", "relevant"]
