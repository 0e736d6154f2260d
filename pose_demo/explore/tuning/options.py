"""What to tune for: the options, the models to choose from, and the measure to maximize."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pose_demo import estimators
from pose_demo.explore.footage.ground_truth import UNKNOWN
from pose_demo.explore.replay.evaluation import has_keypoints
from pose_demo.explore.tasks import ClipContext
from pose_demo.explore.timing import frame_ms
from pose_demo.explore.tuning.search import with_inference
from pose_demo.fields import NONE
from pose_demo.matching.options import OWN
from pose_demo.messages import message
from pose_demo.settings import Settings
from pose_demo.types import InputError

DEFAULT_MODELS = (
    "movenet-lightning",
    "movenet-thunder",
    "blazepose-lite",
    "blazepose-full",
    "movenet-multipose",
)
_SLOW = 0.7  # of the required frame rate: models that are expected to be slower are not tried


@dataclass(frozen=True, kw_only=True)
class TuneOptions:
    """What to tune for.

    Attributes:
        fps: the frame rate to reach.
        present: the settings to start from and to compare with.
        models: to choose from; empty for the ready ones of `DEFAULT_MODELS`.
        trials: number of settings to try, over all models.
        seed: equal seeds give equal trials.
        threads: CPU threads of each network.
        reference: the user's own reference pose as JSON; empty without one.
    """

    fps: float = 10.0
    present: Settings = Settings()
    models: tuple[str, ...] = ()
    trials: int = 200
    seed: int = 0
    threads: int = 1
    reference: str = ""


def objective_of(contexts: Sequence[ClipContext], present: Settings) -> str:
    """What can be maximized on these clips: "f1" with a reference pose and marked spans, else "accuracy".

    Raises:
        InputError: nothing is known about the clips.
    """
    marked = any(span.is_match for context in contexts for span in context.clip.spans)
    if marked and _has_reference(contexts, present):
        return "f1"
    if all(context.known.kind == UNKNOWN for context in contexts):
        raise InputError(
            message(
                "nothing is known about this footage: fetch at least two of the models MoveNet Thunder, MoveNet "
                "MultiPose and MediaPipe Pose heavy for consensus keypoints, or add COCO annotations"
            )
        )
    return "accuracy"


def _has_reference(contexts: Sequence[ClipContext], present: Settings) -> bool:
    name = present.match.reference
    return any(context.reference for context in contexts) if name == OWN else name != NONE


def models_to_try(options: TuneOptions) -> tuple[str, ...]:
    """The models that are expected to reach the frame rate, or the fastest one if none is.

    Raises:
        InputError: none is ready, or one has no keypoints.
    """
    names = tuple(dict.fromkeys(options.models)) or tuple(filter(estimators.is_ready, DEFAULT_MODELS))
    if not names:
        raise InputError("no model is ready; fetch one, for example with: python -m pose_demo models fetch --all")
    settings = {name: with_inference(options.present, name, NONE) for name in names}
    boxes = [name for name, each in settings.items() if not has_keypoints(each)]
    if boxes:
        raise InputError(f"{boxes[0]}: detects boxes only; choose models with keypoints")
    expected = {name: frame_ms(each, options.threads) for name, each in settings.items()}
    fast = tuple(name for name, ms in expected.items() if 1000 / ms >= _SLOW * options.fps)
    return fast or (min(expected, key=lambda name: expected[name]),)
