"""Accuracy on pictures with COCO keypoint annotations; average precision by pycocotools, COCO's own evaluator."""

from __future__ import annotations

import contextlib
import io
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pose_demo.io.images import check_file, read_image
from pose_demo.oks import similarity
from pose_demo.pipeline import Pipeline, Result
from pose_demo.plan import prepare
from pose_demo.settings import Settings
from pose_demo.types import Frame, InputError, Pose

_PERSON_CATEGORY = 1
_TORSO_SHARE = 0.2
_SHOULDERS, _HIPS = [5, 6], [11, 12]


@dataclass(frozen=True)
class Person:
    """An annotated person: keypoints (17, 3) of x, y, visibility (0 not labelled), and the COCO area."""

    keypoints: npt.NDArray[np.float64]
    area: float


def oks(pose: Pose, person: Person) -> float:
    """Object keypoint similarity in [0, 1] over the labelled keypoints; 0 where none is."""
    labelled = person.keypoints[:, 2] > 0
    if not labelled.any():
        return 0.0
    return similarity(pose.xy, person.keypoints[:, :2], max(person.area, 1.0), labelled)


def torso_length(keypoints: npt.NDArray[np.floating]) -> float:
    """Pixels from mid-shoulder to mid-hip of keypoints (17, 2 or more)."""
    return float(np.linalg.norm(keypoints[_SHOULDERS, :2].mean(axis=0) - keypoints[_HIPS, :2].mean(axis=0)))


def pck_hits(pose: Pose | None, person: Person) -> npt.NDArray[np.bool_]:
    """For each labelled keypoint: is it within 0.2 torso lengths? Empty where the torso is not labelled."""
    labelled = person.keypoints[:, 2] > 0
    torso = torso_length(person.keypoints)
    if not labelled[_SHOULDERS + _HIPS].all() or torso <= 0:
        return np.zeros(0, bool)
    if pose is None:
        return np.zeros(int(labelled.sum()), bool)
    distances = np.linalg.norm(pose.xy - person.keypoints[:, :2], axis=1)[labelled]
    return np.asarray(distances <= _TORSO_SHARE * torso)


def read_annotations(path: Path) -> dict[str, Any]:
    """A COCO keypoint file.

    Raises:
        InputError: it is missing or is none.
    """
    check_file(path)
    try:
        data = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON ({error}); expected COCO keypoint annotations") from None
    if not isinstance(data, dict) or not {"images", "annotations", "categories"} <= data.keys():
        raise InputError(f"{path}: expected COCO keypoint annotations with images, annotations and categories")
    try:
        pictures = [(image["id"], str(image["file_name"])) for image in data["images"]]
        for annotation in data["annotations"]:
            annotation["id"], annotation["iscrowd"], annotation["num_keypoints"]
        _persons(data)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: expected COCO keypoint annotations ({type(error).__name__}: {error})") from None
    if not pictures:
        raise InputError(f"{path}: there is no picture in it; expected COCO keypoint annotations")
    return data


def evaluate(
    annotations: Path, images: Path, settings: Settings, progress: Callable[[int], None] = lambda total: None
) -> dict[str, object]:
    """Run a model over every annotated picture.

    Args:
        annotations: a COCO keypoint file.
        images: the folder of its pictures.
        settings: the model and its thresholds.
        progress: called after each picture with how many there are.

    Returns:
        ``mean_oks``: of the best-matching person per picture with persons, 0 where nobody was found;
        ``mean_oks_single``: the same over pictures with exactly one person;
        ``pck``: share of that person's labelled keypoints within 0.2 torso lengths;
        ``ap``, ``ap50``, ``ar``: COCO keypoint average precision and recall;
        ``false_persons_on_empty``: pictures without a person in which one was reported;
        ``ms_p50``, ``ms_p95``: milliseconds of the whole pipeline.

    Raises:
        InputError: the annotations or a picture cannot be read, or pycocotools is not installed.
    """
    data = read_annotations(annotations)
    persons = _persons(data)
    results: dict[int, Result] = {}
    plan, pipeline = prepare(settings, still=True), Pipeline()
    try:
        for image in data["images"]:
            picture = read_image(images / image["file_name"])
            results[image["id"]] = pipeline.process(Frame(picture), plan)
            progress(len(data["images"]))
    finally:
        plan.close()
    return {
        "model": settings.model,
        "detector": settings.detector,
        "images": len(results),
        **_figures(results, persons, data),
    }


def _persons(data: dict[str, Any]) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = defaultdict(list)
    for a in data["annotations"]:
        if a["category_id"] == _PERSON_CATEGORY:
            found[a["image_id"]].append(Person(np.array(a["keypoints"], np.float64).reshape(17, 3), float(a["area"])))
    return found


def _best_pair(result: Result, persons: list[Person]) -> tuple[float, Pose | None, Person]:
    poses = [pose.as_coco() for pose in result.estimate.poses]
    pairs = [(oks(pose, person), i, j) for i, pose in enumerate(poses) for j, person in enumerate(persons)]
    if not pairs:
        return 0.0, None, persons[0]
    score, i, j = max(pairs)
    return score, poses[i], persons[j]


def _figures(results: dict[int, Result], persons: dict[int, list[Person]], data: dict[str, Any]) -> dict[str, object]:
    best = {key: _best_pair(results[key], found) for key, found in persons.items() if key in results}
    single = [score for key, (score, _, _) in best.items() if len(persons[key]) == 1]
    hits = np.concatenate([pck_hits(pose, person) for _, pose, person in best.values()] or [np.zeros(0, bool)])
    times = np.array([result.milliseconds for result in results.values()])
    return {
        "mean_oks": _mean([score for score, _, _ in best.values()]),
        "mean_oks_single": _mean(single),
        "pck": _mean(hits.astype(float).tolist()),
        **average_precision(results, data),
        "false_persons_on_empty": sum(result.persons > 0 for key, result in results.items() if key not in persons),
        "empty_images": sum(key not in persons for key in results),
        "ms_p50": round(float(np.percentile(times, 50)), 2),
        "ms_p95": round(float(np.percentile(times, 95)), 2),
    }


def _mean(values: list[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None


def average_precision(results: dict[int, Result], data: dict[str, Any]) -> dict[str, float]:
    """COCO keypoint AP (OKS .50 to .95), AP at .50, and recall.

    Raises:
        InputError: pycocotools is not installed.
    """
    try:
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval
    except ImportError:
        raise InputError("eval needs pycocotools: pip install -r requirements-dev.txt") from None
    detections = [row for key, result in results.items() for row in _detections(key, result)]
    if not detections:
        return {"ap": 0.0, "ap50": 0.0, "ar": 0.0}
    with contextlib.redirect_stdout(io.StringIO()):  # it prints a table that nobody asked for
        truth = COCO()
        truth.dataset = data
        truth.createIndex()
        judge = COCOeval(truth, truth.loadRes(detections), "keypoints")
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    ap, ap50, ar = (round(float(judge.stats[i]), 4) for i in (0, 1, 5))
    return {"ap": ap, "ap50": ap50, "ar": ar}


def _detections(image_id: int, result: Result) -> list[dict[str, Any]]:
    poses = [pose.as_coco() for pose in result.estimate.poses]
    return [
        {
            "image_id": image_id,
            "category_id": _PERSON_CATEGORY,
            "keypoints": np.hstack([pose.xy, pose.scores[:, None]]).astype(float).ravel().tolist(),
            "score": float(pose.score),
        }
        for pose in poses
    ]
