"""How a stream processes its next frame: settings, loaded models and uploads in one immutable object."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from pose_demo import estimators
from pose_demo.dance import library as dance_library
from pose_demo.dance.dance_plan import DancePlan
from pose_demo.dance.live_options import OWN as OWN_DANCE
from pose_demo.dance.live_options import DanceAlongOptions
from pose_demo.dance.teacher import Teacher
from pose_demo.effects import RgbaImage
from pose_demo.estimators import AUTO, MODELS, Estimator, EstimatorOptions, holistic, segmentation
from pose_demo.estimators.holistic.estimator import HolisticEstimator
from pose_demo.estimators.segmentation import SEGMENTATION, PersonSegmenter
from pose_demo.fields import NONE
from pose_demo.matching import library
from pose_demo.matching.options import OWN
from pose_demo.matching.reference import Reference
from pose_demo.settings import Settings
from pose_demo.tracking.smoothing import SmoothingOptions
from pose_demo.types import Image

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Uploads:
    """What a user provides in addition to settings.

    Attributes:
        reference: a reference pose.
        background: an RGB image for the background.
        images: RGBA images for effects, by the effect's name.
        words: what is written in the image, in the user's language, by the English text; the rest is English.
        teacher: a dance to follow.
        take: the number of the take; another one, above 0, begins a take with the count-in. 0 is no take.
        delay: seconds from a movement to the timestamp of the frame that shows it; they do not count as late.
        calibration: the dance is the claps by which the delay is measured, whatever the settings choose.
    """

    reference: Reference | None = None
    background: Image | None = None
    images: Mapping[str, RgbaImage] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    teacher: Teacher | None = None
    take: int = 0
    delay: float = 0.0
    calibration: bool = False


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
    """Everything `Pipeline.process` needs besides the frame; as a context manager it closes its model.

    Attributes:
        settings: the settings in effect.
        pose: the pose model.
        holistic: the networks of hands and faces; None when neither is estimated.
        segmenter: a second network for the segmentation mask; None when the model provides it or none is needed.
        reference: the pose to match; None without matching.
        dance: the dance to follow; None without one.
        uploads: what the user provided.
        live: the frames come from a camera in front of the user.
        requested_settings: the user's settings, where ``settings`` lower the cost to hold a frame rate.
        level: the active degradation level (see `pose_demo.live.degradation`); 0 is as requested.
        levels_left: how many further levels there are.
    """

    settings: Settings
    pose: LoadedModel
    holistic: HolisticEstimator | None = None
    segmenter: PersonSegmenter | None = None
    reference: Reference | None = None
    dance: DancePlan | None = None
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

    def reset(self) -> None:
        """Clear the tracking state: the next frame is unrelated to the previous one."""
        self.pose.estimator.reset()
        for stage in (self.holistic, self.segmenter):
            if stage:
                stage.reset()

    @property
    def networks(self) -> tuple[str, ...]:
        """The names of the loaded networks, keys of `estimators.NETWORKS`."""
        further = holistic.networks(*_parts(self.settings)) if self.holistic else ()
        segmenter = SEGMENTATION.name if self.segmenter else NONE
        return tuple(name for name in (self.pose.model, self.pose.detector, *further, segmenter) if name != NONE)

    def shares_model(self, other: Plan) -> bool:
        """Whether both use the same loaded model."""
        return self.pose.estimator is other.pose.estimator

    def close(self) -> None:
        """Close the model."""
        self.pose.estimator.close()

    def __enter__(self) -> Plan:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def smoothed_by(model: str, detector: str, options: SmoothingOptions) -> str:
    """What smooths the keypoints: "filter", "model" (a filter on top would add lag), or "none"."""
    if estimators.smooths_keypoints(model, detector):
        return "model"
    return "filter" if options.on else NONE


def mask_source(settings: Settings) -> str:
    """What segments the persons: "model", "selfie" (a second network), "knn" (no network), or "none"."""
    if settings.background.mode == NONE:
        return NONE
    source = settings.background.mask_source
    return "selfie" if source == "model" and not MODELS[settings.model].has_mask else source


def required_networks(settings: Settings) -> tuple[str, ...]:
    """The names of all networks that the settings need, keys of `estimators.NETWORKS`."""
    detector = estimators.active_detector(settings.model, settings.detector)
    segmenter = SEGMENTATION.name if mask_source(settings) == "selfie" else NONE
    further = holistic.networks(*_parts(settings))
    return tuple(name for name in (settings.model, detector, *further, segmenter) if name != NONE)


def _parts(settings: Settings) -> tuple[bool, bool]:
    """Whether hands and faces are estimated: only with the keypoints of the body, which locate them."""
    has_keypoints = MODELS[settings.model].skeleton is not None
    return settings.hands and has_keypoints, settings.face and has_keypoints


def prepare(
    settings: Settings,
    previous: Plan | None = None,
    *,
    uploads: Uploads | None = None,
    static_image_mode: bool = False,
    live: bool = False,
    threads: int = 1,
) -> Plan:
    """Make a plan for ``settings``, with the model of the previous plan where it fits.

    It may load models, so it is never called while a frame waits. A model that it does not reuse is not closed: it may
    still process frames.

    Raises:
        InputError: a setting has a value outside its limits.
        pose_demo.weights.MissingWeights: a model's files are missing; the message says what to do.
    """
    settings, uploads = settings.validated(), uploads or Uploads()
    source = mask_source(settings)
    segmenter = segmentation.load(static_image_mode, threads) if source == "selfie" else None
    parts = holistic.load(*_parts(settings), static_image_mode, threads)
    options = EstimatorOptions(static_image_mode, source == "model", threads)
    pose = _load(settings.model, _available_detector(settings, static_image_mode), options, previous)
    reference = reference_for(settings, uploads)
    return Plan(
        settings=settings,
        pose=pose,
        holistic=parts,
        segmenter=segmenter,
        reference=reference,
        dance=dance_for(settings, uploads, live),
        uploads=uploads,
        live=live,
    )


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


def _load(model: str, detector: str, options: EstimatorOptions, previous: Plan | None) -> LoadedModel:
    """Reuse a loaded model or load it."""
    relevant = estimators.relevant_options(model, options, detector)
    if previous:
        known = previous.pose
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


def dance_for(settings: Settings, uploads: Uploads, live: bool) -> DancePlan | None:
    """The dance of the settings, or the claps of the calibration; None without one."""
    options, mirrored = settings.dance, settings.mirrors(live)
    if uploads.calibration:
        claps = dance_library.claps()
        return DancePlan(
            teacher=claps, options=DanceAlongOptions(), take=uploads.take, mirrored=mirrored, calibration=True
        )
    if options.reference == NONE:
        return None
    teacher = uploads.teacher if options.reference == OWN_DANCE else dance_library.load(options.reference)
    if teacher is None:
        return None
    return DancePlan(teacher=teacher, options=options, take=uploads.take, delay=uploads.delay, mirrored=mirrored)
