"""YOLOv3-tiny: boxes of persons (or of all 80 COCO classes), no keypoints.

Source: pjreddie.com/darknet/yolo; Redmon and Farhadi, "YOLOv3: An Incremental Improvement", 2018.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo import weights
from pose_demo.estimators.base import ModelInfo, Options
from pose_demo.geometry import Region
from pose_demo.types import Box, Estimate, Frame, Image, check_image

if TYPE_CHECKING:
    from pose_demo.settings import Settings

NAME = "yolov3-tiny"
_FILES = (NAME, "yolov3-tiny-cfg", "coco-names")
_SIDE, _CELL = 416, 32
_PERSON = 0


class DarknetNet:
    """The net and its class names; calls from several threads take turns."""

    def __init__(self) -> None:
        weights_file, cfg, names = (weights.path(name) for name in _FILES)
        self._net = cv2.dnn.readNetFromDarknet(str(cfg), str(weights_file))
        self._outputs = self._net.getUnconnectedOutLayersNames()
        self._turn = threading.Lock()
        self.classes = names.read_text(encoding="utf-8").split("\n")

    def run(self, letterboxed: Image) -> npt.NDArray[np.float32]:
        """Rows of (cx, cy, width, height, objectness, 80 class scores), lengths as fractions of the input's side."""
        with self._turn:
            self._net.setInput(cv2.dnn.blobFromImage(letterboxed, 1 / 255))
            return np.vstack(self._net.forward(self._outputs)).astype(np.float32, copy=False)

    def bare(self) -> None:
        with self._turn:
            self._net.forward(self._outputs)


@lru_cache(maxsize=1)
def shared_net() -> DarknetNet:
    """The one net of this process."""
    return DarknetNet()


class YoloV3Tiny:
    """Looks at every whole frame, letterboxed to 416 x 416 or less; nothing is tracked."""

    def __init__(self) -> None:
        self._net = shared_net()

    def estimate(self, frame: Frame, settings: Settings) -> Estimate:
        image = check_image(frame.image)
        region = Region.letterbox(frame.size)
        side = round(_SIDE * settings.input_size / _CELL) * _CELL
        letterboxed = np.empty((side, side, 3), np.uint8)
        region.warp(image, letterboxed)
        rows = self._net.run(letterboxed)
        if not settings.all_classes:
            rows = rows[rows[:, 5:].argmax(axis=1) == _PERSON]
        return Estimate(boxes=self._boxes(rows, region, settings))

    def _boxes(self, rows: npt.NDArray[np.float32], region: Region, settings: Settings) -> tuple[Box, ...]:
        kinds, scores = rows[:, 5:].argmax(axis=1), rows[:, 5:].max(axis=1)
        low = region.to_frame(rows[:, :2] - rows[:, 2:4] / 2)
        high = region.to_frame(rows[:, :2] + rows[:, 2:4] / 2)
        corner_and_size = np.hstack([low, high - low])
        # Every class has its own suppression: a person does not hide the chair they sit on.
        kept = cv2.dnn.NMSBoxesBatched(
            corner_and_size.tolist(),
            scores.tolist(),
            kinds.tolist(),
            settings.person_confidence,
            settings.box_overlap,
        )
        return tuple(self._box(low[i], high[i], scores[i], kinds[i]) for i in np.ravel(np.asarray(kept, np.intp)))

    def _box(self, low: npt.NDArray[np.float32], high: npt.NDArray[np.float32], score: float, kind: int) -> Box:
        x0, y0, x1, y1 = (float(v) for v in (*low, *high))
        return Box(x0, y0, x1, y1, float(min(score, 1.0)), self._net.classes[kind])

    def bare(self) -> None:
        self._net.bare()

    def reset(self) -> None:
        """Nothing is kept from frame to frame."""

    def close(self) -> None:
        """Nothing to give back: the net is shared."""


def _build(options: Options) -> YoloV3Tiny:
    return YoloV3Tiny()


MODELS = (
    ModelInfo(
        NAME,
        "YOLOv3-tiny",
        "Boxes round persons, or round all 80 kinds of things. No skeleton.",
        _FILES,
        None,
        _build,
        rebuilt_by=(),
        resizes=True,
    ),
)
