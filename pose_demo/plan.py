"""What a stream does with its next frame: settings, loaded models and pictures, as one immutable object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pose_demo import estimators
from pose_demo.effects import RgbaImage
from pose_demo.estimators import MODELS, Estimator, Options
from pose_demo.live.governor import differences
from pose_demo.matching import library
from pose_demo.matching.options import OFF, OWN
from pose_demo.matching.reference import Reference
from pose_demo.settings import Settings
from pose_demo.types import Image

MASK_MODEL = "blazepose-lite"  # says who is person when the chosen model cannot


@dataclass(frozen=True, eq=False)
class Assets:
    """What a viewer brought along; it is too large for settings.

    Attributes:
        reference: their own reference pose.
        background: the RGB picture for behind the person.
        images: RGBA pictures for effects, under the effect's name.
    """

    reference: Reference | None = None
    background: Image | None = None
    images: Mapping[str, RgbaImage] = field(default_factory=dict)


@dataclass(frozen=True)
class Loaded:
    """A model and what it was built from.

    Attributes:
        estimator: it belongs to one stream.
        model: its registered name.
        detector: who finds the people it looks at; "off" when it looks by itself.
        options: what it was built with.
    """

    estimator: Estimator
    model: str
    detector: str
    options: Options


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything `Pipeline.process` needs besides the frame.

    Attributes:
        settings: what is in force.
        pose: the model that finds the persons.
        mask: a second, light model that says who is person; None when the first does, or nobody asks.
        reference: the pose to match; None when there is none.
        assets: what the viewer brought along.
        live: the frames come from a camera in front of the viewer.
        chosen: what the viewer chose, where `settings` cost less to hold a frame rate (see `pose_demo.live.governor`).
        taken, reserve: steps taken for that, and steps that are left.
    """

    settings: Settings
    pose: Loaded
    mask: Loaded | None = None
    reference: Reference | None = None
    assets: Assets = field(default_factory=Assets)
    live: bool = False
    chosen: Settings | None = None
    taken: int = 0
    reserve: int = 0

    @property
    def lowered(self) -> tuple[str, ...]:
        """What costs less than the viewer chose, in words."""
        return differences(self.chosen or self.settings, self.settings)

    @property
    def mirrored(self) -> bool:
        """Whether the picture is flipped left to right."""
        return self.settings.mirror == "on" or (self.settings.mirror == "auto" and self.live)

    @property
    def smoothed_by(self) -> str:
        """Who smooths the keypoints: the "filter", the "model" (which would lag twice with the filter), or "nobody"."""
        if estimators.smooths(self.pose.model, self.pose.detector):
            return "model"
        return "filter" if self.settings.smooth.on else "nobody"

    @property
    def models(self) -> tuple[Loaded, ...]:
        """Every model in use."""
        return (self.pose, self.mask) if self.mask else (self.pose,)

    def reset(self) -> None:
        """The next frame has nothing to do with the last."""
        for loaded in self.models:
            loaded.estimator.reset()

    def not_in(self, other: Plan) -> tuple[Loaded, ...]:
        """The models that another plan does not use."""
        kept = {id(loaded.estimator) for loaded in other.models}
        return tuple(loaded for loaded in self.models if id(loaded.estimator) not in kept)

    def close(self) -> None:
        """Close every model."""
        for loaded in self.models:
            loaded.estimator.close()


def needs_mask(settings: Settings) -> bool:
    """Whether the settings ask for a person mask from a model."""
    return settings.background.behind != "none" and settings.background.source == "model"


def mask_model(settings: Settings) -> str | None:
    """The second model that a mask takes; None when the chosen one has masks or nobody asks for one."""
    return MASK_MODEL if needs_mask(settings) and not MODELS[settings.model].has_mask else None


def models_of(settings: Settings) -> tuple[str, ...]:
    """The registered names of every model that the settings need."""
    detector = estimators.detector_in_use(settings.model, settings.detector)
    extra = (detector if detector != estimators.OFF else None, mask_model(settings))
    return (settings.model, *(name for name in extra if name))


def prepare(
    settings: Settings,
    previous: Plan | None = None,
    *,
    assets: Assets | None = None,
    still: bool = False,
    live: bool = False,
    threads: int = 1,
) -> Plan:
    """Make the plan for ``settings``, with the previous plan's models where they fit and new ones where not.

    It may load models, so it is never called while a frame waits. Models it does not take over are not closed: they
    may still be serving frames.

    Raises:
        pose_demo.weights.MissingWeights: a model's files are not there; the message says what to do.
    """
    assets = assets or Assets()
    options = Options(still, needs_mask(settings), settings.person_confidence, threads)
    old = previous.models if previous else ()
    pose = _load(settings.model, estimators.detector_in_use(settings.model, settings.detector), options, old)
    extra = mask_model(settings)
    try:
        mask = _load(extra, estimators.OFF, options, old) if extra else None
    except Exception:
        if pose not in old:
            pose.estimator.close()
        raise
    return Plan(settings, pose, mask, _reference(settings, assets), assets, live)


def _load(model: str, detector: str, options: Options, old: tuple[Loaded, ...]) -> Loaded:
    wanted = estimators.relevant(model, options, detector)
    for loaded in old:
        if (loaded.model, loaded.detector, loaded.options) == (model, detector, wanted):
            return loaded
    return Loaded(estimators.load(model, wanted, detector), model, detector, wanted)


def _reference(settings: Settings, assets: Assets) -> Reference | None:
    name = settings.match.reference
    if name == OFF:
        return None
    return assets.reference if name == OWN else library.load(name)
