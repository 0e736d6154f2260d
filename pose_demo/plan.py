"""How a stream processes its next frame: settings, loaded models and uploads in one immutable object."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from pose_demo import estimators
from pose_demo.effects import RgbaImage
from pose_demo.estimators import AUTO, MODELS, Estimator, EstimatorOptions
from pose_demo.fields import NONE
from pose_demo.matching import library
from pose_demo.matching.options import OWN
from pose_demo.matching.reference import Reference
from pose_demo.settings import Settings
from pose_demo.tracking.smoothing import SmoothingOptions
from pose_demo.types import Image

log = logging.getLogger(__name__)

MASK_MODEL = "blazepose-lite"  # provides the segmentation mask for models without one


@dataclass(frozen=True, eq=False)
class Uploads:
    """What a user provides in addition to settings.

    Attributes:
        reference: a reference pose.
        background: an RGB image for the background.
        images: RGBA images for effects, by the effect's name.
        words: what is written in the image, in the user's language, by the English text; the rest is English.
    """

    reference: Reference | None = None
    background: Image | None = None
    images: Mapping[str, RgbaImage] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LoadedModel:
    """An estimator and how it was loaded.

    Attributes:
        estimator: belongs to one stream.
        model: its name in the registry.
        detector: the detector in front of it; "none" when it runs on the whole frame.
        options: the options it was loaded with.
    """

    estimator: Estimator
    model: str
    detector: str
    options: EstimatorOptions


@dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """Everything `Pipeline.process` needs besides the frame; as a context manager it closes its models.

    Attributes:
        settings: the settings in effect.
        pose: the pose model.
        mask: a second, light model for the segmentation mask; None when the first provides it or none is needed.
        reference: the pose to match; None without matching.
        uploads: what the user provided.
        live: the frames come from a camera in front of the user.
        requested_settings: the user's settings, where ``settings`` lower the cost to hold a frame rate.
        level: the active degradation level (see `pose_demo.live.degradation`); 0 is as requested.
        levels_left: how many further levels there are.
    """

    settings: Settings
    pose: LoadedModel
    mask: LoadedModel | None = None
    reference: Reference | None = None
    uploads: Uploads = field(default_factory=Uploads)
    live: bool = False
    requested_settings: Settings | None = None
    level: int = 0
    levels_left: int = 0

    @property
    def mirrored(self) -> bool:
        """Whether the image is flipped horizontally."""
        return self.settings.mirrors(self.live)

    @property
    def smoothed_by(self) -> str:
        """See the function of that name."""
        return smoothed_by(self.pose.model, self.pose.detector, self.settings.smooth)

    @property
    def lacks_detector(self) -> bool:
        """Whether at most one person of a still image is found because the files of the detector are missing."""
        wanted = estimators.active_detector(self.pose.model, self.settings.detector, static_image_mode=True)
        return self.pose.options.static_image_mode and self.settings.detector == AUTO and self.pose.detector != wanted

    @property
    def models(self) -> tuple[LoadedModel, ...]:
        """All loaded models."""
        return (self.pose, self.mask) if self.mask else (self.pose,)

    def reset(self) -> None:
        """Clear the models' tracking state: the next frame is unrelated to the previous one."""
        for loaded in self.models:
            loaded.estimator.reset()

    def models_not_in(self, other: Plan) -> tuple[LoadedModel, ...]:
        """The models that another plan does not use."""
        kept = {id(loaded.estimator) for loaded in other.models}
        return tuple(loaded for loaded in self.models if id(loaded.estimator) not in kept)

    def close(self) -> None:
        """Close all models."""
        for loaded in self.models:
            loaded.estimator.close()

    def __enter__(self) -> Plan:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def smoothed_by(model: str, detector: str, options: SmoothingOptions) -> str:
    """What smooths the keypoints: "filter", "model" (a filter on top would add lag), or "none"."""
    if estimators.smooths_keypoints(model, detector):
        return "model"
    return "filter" if options.on else NONE


def needs_mask(settings: Settings) -> bool:
    """Whether the settings require a segmentation mask from a model."""
    return settings.background.mode != NONE and settings.background.mask_source == "model"


def mask_model(settings: Settings) -> str | None:
    """The second model for the segmentation mask; None when the pose model provides it or none is needed."""
    return MASK_MODEL if needs_mask(settings) and not MODELS[settings.model].has_mask else None


def required_models(settings: Settings) -> tuple[str, ...]:
    """The registry names of all models that the settings need."""
    detector = estimators.active_detector(settings.model, settings.detector)
    extra = (detector if detector != NONE else None, mask_model(settings))
    return (settings.model, *(name for name in extra if name))


def prepare(
    settings: Settings,
    previous: Plan | None = None,
    *,
    uploads: Uploads | None = None,
    static_image_mode: bool = False,
    live: bool = False,
    threads: int = 1,
) -> Plan:
    """Make a plan for ``settings``, with the models of the previous plan where they fit.

    It may load models, so it is never called while a frame waits. Models that it does not reuse are not closed: they
    may still process frames.

    Raises:
        InputError: a setting has a value outside its limits.
        pose_demo.weights.MissingWeights: a model's files are missing; the message says what to do.
    """
    settings, uploads = settings.validated(), uploads or Uploads()
    options = EstimatorOptions(static_image_mode, needs_mask(settings), threads)
    loaded = previous.models if previous else ()
    pose = _load(settings.model, _available_detector(settings, static_image_mode), options, loaded)
    extra = mask_model(settings)
    try:
        mask = _load(extra, NONE, options, loaded) if extra else None
    except Exception:
        if pose not in loaded:
            pose.estimator.close()
        raise
    reference = reference_for(settings, uploads)
    return Plan(settings=settings, pose=pose, mask=mask, reference=reference, uploads=uploads, live=live)


def _available_detector(settings: Settings, static_image_mode: bool) -> str:
    """The detector of the settings; none where "auto" stands for one whose files are missing."""
    detector = estimators.active_detector(settings.model, settings.detector, static_image_mode=static_image_mode)
    if settings.detector != AUTO or detector == NONE or estimators.is_ready(detector):
        return detector
    log.warning(
        "%s finds one person of a still image at most, because %s is missing; to find everybody run: "
        "python -m pose_demo models fetch %s",
        settings.model,
        detector,
        detector,
    )
    return NONE


def _load(model: str, detector: str, options: EstimatorOptions, loaded: tuple[LoadedModel, ...]) -> LoadedModel:
    """Reuse a loaded model or load it."""
    relevant = estimators.relevant_options(model, options, detector)
    for known in loaded:
        if (known.model, known.detector, known.options) == (model, detector, relevant):
            return known
    estimator = estimators.load(model, relevant, detector)
    return LoadedModel(estimator=estimator, model=model, detector=detector, options=relevant)


def reference_for(settings: Settings, uploads: Uploads) -> Reference | None:
    """The reference pose of the settings; None without one."""
    name = settings.match.reference
    if name == NONE:
        return None
    return uploads.reference if name == OWN else library.load(name)
