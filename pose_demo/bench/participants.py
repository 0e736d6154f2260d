"""The participants of a comparison: pose_demo and the baselines, each with one callable per session."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from pose_demo import sample
from pose_demo.background.modes import gradient
from pose_demo.bench import baselines
from pose_demo.bench.case import Case, Keypoints, ProcessFrame
from pose_demo.estimators.interpreter_pool import set_pool_size
from pose_demo.live.cpu import cores, pool_size
from pose_demo.pipeline import Pipeline
from pose_demo.plan import Plan, Uploads, prepare
from pose_demo.types import Frame, InputError

NET, ESTIMATOR, PIPELINE, PACKAGE, NOTEBOOK = NAMES = ("net", "estimator", "pipeline", "package", "notebook")
BASELINES: dict[str, Callable[[Case, ExitStack], ProcessFrame | None]] = {
    PACKAGE: baselines.load_package,
    NOTEBOOK: baselines.load_notebook_loop,
}

Sessions = Sequence[ProcessFrame]


@dataclass(frozen=True)
class Participants:
    """The implementations that are compared.

    Attributes:
        sessions: by name, one callable per session.
        failed: for each baseline that could not be loaded, the reason.
    """

    sessions: Mapping[str, Sessions]
    failed: Mapping[str, str]


@contextmanager
def load_participants(case: Case, against: Collection[str] = tuple(BASELINES)) -> Iterator[Participants]:
    """Load pose_demo and the baselines of a case; they are closed at the end.

    ``net`` is inference only, ``estimator`` is pose_demo from frame to keypoints (and mask), ``pipeline`` is all of it
    including the output image, ``package`` is the mediapipe package from frame to landmarks (and mask), ``notebook``
    is the notebook's loop. There is no ``net`` for a model that runs through the package, and no baseline that
    cannot run the model.

    Args:
        case: the configuration.
        against: names of the baselines to load.

    Raises:
        pose_demo.weights.MissingWeights: weights of the model are missing; the message says what to do.
    """
    with ExitStack() as stack:
        set_pool_size(pool_size(case.sessions, cores()))  # as the page does
        stack.callback(set_pool_size, 1)
        loaded = [_load_pose_demo(case, stack) for _ in range(case.sessions)]
        sessions: dict[str, Sessions] = {name: [session[name] for session in loaded] for name in loaded[0]}
        baseline_sessions, failed = _load_baselines(case, against, stack)
        yield Participants(sessions | baseline_sessions, failed)


def failure_reason(error: Exception) -> str:
    """The text of an error for a row of results."""
    return str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"


def _load_pose_demo(case: Case, stack: ExitStack) -> dict[str, ProcessFrame]:
    return {**_stages(_plan(case, stack), case), PIPELINE: _pipeline(_plan(case, stack))}


def _load_baselines(
    case: Case, against: Collection[str], stack: ExitStack
) -> tuple[dict[str, Sessions], dict[str, str]]:
    sessions: dict[str, Sessions] = {}
    failed: dict[str, str] = {}
    for name in [name for name in BASELINES if name in against]:
        try:
            loaded = [BASELINES[name](case, stack) for _ in range(case.sessions)]
        except Exception as error:  # whatever a third-party loader raises: pose_demo's results do not depend on it
            failed[name] = failure_reason(error)
            continue
        if supported := [process for process in loaded if process]:
            sessions[name] = supported
    return sessions, failed


def _plan(case: Case, stack: ExitStack) -> Plan:
    plan = prepare(case.settings, uploads=Uploads(background=gradient("dusk", case.size)), threads=case.threads)
    return stack.enter_context(plan)


def _stages(plan: Plan, case: Case) -> dict[str, ProcessFrame]:
    estimator, settings = plan.pose.estimator, plan.settings

    def estimate(frame: Frame) -> None:
        estimator.estimate(frame, settings)

    def invoke_only(frame: Frame) -> None:
        estimator.invoke_only()

    estimate(sample.frame(0, size=case.size))  # `invoke_only` repeats the previous input, so there must be one
    estimator.reset()
    return {ESTIMATOR: estimate} if case.is_mediapipe_package else {NET: invoke_only, ESTIMATOR: estimate}


def _pipeline(plan: Plan) -> ProcessFrame:
    pipeline = Pipeline()

    def process(frame: Frame) -> Keypoints | None:
        poses = pipeline.process(frame, plan).estimate.poses
        return poses[0].xy if poses else None

    return process
