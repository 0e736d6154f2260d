"""Pose models behind one protocol. A new model is one file and one line here."""

from __future__ import annotations

from dataclasses import replace

from pose_demo import weights
from pose_demo.estimators import blazepose, mediapipe_pose, movenet, movenet_multipose, top_down, yolo
from pose_demo.estimators.base import Estimator, ModelInfo, Options, RegionEstimator
from pose_demo.estimators.top_down import DETECTORS, OFF

_FAMILIES = (movenet, movenet_multipose, blazepose, mediapipe_pose, yolo)

MODELS: dict[str, ModelInfo] = {model.name: model for family in _FAMILIES for model in family.MODELS}


def relevant(name: str, options: Options, detector: str = OFF) -> Options:
    """``options`` with everything that does not matter to this choice at its default: equal means no rebuild."""
    fields = set(MODELS[name].rebuilt_by)
    detector = detector_in_use(name, detector)
    if detector != OFF:
        fields |= {"still", *MODELS[detector].rebuilt_by}
    return replace(Options(), **{field: getattr(options, field) for field in fields})


def takes_detector(name: str) -> bool:
    """Whether a detector can find the people for this model, which is so for every model of one person."""
    return MODELS[name].build_region is not None


def detector_in_use(name: str, detector: str) -> str:
    """Who finds the people for a model: models that find several, or no keypoints at all, look by themselves."""
    return detector if takes_detector(name) else OFF


def resizes(name: str, detector: str) -> bool:
    """Whether `Settings.input_size` concerns a model or the detector that it looks with."""
    used = detector_in_use(name, detector)
    return MODELS[name].resizes or (used != OFF and MODELS[used].resizes)


def smooths(name: str, detector: str) -> bool:
    """Whether keypoints come smoothed from a model; behind a detector none does."""
    return MODELS[name].smooths and detector_in_use(name, detector) == OFF


def lighter(name: str) -> tuple[str, ...]:
    """The models of the same kind that cost less, the heaviest first."""
    following = MODELS[name].lighter
    return (following, *lighter(following)) if following else ()


def ready(name: str) -> bool:
    """Whether all of a model's files are there."""
    return all(weights.status(part).ready for part in MODELS[name].weights)


def load(name: str, options: Options | None = None, detector: str = OFF) -> Estimator:
    """Build an estimator; it takes from a few milliseconds to a second, so never while a frame waits.

    Args:
        name: the model that finds the keypoints.
        options: what has to be known before it is built.
        detector: one of ``DETECTORS`` to find several people for a model of one person; others do without it.

    Raises:
        KeyError: no model has this name.
        pose_demo.weights.MissingWeights: a file is missing or damaged; the message says what to do.
    """
    chosen = relevant(name, options or Options(), detector)
    used = detector_in_use(name, detector)
    if used != OFF:
        return top_down.load(MODELS[used], MODELS[name], chosen)
    return MODELS[name].build(chosen)


__all__ = [
    "DETECTORS",
    "MODELS",
    "OFF",
    "Estimator",
    "ModelInfo",
    "Options",
    "RegionEstimator",
    "detector_in_use",
    "lighter",
    "load",
    "ready",
    "relevant",
    "resizes",
    "smooths",
    "takes_detector",
]
