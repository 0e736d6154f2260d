"""Example frames of a clip with given settings, drawn from stored outputs, without loading a model."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.footage.store import open_seekable
from pose_demo.explore.replay.inference import inference_for, playback_plan
from pose_demo.explore.replay.outputs import ModelOutputs
from pose_demo.explore.store import Store
from pose_demo.fields import NONE
from pose_demo.io.seek import SeekableFrames
from pose_demo.pipeline import Pipeline
from pose_demo.plan import Plan, Uploads
from pose_demo.settings import Settings
from pose_demo.types import Frame, Image

_WARM_UP = 12  # frames before each example, for tracking and smoothing


@dataclass(frozen=True)
class Example:
    """A frame with its result.

    Attributes:
        seconds: its time in the video.
        image: the output image, RGB.
    """

    seconds: float
    image: Image


def example_indices(count: int, worst: Sequence[int], number: int) -> tuple[int, ...]:
    """Indices of frames to show, in order of time: the worst ones, and evenly spaced ones."""
    spaced = [round((i + 0.5) * count / number) for i in range(number)]
    chosen = [index for index in worst if index < count][:number]
    distances = [(min((abs(index - other) for other in chosen), default=count), index) for index in spaced]
    farthest = sorted(distances, reverse=True)[: number - len(chosen)]
    return tuple(sorted({*chosen, *(min(index, count - 1) for _, index in farthest)}))


def stored_frames(folder: Path, clip: Clip, settings: Settings, threads: int) -> int:
    """The number of frames whose outputs are stored; raises `InputError` when they are missing."""
    return Store(folder).count_frames(inference_for(settings, threads).key(clip))


def draw_examples(
    folder: Path, clip: Clip, settings: Settings, threads: int, indices: Sequence[int], uploads: Uploads
) -> list[Example]:
    """Draw the frames with these indices.

    Raises:
        InputError: the outputs or the clip cannot be read.
    """
    windows = [range(max(0, index - _WARM_UP), index + 1) for index in indices]
    read = sorted({index for window in windows for index in window})
    outputs = Store(folder).outputs(inference_for(settings, threads).key(clip), read)
    by_index = dict(zip(read, outputs.frames, strict=True))
    with closing(open_seekable(clip)) as video:
        parts = [(window, replace(outputs, frames=tuple(by_index[index] for index in window))) for window in windows]
        return [_draw(video, window, part, playback_plan(part, settings, uploads)) for window, part in parts]


def _draw(video: SeekableFrames, window: range, part: ModelOutputs, plan: Plan) -> Example:
    """Draw the last frame of a window."""
    pipeline = Pipeline()
    for index, output in zip(window, part.frames, strict=True):
        is_shown = index == window[-1] or _needs_pixels(plan)
        width, height = output.size
        image = video.frame(part.skipped + index).image if is_shown else np.zeros((height, width, 3), np.uint8)
        result = pipeline.process(Frame(image, output.timestamp), plan)
    return Example(part.frames[-1].timestamp, result.image)


def _needs_pixels(plan: Plan) -> bool:
    """Whether the previous frames have an effect on the image, not only on the poses."""
    settings = plan.settings
    return bool(settings.effects) or (settings.background.mode != NONE and settings.background.mask_source == "knn")
