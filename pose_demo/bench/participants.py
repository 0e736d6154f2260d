"""Who takes part: each is one call that takes a frame, one such call for each session."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

import numpy.typing as npt

from pose_demo import sample
from pose_demo.background.modes import gradient
from pose_demo.bench import baselines
from pose_demo.bench.case import Case
from pose_demo.estimators.interpreter_pool import share_between
from pose_demo.pipeline import Pipeline
from pose_demo.plan import Assets, Plan, prepare
from pose_demo.types import Frame

Keypoints = npt.ArrayLike
Look = Callable[[Frame], Keypoints | None]
Contenders = Mapping[str, Sequence[Look]]

NET, ESTIMATOR, PIPELINE, PACKAGE, NOTEBOOK = NAMES = ("net", "estimator", "pipeline", "package", "notebook")
AGAINST = (PACKAGE, NOTEBOOK)


@contextmanager
def contenders(case: Case, against: Collection[str] = AGAINST) -> Iterator[Contenders]:
    """Everybody who can be compared in this case, by name; closed at the end.

    ``net`` is the bare net, ``estimator`` ours from frame to keypoints (and mask), ``pipeline`` all of ours with the
    picture drawn, ``package`` the mediapipe package from frame to landmarks (and mask), ``notebook`` the notebook's
    loop. The last two are left out unless they are in ``against`` and have such a model. The models of the package
    hide their nets, so those have no ``net``.

    Raises:
        pose_demo.weights.MissingWeights: a model's files are not there; the message says what to do.
    """
    with ExitStack() as stack:
        share_between(min(case.sessions, os.cpu_count() or 1))  # as the page does
        stack.callback(share_between, 1)
        sessions = [_session(case, against, stack) for _ in range(case.sessions)]
        yield {name: [session[name] for session in sessions] for name in sessions[0]}


def _session(case: Case, against: Collection[str], stack: ExitStack) -> dict[str, Look]:
    looks = {**_parts(_plan(case, stack), case), PIPELINE: _pipeline(_plan(case, stack))}
    if PACKAGE in against and case.bundle:
        looks[PACKAGE] = baselines.package(case.bundle, case.mask, stack)
    loop = baselines.loop(case, stack) if NOTEBOOK in against else None
    return {**looks, NOTEBOOK: loop} if loop else looks


def _plan(case: Case, stack: ExitStack) -> Plan:
    plan = prepare(case.settings, assets=Assets(background=gradient("dusk", case.size)), threads=case.threads)
    stack.callback(plan.close)
    return plan


def _parts(plan: Plan, case: Case) -> dict[str, Look]:
    estimator, settings = plan.pose.estimator, plan.settings

    def estimate(frame: Frame) -> None:
        estimator.estimate(frame, settings)

    def bare(frame: Frame) -> None:
        estimator.bare()

    estimate(sample.frame(0, size=case.size))  # a net runs bare on its last input: let there be one
    estimator.reset()
    return {ESTIMATOR: estimate} if case.model == case.bundle else {NET: bare, ESTIMATOR: estimate}


def _pipeline(plan: Plan) -> Look:
    pipeline = Pipeline()

    def look(frame: Frame) -> Keypoints | None:
        poses = pipeline.process(frame, plan).estimate.poses
        return poses[0].xy if poses else None

    return look
