"""The registry of pose models. A new model is one file and one line in ``_FAMILIES``."""

from __future__ import annotations

import platform
import sys
from dataclasses import replace
from importlib.util import find_spec

from pose_demo import weights
from pose_demo.estimators import (
    blazepose,
    mediapipe_pose,
    movenet,
    movenet_multipose,
    nanodet,
    rtmo,
    rtmpose,
    still,
    top_down,
    yolo,
)
from pose_demo.estimators.base import Estimator, EstimatorOptions, ModelInfo, Network, RoiEstimator
from pose_demo.estimators.detection import NO_FILTER, DetectionOptions, OutputFilter
from pose_demo.estimators.holistic import FACE, HANDS
from pose_demo.estimators.segmentation import SEGMENTATION
from pose_demo.estimators.top_down import AUTO, AUTO_DETECTOR, DETECTORS, SECOND_DETECTOR
from pose_demo.fields import NONE
from pose_demo.messages import message
from pose_demo.types import UnavailableModel

_FAMILIES = (movenet, movenet_multipose, blazepose, mediapipe_pose, rtmpose, rtmo, nanodet, yolo)

MODELS: dict[str, ModelInfo] = {model.name: model for family in _FAMILIES for model in family.MODELS}
NETWORKS: dict[str, Network] = {  # with those that are no pose model
    **MODELS,
    **{network.name: network for network in (SEGMENTATION, HANDS, FACE)},
}


def relevant_options(name: str, options: EstimatorOptions, detector: str = NONE) -> EstimatorOptions:
    """``options`` with those that do not matter to this model reset: equal results mean that no reload is needed."""
    relevant = set(MODELS[name].load_options)
    detector = active_detector(name, detector, static_image_mode=options.static_image_mode)
    if detector != NONE:
        relevant |= {"static_image_mode", *MODELS[detector].load_options}
    return replace(EstimatorOptions(), **{option: getattr(options, option) for option in relevant})


def supports_detector(name: str) -> bool:
    """Whether a model can run top-down, with a detector, which every single-person model can."""
    return MODELS[name].build_roi_estimator is not None


def active_detector(name: str, detector: str, *, static_image_mode: bool = False) -> str:
    """The detector that a model runs with; none for models that detect several persons, or no keypoints, themselves.

    The choice "auto" is a detector in still images, where everybody is to be found, and none in video.
    """
    if detector == AUTO:
        detector = AUTO_DETECTOR if static_image_mode else NONE
    return detector if supports_detector(name) else NONE


def detection_options(name: str, detector: str) -> tuple[str, ...]:
    """The `DetectionOptions` that have an effect on a model with its detector."""
    active = active_detector(name, detector)
    if active == NONE:
        return MODELS[name].detection_options
    of_detector = (option for option in MODELS[active].detection_options if option not in top_down.OVERRIDDEN_OPTIONS)
    return (*top_down.DETECTION_OPTIONS, *of_detector)


def variable_input_size(name: str, detector: str) -> bool:
    """Whether `DetectionOptions.input_size` applies to a model or to its detector."""
    return "input_size" in detection_options(name, detector)


def output_filter(name: str, detector: str) -> OutputFilter:
    """The options that need no inference; with a detector each of them has an effect on what the networks process."""
    return MODELS[name].output_filter if active_detector(name, detector) == NONE else NO_FILTER


def smooths_keypoints(name: str, detector: str) -> bool:
    """Whether a model smooths its keypoints itself; with a detector none does."""
    return MODELS[name].smooths_keypoints and active_detector(name, detector) == NONE


def lighter_models(name: str) -> tuple[str, ...]:
    """The faster models of the same family, the heaviest first."""
    lighter = MODELS[name].lighter_model
    return (lighter, *lighter_models(lighter)) if lighter else ()


def require_package(name: str) -> None:
    """Check that the Python package which a network needs is installed.

    Raises:
        KeyError: unknown name.
        UnavailableModel: it is not; no file helps.
    """
    network = NETWORKS[name]
    if network.package and find_spec(network.package) is None:
        raise UnavailableModel(
            f"{name} needs the Python package {network.package}, which is not installed; {_advice(network)}. "
            "All other models work without it",
            message(
                "{model} needs the package {package}, which this server does not have. Choose another model.",
                model=network.title,
                package=network.package,
            ),
        )


def _advice(network: Network) -> str:
    if network.extra:
        return f"it is optional: pip install '.[{network.extra}]' in the folder of pyproject.toml"
    machine = f"{sys.platform} {platform.machine()}"
    return f"requirements.txt lists it for the platforms that have a build (this one is {machine})"


def is_supported(name: str) -> bool:
    """Whether a model can run here once it has its weights."""
    try:
        require_package(name)
    except UnavailableModel:
        return False
    return True


def is_ready(name: str) -> bool:
    """Whether a model can run now: it is supported, and all of its weights are available."""
    return is_supported(name) and all(weights.status(part).ready for part in NETWORKS[name].weights)


def supported_weights() -> tuple[str, ...]:
    """The names in the manifest of all files of networks that can run here."""
    files = (part for name, network in NETWORKS.items() if is_supported(name) for part in network.weights)
    return tuple(dict.fromkeys(files))


def title(name: str) -> str:
    """The title of a model, and whether something is missing, as menus show it."""
    model = MODELS[name].title
    if is_ready(name):
        return model
    if is_supported(name):
        return message("{model} (not fetched yet)", model=model)
    return message("{model} (not available on this server)", model=model)


def load(name: str, options: EstimatorOptions | None = None, detector: str = NONE) -> Estimator:
    """Load an estimator. It takes from a few milliseconds to a second, so do not call it on the video thread.

    Args:
        name: the model that estimates keypoints.
        options: fixed for the life of the estimator.
        detector: one of ``DETECTORS``, or "auto", to run a single-person model top-down; ignored for other models.

    Raises:
        KeyError: unknown model name.
        UnavailableModel: a file is missing or damaged, or a package is missing; the message says what to do.
    """
    require_package(name)
    relevant = relevant_options(name, options or EstimatorOptions(), detector)
    active = active_detector(name, detector, static_image_mode=relevant.static_image_mode)
    if active != NONE:
        return top_down.load(MODELS[active], MODELS[name], relevant, _second_detector(active, relevant))
    return still.build(MODELS[name], relevant)


def _second_detector(detector: str, options: EstimatorOptions) -> ModelInfo | None:
    """A detector of boxes for persons of a still image that a detector of poses misses."""
    wanted = options.static_image_mode and MODELS[detector].skeleton is not None and is_ready(SECOND_DETECTOR)
    return MODELS[SECOND_DETECTOR] if wanted else None


__all__ = [
    "AUTO",
    "AUTO_DETECTOR",
    "DETECTORS",
    "MODELS",
    "NETWORKS",
    "NO_FILTER",
    "DetectionOptions",
    "Estimator",
    "EstimatorOptions",
    "ModelInfo",
    "OutputFilter",
    "RoiEstimator",
    "active_detector",
    "detection_options",
    "is_ready",
    "is_supported",
    "lighter_models",
    "load",
    "output_filter",
    "relevant_options",
    "require_package",
    "smooths_keypoints",
    "supported_weights",
    "supports_detector",
    "title",
    "variable_input_size",
]
