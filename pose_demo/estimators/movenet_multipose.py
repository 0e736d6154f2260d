"""MoveNet MultiPose: up to six people in one look.

Source: tfhub.dev/google/movenet/multipose/lightning (model card).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pose_demo import weights
from pose_demo.estimators.base import ModelInfo, Options
from pose_demo.estimators.interpreter_pool import shared_net
from pose_demo.geometry import Region
from pose_demo.skeletons import COCO_17
from pose_demo.types import Box, Estimate, Frame, Pose, check_image

if TYPE_CHECKING:
    from pose_demo.settings import Settings

NAME = "movenet-multipose"
LONG_SIDE = 384  # 256 finds a third fewer people in a crowd, 512 no more (AP .308 / .448 / .441 on COCO crowds)
_CELL = 32


def input_size(frame_size: tuple[int, int], scale: float = 1.0) -> tuple[int, int]:
    """(width, height) of the net's input for a frame: the long side 384, the other covers it; multiples of 32.

    Args:
        frame_size: (width, height) of the frame.
        scale: share of 384 that the long side has.
    """
    side = round(LONG_SIDE * scale / _CELL) * _CELL
    long, short = max(frame_size), min(frame_size)
    covered = max(_CELL, math.ceil(short * side / long / _CELL) * _CELL)
    return (side, covered) if frame_size[0] >= frame_size[1] else (covered, side)


class MultiPose:
    """Looks at every whole frame; nothing is tracked."""

    def __init__(self, threads: int) -> None:
        self._net = shared_net(weights.path(NAME), threads)

    def estimate(self, frame: Frame, settings: Settings) -> Estimate:
        image = check_image(frame.image)
        w, h = input_size(frame.size, settings.input_size)
        region = Region.letterbox(frame.size, w / h)
        rows = self._net.run(lambda tensor: region.warp(image, tensor), (h, w, 3))[0]
        rows = rows[rows[:, 55] >= settings.person_confidence]
        return Estimate(tuple(_pose(row, region) for row in rows))

    def bare(self) -> None:
        self._net.bare()

    def reset(self) -> None:
        """Nothing is kept from frame to frame."""

    def close(self) -> None:
        """Nothing to give back: the net is shared."""


def _pose(row: npt.NDArray[np.float32], region: Region) -> Pose:
    """One of the net's six rows: 17 x (y, x, score), then ymin, xmin, ymax, xmax, score, all of 0..1."""
    keypoints, score = row[:51].reshape(17, 3), float(min(row[55], 1.0))
    (x0, y0), (x1, y1) = region.to_frame(row[51:55].reshape(2, 2)[:, ::-1])
    box = Box(float(x0), float(y0), float(x1), float(y1), score)
    return Pose(COCO_17, region.to_frame(keypoints[:, 1::-1]), keypoints[:, 2].clip(0, 1), score, box)


def _build(options: Options) -> MultiPose:
    return MultiPose(options.threads)


MODELS = (
    ModelInfo(
        NAME, "MoveNet MultiPose", "Up to six people at once, each with a box.", (NAME,), COCO_17, _build, resizes=True
    ),
)
