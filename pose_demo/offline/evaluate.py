"""Measure accuracy on images with COCO keypoint annotations; pycocotools computes the average precision."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pose_demo.io.images import read_image
from pose_demo.offline.annotations import (
    PERSON_CATEGORY,
    AnnotatedPerson,
    Persons,
    annotated_persons,
    annotation_oks,
    read_annotations,
)
from pose_demo.offline.mask_evaluation import MaskEvaluation
from pose_demo.offline.still import process_still
from pose_demo.offline.stream_evaluation import StreamEvaluation, rounded_mean
from pose_demo.oks import torso_length
from pose_demo.pipeline import Result
from pose_demo.plan import prepare
from pose_demo.settings import Settings
from pose_demo.types import Box, InputError, Pose

_PCK_THRESHOLD = 0.2  # of the torso length
_TORSO = [5, 6, 11, 12]  # shoulders and hips
_AP, _AP50, _AR = 0, 1, 5  # indices into the statistics of COCOeval for keypoints; for boxes AR is another one
_FOUND_IOU = 0.5


@dataclass(frozen=True)
class Prediction:
    """What is kept of the result of an image: no pixels, so that memory does not grow with the number of images.

    Attributes:
        poses: COCO-17 poses in pixels of the image.
        boxes: of the detected persons, where the model has boxes.
        persons: number of detected persons, also of models without keypoints.
        milliseconds: processing time, whole pipeline.
    """

    poses: tuple[Pose, ...]
    boxes: tuple[Box, ...] = ()
    persons: int = 0
    milliseconds: float = 0.0


Predictions = Mapping[int, Prediction]  # by image id


def pck_hits(pose: Pose | None, person: AnnotatedPerson) -> npt.NDArray[np.bool_]:
    """For each labeled keypoint whether it is within 0.2 torso lengths; empty if the torso is not labeled.

    Without a pose all are misses.
    """
    labeled, torso = person.labeled, torso_length(person.keypoints)
    if not labeled[_TORSO].all() or torso <= 0:
        return np.zeros(0, bool)
    if pose is None:
        return np.zeros(int(labeled.sum()), bool)
    distances = np.linalg.norm(pose.xy - person.keypoints[:, :2], axis=1)[labeled]
    return np.asarray(distances <= _PCK_THRESHOLD * torso)


def evaluate(
    annotations: Path,
    images: Path,
    settings: Settings,
    on_progress: Callable[[int], None] = lambda total: None,
    *,
    masks: bool = False,
    streams: bool = False,
) -> dict[str, object]:
    """Run a model on all annotated images.

    Args:
        annotations: a COCO keypoint file.
        images: the folder of its images.
        settings: the model and its thresholds.
        on_progress: called after each image with the number of images.
        masks: also measure segmentation masks, of the source that the settings name.
        streams: also measure videos of the images, without smoothing.

    Returns:
        ``mean_oks``: of the best-matching person per image with persons, 0 where none was detected;
        ``mean_oks_single``: the same over images with exactly one person;
        ``pck``: fraction of that person's labeled keypoints within 0.2 torso lengths;
        ``ap``, ``ap50``, ``ar``: COCO keypoint average precision and recall;
        ``box_ap``, ``box_ap50``: COCO average precision of the persons' boxes;
        ``boxes_found``: fraction of the persons, crowds excepted, of which a box has an IoU of at least 0.5;
        ``false_persons_on_empty``: images without a person in which one was detected;
        ``empty_images``: images without a person;
        ``ms_p50``, ``ms_p95``: percentiles of the processing time in milliseconds, whole pipeline.

        With ``masks`` also those of `MaskEvaluation.summary`, with ``streams`` those of `StreamEvaluation.summary`.

        A measure is None where there is nothing that it could be measured on. Persons without a labeled keypoint, of
        which COCO has many, take part in those of the boxes only.

    Raises:
        InputError: the annotations or an image cannot be read, or pycocotools is not installed.
    """
    data = read_annotations(annotations)
    persons, predictions = annotated_persons(data), {}
    settings = replace(settings, mirror="off")
    if masks:
        settings = replace(settings, background=replace(settings.background, mode="person-only"))
    with contextlib.ExitStack() as stack:
        plan = stack.enter_context(prepare(settings, static_image_mode=True))
        of_masks = MaskEvaluation(stack.enter_context(prepare(settings))) if masks else None
        of_streams = StreamEvaluation(stack.enter_context(prepare(_unsmoothed(settings)))) if streams else None
        for entry in data["images"]:
            image = read_image(images / entry["file_name"])
            result = process_still(image, plan)
            predictions[entry["id"]] = _prediction(result)
            annotated = persons.get(entry["id"], [])
            if of_masks:
                of_masks.add(image, result, *_columns(annotated))
            if of_streams:
                of_streams.add(image, annotated)
            on_progress(len(data["images"]))
    return {
        "model": settings.model,
        "detector": settings.detector,
        "images": len(predictions),
        **_metrics(predictions, data),
        **(of_masks.summary() if of_masks else {}),
        **(of_streams.summary() if of_streams else {}),
    }


def _unsmoothed(settings: Settings) -> Settings:
    return replace(settings, smooth=replace(settings.smooth, on=False))


def _columns(persons: list[AnnotatedPerson]) -> tuple[npt.NDArray[np.float64], list[float], list[Box]]:
    """The keypoints ``(P, 17, 3)``, areas and boxes of the persons."""
    keypoints = np.array([person.keypoints for person in persons]).reshape(-1, 17, 3)
    return keypoints, [person.area for person in persons], [person.box for person in persons]


def _prediction(result: Result) -> Prediction:
    poses = result.estimate.poses
    boxes = (*result.estimate.person_boxes, *(pose.box for pose in poses if pose.box))
    return Prediction(tuple(pose.as_coco() for pose in poses), boxes, result.persons, result.milliseconds)


def _metrics(predictions: Predictions, data: Mapping[str, Any]) -> dict[str, object]:
    persons = annotated_persons(data)
    labeled = {image_id: [person for person in found if person.labeled.any()] for image_id, found in persons.items()}
    best = {
        image_id: _best_pair(predictions[image_id].poses, found)
        for image_id, found in labeled.items()
        if found and image_id in predictions
    }
    single = [score for image_id, (score, _, _) in best.items() if len(persons[image_id]) == 1]
    hits = np.concatenate([pck_hits(pose, person) for _, pose, person in best.values()] or [np.zeros(0, bool)])
    empty = [prediction for image_id, prediction in predictions.items() if image_id not in persons]
    times = np.array([prediction.milliseconds for prediction in predictions.values()])
    return {
        "mean_oks": rounded_mean([score for score, _, _ in best.values()]),
        "mean_oks_single": rounded_mean(single),
        "pck": rounded_mean(hits.astype(float).tolist()),
        **average_precision(predictions, data),
        **_box_metrics(predictions, persons, data),
        "false_persons_on_empty": sum(prediction.persons > 0 for prediction in empty),
        "empty_images": len(empty),
        "ms_p50": round(float(np.percentile(times, 50)), 2),
        "ms_p95": round(float(np.percentile(times, 95)), 2),
    }


def _best_pair(poses: tuple[Pose, ...], persons: list[AnnotatedPerson]) -> tuple[float, Pose | None, AnnotatedPerson]:
    """The highest OKS of any pose with any person, and the two; 0 and no pose if there are no poses."""
    pairs = [(annotation_oks(pose, person), i, j) for i, pose in enumerate(poses) for j, person in enumerate(persons)]
    if not pairs:
        return 0.0, None, persons[0]
    score, i, j = max(pairs)
    return score, poses[i], persons[j]


def average_precision(predictions: Predictions, data: Mapping[str, Any]) -> dict[str, float | None]:
    """COCO keypoint AP (mean over OKS .50 to .95), AP at OKS .50, and recall; None without a labeled person.

    Raises:
        InputError: pycocotools is not installed.
    """
    detections = [
        _detection(image_id, pose.score) | {"keypoints": np.hstack([pose.xy, pose.scores[:, None]]).ravel().tolist()}
        for image_id, prediction in predictions.items()
        for pose in prediction.poses
    ]
    return _statistics(detections, data, "keypoints", {"ap": _AP, "ap50": _AP50, "ar": _AR})


def _box_metrics(predictions: Predictions, persons: Persons, data: Mapping[str, Any]) -> dict[str, float | None]:
    detections = [
        _detection(image_id, box.score) | {"bbox": [box.x0, box.y0, box.width, box.height]}
        for image_id, prediction in predictions.items()
        for box in prediction.boxes
    ]
    found = [
        any(box.iou(person.box) >= _FOUND_IOU for box in predictions[image_id].boxes)
        for image_id, annotated in persons.items()
        for person in annotated
        if image_id in predictions and not person.is_crowd
    ]
    precision = _statistics(detections, data, "bbox", {"box_ap": _AP, "box_ap50": _AP50})
    return {**precision, "boxes_found": rounded_mean(found)}


def _statistics(
    detections: list[dict[str, Any]], data: Mapping[str, Any], kind: str, names: Mapping[str, int]
) -> dict[str, float | None]:
    """Statistics of pycocotools for ``kind``, "keypoints" or "bbox"; None where the annotations have nothing to find.

    Args:
        detections: results in the format of COCO.
        data: annotations in the format of COCO.
        kind: what is compared.
        names: index into `COCOeval.stats` by the name to give it.
    """
    try:
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval
    except ImportError:
        raise InputError("eval requires pycocotools: pip install -r requirements-dev.txt") from None
    if not detections:
        return dict.fromkeys(names, 0.0 if annotated_persons(data) else None)
    with contextlib.redirect_stdout(io.StringIO()):  # pycocotools prints its progress and a table
        ground_truth = COCO()
        ground_truth.dataset = data
        ground_truth.createIndex()
        evaluator = COCOeval(ground_truth, ground_truth.loadRes(detections), kind)
        evaluator.evaluate()
        evaluator.accumulate()
        evaluator.summarize()
    found = {name: float(evaluator.stats[index]) for name, index in names.items()}
    return {name: round(value, 4) if value >= 0 else None for name, value in found.items()}  # -1: nothing to find


def _detection(image_id: int, score: float) -> dict[str, Any]:
    return {"image_id": image_id, "category_id": PERSON_CATEGORY, "score": float(score)}
