"""The other side of the comparison: the mediapipe package alone, and the loops of the notebook the project grew from.

They are as plain as the notebook has them: one model, its drawing, no more. Its slips are not counted against it: these
loops get the right colours, and put keypoints of a letterboxed picture where they belong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo import weights
from pose_demo.background.modes import gradient
from pose_demo.bench.case import Case
from pose_demo.estimators import MODELS
from pose_demo.estimators.interpreter_pool import Interpreter
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.types import Frame, Image

Points = Sequence[tuple[float, float]]
Loop = Callable[[Frame], Points | None]

_COLOUR = (0, 255, 0)
_MOVENET_CONFIDENCE, _MASK_THRESHOLD = 0.3, 0.1
_YOLO, _YOLO_SIDE = "yolov3-tiny", 416


def package(bundle: str, mask: bool, stack: ExitStack) -> Callable[[Frame], None]:
    """The package alone: frame to landmarks, and to the mask in an array when it is asked for."""
    detect = _landmarker(bundle, mask, stack)

    def look(frame: Frame) -> None:
        result = detect(frame)
        if result.segmentation_masks:
            result.segmentation_masks[0].numpy_view()

    return look


def loop(case: Case, stack: ExitStack) -> Loop | None:
    """What the notebook does with this model; None for what it does not do."""
    if case.bundle:
        return _mediapipe_loop(case, stack)
    if case.mask or case.model == "movenet-multipose":
        return None
    return _yolo_loop() if case.model == _YOLO else _movenet_loop(case.model)


# ---- MediaPipe Pose --------------------------------------------------------------------------------------------------


def _landmarker(bundle: str, mask: bool, stack: ExitStack) -> Callable[[Frame], Any]:
    """The package as its own guide uses it: VIDEO mode, everything else at its default."""
    path = str(weights.path(bundle))
    import mediapipe  # half a second and 50 MB: only where it is compared
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=path),
        running_mode=vision.RunningMode.VIDEO,
        output_segmentation_masks=mask,
    )
    landmarker = vision.PoseLandmarker.create_from_options(options)
    stack.callback(landmarker.close)  # left to the garbage collector it can wait for ever

    def detect(frame: Frame) -> Any:
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=frame.image)
        return landmarker.detect_for_video(image, round(frame.timestamp * 1000))

    return detect


def _mediapipe_loop(case: Case, stack: ExitStack) -> Loop:
    assert case.bundle
    detect, picture = _landmarker(case.bundle, case.mask, stack), gradient("dusk", case.size)
    width, height = case.size

    def look(frame: Frame) -> Points | None:
        canvas = frame.image.copy()  # in place of the notebook's change from OpenCV's colours, which costs as much
        result = detect(frame)
        if not result.pose_landmarks:
            return None
        points = [(landmark.x * width, landmark.y * height) for landmark in result.pose_landmarks[0]]
        if case.mask:  # the notebook draws a skeleton or changes the background, not both
            mask = result.segmentation_masks[0].numpy_view().reshape(height, width)
            np.where(np.stack((mask,) * 3, axis=-1) > _MASK_THRESHOLD, canvas, picture)
        else:
            _draw(canvas, points, BLAZEPOSE_33.edges)
        return points

    return look


def _draw(canvas: Image, points: Points, edges: Iterable[tuple[int, int]], seen: Sequence[bool] = (True,) * 33) -> None:
    """The notebook's circles and lines."""
    pixels = [(int(x), int(y)) for x, y in points]
    for pixel, is_seen in zip(pixels, seen, strict=False):
        if is_seen:
            cv2.circle(canvas, pixel, 4, _COLOUR, -1)
    for start, end in edges:
        if seen[start] and seen[end]:
            cv2.line(canvas, pixels[start], pixels[end], _COLOUR, 2)


# ---- MoveNet ---------------------------------------------------------------------------------------------------------


def _movenet_loop(model: str) -> Loop:
    interpreter = Interpreter(str(weights.path(model)))
    interpreter.allocate_tensors()
    entry, out = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    side = int(entry["shape"][1])

    def look(frame: Frame) -> Points | None:
        canvas = frame.image.copy()
        small, scale, corner = _letterboxed(frame.image, side)
        interpreter.set_tensor(entry["index"], small[None].astype(entry["dtype"]))
        interpreter.invoke()
        rows = interpreter.get_tensor(out["index"]).reshape(17, 3)
        points = [((x * side - corner[0]) / scale, (y * side - corner[1]) / scale) for y, x, _ in rows.tolist()]
        _draw(canvas, points, COCO_17.edges, (rows[:, 2] > _MOVENET_CONFIDENCE).tolist())
        return points

    return look


def _letterboxed(image: Image, side: int) -> tuple[Image, float, tuple[int, int]]:
    """The whole picture in the middle of a black square: the square, its scale, the picture's corner in it (x, y)."""
    height, width = image.shape[:2]
    scale = side / max(width, height)
    small = cv2.resize(image, (round(width * scale), round(height * scale)))
    left, top = (side - small.shape[1]) // 2, (side - small.shape[0]) // 2
    square = np.zeros((side, side, 3), np.uint8)
    square[top : top + small.shape[0], left : left + small.shape[1]] = small
    return square, scale, (left, top)


# ---- YOLOv3-tiny -----------------------------------------------------------------------------------------------------


def _yolo_loop() -> Loop:
    weights_file, cfg, names = (weights.path(name) for name in MODELS[_YOLO].weights)
    net = cv2.dnn.readNet(str(weights_file), str(cfg))
    outputs = net.getUnconnectedOutLayersNames()
    classes = names.read_text(encoding="utf-8").splitlines()

    def look(frame: Frame) -> None:
        canvas = frame.image.copy()
        net.setInput(cv2.dnn.blobFromImage(canvas, 0.00392, (_YOLO_SIDE, _YOLO_SIDE), (0, 0, 0), False, crop=False))
        boxes, scores, kinds = _boxes(net.forward(outputs), frame.size)
        for i in cv2.dnn.NMSBoxes(boxes, scores, 0.4, 0.3):
            x, y, width, height = boxes[i]
            label = f"{classes[kinds[i]]} {scores[i]:.2f}"
            cv2.rectangle(canvas, (x, y), (x + width, y + height), _COLOUR, 2)
            cv2.rectangle(canvas, (x, y), (x + width, y + 30), _COLOUR, -1)
            cv2.putText(canvas, label, (x, y + 30), cv2.FONT_HERSHEY_PLAIN, 3, (255, 255, 255), 3)

    return look


def _boxes(
    found: Iterable[npt.NDArray[Any]], size: tuple[int, int]
) -> tuple[list[tuple[int, int, int, int]], list[float], list[int]]:
    """The notebook's walk over all 2535 rows, one by one."""
    boxes, scores, kinds = [], [], []
    for rows in found:
        for row in rows:
            kind = int(np.argmax(row[5:]))
            score = float(row[5:][kind])
            if score > 0.1:
                width, height = int(row[2] * size[0]), int(row[3] * size[1])
                boxes.append((int(row[0] * size[0] - width / 2), int(row[1] * size[1] - height / 2), width, height))
                scores.append(score)
                kinds.append(kind)
    return boxes, scores, kinds
