"""The baselines: the mediapipe package alone, and the loops of the notebook from which the project grew.

The notebook's loops run one model and draw its result. Two errors of the notebook are corrected here: the color order,
and the keypoint positions on letterboxed images.
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
from pose_demo.bench.case import Case, ProcessFrame, weights_suffix
from pose_demo.estimators import MODELS
from pose_demo.estimators.interpreter_pool import Interpreter
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.types import Frame, Image

Points = Sequence[tuple[float, float]]

_COLOR = (0, 255, 0)
_MOVENET_CONFIDENCE, _MASK_THRESHOLD = 0.3, 0.1
_MOVENET_OUTPUT = (1, 1, 17, 3)  # y, x, score
_YOLO_SIDE, _YOLO_CONFIDENCE = 416, 0.1


def load_package(case: Case, stack: ExitStack) -> ProcessFrame | None:
    """The mediapipe package from frame to landmarks, and to the mask as an array; None if it cannot run the model."""
    if not case.bundle:
        return None
    detect = _landmarker(case.bundle, case.mask, stack)

    def process(frame: Frame) -> None:
        result = detect(frame)
        if result.segmentation_masks:
            result.segmentation_masks[0].numpy_view()

    return process


def load_notebook_loop(case: Case, stack: ExitStack) -> ProcessFrame | None:
    """The notebook's loop for this kind of model; None if the notebook has none.

    It has loops for MediaPipe bundles, and without a mask for box detectors in Darknet's format and for single-person
    COCO-17 networks with MoveNet's output.
    """
    if case.bundle:
        return _mediapipe_loop(case.bundle, case, stack)
    info = MODELS[case.model]
    suffix = weights_suffix(info.weights[0])
    if case.mask:
        return None
    if info.skeleton is None:
        return _darknet_loop(info.weights) if suffix == ".weights" else None
    is_single_person = info.build_roi_estimator is not None
    if is_single_person and info.skeleton is COCO_17 and suffix == ".tflite":
        return _movenet_loop(info.weights[0])
    return None


# ---- MediaPipe Pose --------------------------------------------------------------------------------------------------


def _landmarker(bundle: str, mask: bool, stack: ExitStack) -> Callable[[Frame], Any]:
    """The package as in its own guide: VIDEO mode, all other options at their defaults."""
    path = str(weights.path(bundle))
    import mediapipe  # takes half a second and 50 MB, so only when it is compared
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=path),
        running_mode=vision.RunningMode.VIDEO,
        output_segmentation_masks=mask,
    )
    landmarker = vision.PoseLandmarker.create_from_options(options)
    stack.callback(landmarker.close)  # garbage collection of an open landmarker can block forever

    def detect(frame: Frame) -> Any:
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=frame.image)
        return landmarker.detect_for_video(image, round(frame.timestamp * 1000))

    return detect


def _mediapipe_loop(bundle: str, case: Case, stack: ExitStack) -> ProcessFrame:
    detect, background = _landmarker(bundle, case.mask, stack), gradient("dusk", case.size)
    width, height = case.size

    def process(frame: Frame) -> Points | None:
        canvas = frame.image.copy()  # replaces the notebook's color conversion, which takes equally long
        result = detect(frame)
        if not result.pose_landmarks:
            return None
        points = [(landmark.x * width, landmark.y * height) for landmark in result.pose_landmarks[0]]
        if case.mask:  # the notebook draws either a skeleton or another background
            mask = result.segmentation_masks[0].numpy_view().reshape(height, width)
            np.where(np.stack((mask,) * 3, axis=-1) > _MASK_THRESHOLD, canvas, background)
        else:
            _draw(canvas, points, BLAZEPOSE_33.edges)
        return points

    return process


def _draw(
    canvas: Image, points: Points, edges: Iterable[tuple[int, int]], visible: Sequence[bool] | None = None
) -> None:
    """Draw circles and lines as the notebook does."""
    visible = visible or (True,) * len(points)
    pixels = [(int(x), int(y)) for x, y in points]
    for pixel, is_visible in zip(pixels, visible, strict=True):
        if is_visible:
            cv2.circle(canvas, pixel, 4, _COLOR, -1)
    for start, end in edges:
        if visible[start] and visible[end]:
            cv2.line(canvas, pixels[start], pixels[end], _COLOR, 2)


# ---- MoveNet ---------------------------------------------------------------------------------------------------------


def _movenet_loop(name: str) -> ProcessFrame | None:
    interpreter = Interpreter(str(weights.path(name)))
    interpreter.allocate_tensors()
    network_input, output = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    if tuple(output["shape"]) != _MOVENET_OUTPUT:
        return None
    side = int(network_input["shape"][1])

    def process(frame: Frame) -> Points | None:
        canvas = frame.image.copy()
        small, scale, corner = _letterbox(frame.image, side)
        interpreter.set_tensor(network_input["index"], small[None].astype(network_input["dtype"]))
        interpreter.invoke()
        rows = interpreter.get_tensor(output["index"]).reshape(17, 3)
        points = [((x * side - corner[0]) / scale, (y * side - corner[1]) / scale) for y, x, _ in rows.tolist()]
        _draw(canvas, points, COCO_17.edges, (rows[:, 2] > _MOVENET_CONFIDENCE).tolist())
        return points

    return process


def _letterbox(image: Image, side: int) -> tuple[Image, float, tuple[int, int]]:
    """The image centered on a black square: the square, the scale, and the image's top left corner (x, y) in it."""
    height, width = image.shape[:2]
    scale = side / max(width, height)
    small = cv2.resize(image, (round(width * scale), round(height * scale)))
    left, top = (side - small.shape[1]) // 2, (side - small.shape[0]) // 2
    square = np.zeros((side, side, 3), np.uint8)
    square[top : top + small.shape[0], left : left + small.shape[1]] = small
    return square, scale, (left, top)


# ---- YOLOv3-tiny -----------------------------------------------------------------------------------------------------


def _darknet_loop(files: Sequence[str]) -> ProcessFrame:
    """The loop for a box detector of three files: weights, network configuration and class names."""
    weights_file, cfg, names = (weights.path(name) for name in files)
    net = cv2.dnn.readNet(str(weights_file), str(cfg))
    outputs = net.getUnconnectedOutLayersNames()
    class_names = names.read_text(encoding="utf-8").splitlines()

    def process(frame: Frame) -> None:
        canvas = frame.image.copy()
        net.setInput(cv2.dnn.blobFromImage(canvas, 0.00392, (_YOLO_SIDE, _YOLO_SIDE), (0, 0, 0), False, crop=False))
        boxes, scores, class_ids = _read_boxes(net.forward(outputs), frame.size)
        for i in cv2.dnn.NMSBoxes(boxes, scores, 0.4, 0.3):
            x, y, width, height = boxes[i]
            label = f"{class_names[class_ids[i]]} {scores[i]:.2f}"
            cv2.rectangle(canvas, (x, y), (x + width, y + height), _COLOR, 2)
            cv2.rectangle(canvas, (x, y), (x + width, y + 30), _COLOR, -1)
            cv2.putText(canvas, label, (x, y + 30), cv2.FONT_HERSHEY_PLAIN, 3, (255, 255, 255), 3)

    return process


def _read_boxes(
    outputs: Iterable[npt.NDArray[Any]], size: tuple[int, int]
) -> tuple[list[tuple[int, int, int, int]], list[float], list[int]]:
    """Boxes (x, y, width, height), scores and class ids, read row by row in Python as the notebook does."""
    boxes, scores, class_ids = [], [], []
    for rows in outputs:
        for row in rows:
            class_id = int(np.argmax(row[5:]))
            score = float(row[5:][class_id])
            if score > _YOLO_CONFIDENCE:
                width, height = int(row[2] * size[0]), int(row[3] * size[1])
                boxes.append((int(row[0] * size[0] - width / 2), int(row[1] * size[1] - height / 2), width, height))
                scores.append(score)
                class_ids.append(class_id)
    return boxes, scores, class_ids
