"""Which networks have to process which clip, and what is known about each clip."""

from __future__ import annotations

from collections.abc import Sequence

from pose_demo.explore.footage import consensus
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.footage.ground_truth import CONSENSUS, TRUE, has_true_keypoints
from pose_demo.explore.replay.inference import Inference
from pose_demo.explore.tasks import ClipContext, ConsensusTask, InferenceTask, Known
from pose_demo.live import cpu
from pose_demo.settings import Settings
from pose_demo.types import InputError


def clip_contexts(clips: Sequence[Clip], reference: str) -> tuple[ClipContext, ...]:
    """The clips with their ground truth: true keypoints where they are known, else consensus keypoints.

    Raises:
        InputError: there is no clip, or two have the same name.
    """
    names = [clip.name for clip in clips]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if not clips or repeated:
        problem = f"two clips are named {repeated[0]}; rename one of them" if repeated else "expected at least one clip"
        raise InputError(problem)
    return tuple(ClipContext(clip, _known(clip), reference) for clip in clips)


def _known(clip: Clip) -> Known:
    if has_true_keypoints(clip):
        return Known(TRUE)
    inferences = _consensus_inferences()
    return Known(CONSENSUS, consensus.consensus_key(clip, inferences)) if inferences else Known()


def inference_tasks(contexts: Sequence[ClipContext], wanted: Sequence[tuple[Settings, int]]) -> list[InferenceTask]:
    """The networks to run for settings and threads on every clip, and for the consensus where it is needed."""
    tasks: dict[str, InferenceTask] = {}
    for context in contexts:
        clip, needed = context.clip, list(wanted)
        if context.known.kind == CONSENSUS:
            needed += [(inference.settings, inference.threads) for inference in _consensus_inferences()]
        for settings, threads in needed:
            task = InferenceTask(clip, settings, threads, clip.expected_frames)
            tasks.setdefault(task.inference.key(clip), task)
    return list(tasks.values())


def consensus_tasks(contexts: Sequence[ClipContext]) -> list[ConsensusTask]:
    """The consensus of every clip whose true keypoints are not known."""
    inferences = _consensus_inferences()
    return [ConsensusTask(context.clip, inferences) for context in contexts if context.known.kind == CONSENSUS]


def _consensus_inferences() -> tuple[Inference, ...]:
    return consensus.consensus_inferences(cpu.cores())
