"""What a stream does with its next frame: settings and the loaded model, as one immutable object."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo import estimators
from pose_demo.estimators import Estimator, Options
from pose_demo.settings import Settings


@dataclass(frozen=True)
class Plan:
    """Everything `Pipeline.process` needs besides the frame.

    Attributes:
        settings: what the viewer chose.
        estimator: the loaded model; it belongs to this stream.
        model: the registered name of that model.
        options: what it was built with.
        live: the frames come from a camera in front of the viewer.
    """

    settings: Settings
    estimator: Estimator
    model: str
    options: Options
    live: bool = False

    @property
    def mirrored(self) -> bool:
        """Whether the picture is flipped left to right."""
        return self.settings.mirror == "on" or (self.settings.mirror == "auto" and self.live)


def prepare(
    settings: Settings, previous: Plan | None = None, *, still: bool = False, live: bool = False, threads: int = 1
) -> Plan:
    """Make the plan for ``settings``, with the previous plan's model where it fits and a new one where not.

    It may load a model, so it is never called while a frame waits. The previous model is not closed: it may still
    be serving frames.

    Raises:
        pose_demo.weights.MissingWeights: the model's files are not there; the message says what to do.
    """
    wanted = Options(still=still, person_confidence=settings.person_confidence, threads=threads)
    options = estimators.relevant(settings.model, wanted)
    if previous and (previous.model, previous.options) == (settings.model, options):
        return Plan(settings, previous.estimator, settings.model, options, live)
    return Plan(settings, estimators.load(settings.model, options), settings.model, options, live)
