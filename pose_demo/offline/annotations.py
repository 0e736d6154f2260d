"""Images with COCO keypoint annotations: the file, and the persons in it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pose_demo.io.images import check_file
from pose_demo.oks import similarity
from pose_demo.types import Box, InputError, Pose

PERSON_CATEGORY = 1


@dataclass(frozen=True)
class AnnotatedPerson:
    """A person of the ground truth.

    Attributes:
        keypoints: ``(17, 3)``, x, y and visibility; 0 is not labeled.
        area: COCO's segmentation area in square pixels.
        box: the bounding box.
        is_crowd: it marks a group of persons, who are not annotated one by one.
    """

    keypoints: npt.NDArray[np.float64]
    area: float
    box: Box
    is_crowd: bool = False

    @property
    def labeled(self) -> npt.NDArray[np.bool_]:
        """Which keypoints are labeled, ``(17,)``."""
        return np.asarray(self.keypoints[:, 2] > 0)


Persons = Mapping[int, list[AnnotatedPerson]]  # by image id


def annotation_oks(pose: Pose, person: AnnotatedPerson) -> float:
    """OKS in [0, 1] over the labeled keypoints; 0 if there are none."""
    if not person.labeled.any():
        return 0.0
    return similarity(pose.xy, person.keypoints[:, :2], max(person.area, 1.0), person.labeled)


def read_annotations(path: Path) -> dict[str, Any]:
    """Read and check a COCO keypoint file.

    Raises:
        InputError: it is missing or has another format.
    """
    check_file(path)
    try:
        data = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON ({error}); expected COCO keypoint annotations") from None
    if not isinstance(data, dict) or not {"images", "annotations", "categories"} <= data.keys():
        raise InputError(f"{path}: expected COCO keypoint annotations with images, annotations and categories")
    try:
        images = [(image["id"], str(image["file_name"])) for image in data["images"]]
        for annotation in data["annotations"]:
            annotation["id"], annotation["iscrowd"], annotation["num_keypoints"]
        annotated_persons(data)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: expected COCO keypoint annotations ({type(error).__name__}: {error})") from None
    if not images:
        raise InputError(f"{path}: it lists no images; expected COCO keypoint annotations")
    return data


def annotated_persons(data: Mapping[str, Any]) -> Persons:
    """The persons of each image that has some, crowds included."""
    persons: dict[int, list[AnnotatedPerson]] = defaultdict(list)
    for annotation in data["annotations"]:
        if annotation["category_id"] == PERSON_CATEGORY:
            keypoints = np.array(annotation["keypoints"], np.float64).reshape(17, 3)
            x, y, width, height = map(float, annotation["bbox"])
            box, is_crowd = Box(x, y, x + width, y + height), bool(annotation["iscrowd"])
            persons[annotation["image_id"]].append(AnnotatedPerson(keypoints, float(annotation["area"]), box, is_crowd))
    return persons
