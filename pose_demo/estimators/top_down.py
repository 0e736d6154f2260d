"""Several people in two stages: a detector finds them, a model for one person looks at each of them.

On video the detector runs now and then; in between everybody is followed by a crop round their own last keypoints.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pose_demo.estimators.base import Estimator, ModelInfo, Options, RegionEstimator
from pose_demo.geometry import Region, clip_box
from pose_demo.oks import similarity
from pose_demo.types import Box, Estimate, Frame, Image, Mask, Pose, check_image

if TYPE_CHECKING:
    from pose_demo.settings import Settings

DETECTORS = ("movenet-multipose", "yolov3-tiny")
OFF = "off"

# Tuned on the 46 COCO pictures of the test data, coarsely, because they are few.
_DETECTED = 0.05  # the detector may be this unsure: the pose decides who is a person
_MARGIN = 1.5  # a crop's side in longer sides of the box
_BORDER = 0.05  # of the box's lengths stays visible round it when everything else is hidden
_SEEN = 0.2  # a keypoint this sure says where its person is
_SAME_PERSON = 0.5  # OKS above which two poses are one person
_SAME_BOX = 0.5  # intersection over union above which a box is that of a pose
_PART = 0.85  # a box with this share inside another is but a part of that person: YOLO boxes torsos too
_SMALLEST = 4.0  # pixels: nobody is found in less


class Crowd:
    """Detector and pose model of one stream, and where they saw whom."""

    def __init__(self, detector: Estimator, pose: RegionEstimator, options: Options) -> None:
        self._detector, self._pose, self._options = detector, pose, options
        self.reset()

    def reset(self) -> None:
        self._places: list[_Place] = []  # of everybody who is followed, the oldest first
        self._until_detection = 0
        self._frame_size = (0, 0)
        self._detector.reset()

    def estimate(self, frame: Frame, settings: Settings) -> Estimate:
        look = _Look(self._pose, frame, settings, self._options.mask)
        if self._options.still or frame.size != self._frame_size:
            self.reset()
        self._frame_size = frame.size
        for place in self._places:
            look.at(place)
        someone_was_lost = len(look.poses) < len(self._places)
        if self._until_detection <= 0 or not look.poses:
            self._find_others(look)
            self._until_detection = settings.detect_every
        self._until_detection = 0 if someone_was_lost else self._until_detection - 1
        self._places = [self._place(pose, pose.box) for pose in look.poses if pose.box]
        return Estimate(tuple(look.poses), mask=look.mask)

    def _find_others(self, look: _Look) -> None:
        """Look at everybody whom the detector sees and who is not followed yet, the surest first."""
        confidence = min(_DETECTED, look.settings.person_confidence)
        loose = replace(look.settings, person_confidence=confidence, all_classes=False)
        found = self._detector.estimate(look.frame, loose)
        seen = [(pose, pose.box) for pose in found.poses if pose.box] + [(None, box) for box in found.boxes]
        for pose, box in sorted(seen, key=lambda one: -one[1].score):
            if not look.knows(pose, box):
                look.at(self._place(pose, box))

    def _place(self, pose: Pose | None, box: Box) -> _Place:
        """The crop is as the model wishes where it can tell from the keypoints, else round the box."""
        crop = pose and self._pose.region_round(pose.as_coco(), self._frame_size)
        return _Place(crop or _square(box, _MARGIN), box)

    def bare(self) -> None:
        self._pose.bare()

    def close(self) -> None:
        self._detector.close()
        self._pose.close()


@dataclass(frozen=True)
class _Place:
    """Where somebody is expected, and the crop in which to look for them."""

    crop: Region
    box: Box


class _Look:
    """What one frame shows, person by person."""

    def __init__(self, model: RegionEstimator, frame: Frame, settings: Settings, mask: bool) -> None:
        self._model, self._image = model, check_image(frame.image)
        self.frame, self.settings = frame, settings
        self.mask: Mask | None = np.zeros(frame.image.shape[:2], np.uint8) if mask else None
        self.poses: list[Pose] = []

    def at(self, place: _Place) -> None:
        """Look for a person, and keep them unless they are too uncertain or there already."""
        if place.crop.width < _SMALLEST or len(self.poses) >= self.settings.max_people:
            return
        pose, mask = self._find(self._image, place.crop)
        if pose and self.has(pose):  # the model took a neighbour who is in the crop too
            pose, mask = self._find(_only(self._image, place.box), place.crop)
        if pose and pose.score >= self.settings.person_confidence and not self.has(pose):
            self.poses.append(replace(pose, box=pose.bounds(_SEEN)))
            if self.mask is not None and mask is not None:
                np.maximum(self.mask, mask, out=self.mask)

    def _find(self, image: Image, crop: Region) -> tuple[Pose | None, Mask | None]:
        """Somebody in the crop, and a mask of them alone: who is turned down must not show through a background."""
        mask = None if self.mask is None else np.zeros_like(self.mask)
        return self._model.find(image, crop, mask), mask

    def has(self, pose: Pose) -> bool:
        return any(oks(pose, other) > _SAME_PERSON for other in self.poses)

    def knows(self, pose: Pose | None, box: Box) -> bool:
        """Whether what the detector found is one of the people found so far."""
        if pose:
            return self.has(pose)
        return any(other.box and _same(box, other.box) for other in self.poses)


def _only(image: Image, box: Box) -> Image:
    """The picture with everything black but a little more than the box."""
    result = np.zeros_like(image)
    dx, dy = (_BORDER * length for length in (box.width, box.height))
    edges = clip_box(Box(box.x0 - dx, box.y0 - dy, box.x1 + dx, box.y1 + dy), (image.shape[1], image.shape[0]))
    if edges:
        x0, y0, x1, y1 = edges
        result[y0:y1, x0:x1] = image[y0:y1, x0:x1]
    return result


def oks(a: Pose, b: Pose) -> float:
    """Object keypoint similarity in [0, 1] of two poses, each keypoint weighted by both its scores.

    The area is that of the larger of the two boxes round all keypoints.
    """
    a, b = a.as_coco(), b.as_coco()
    area = max(float(np.ptp(a.xy, axis=0).prod()), float(np.ptp(b.xy, axis=0).prod()), 1.0)
    return similarity(a.xy, b.xy, area, a.scores * b.scores + 1e-6)


def _same(box: Box, known: Box) -> bool:
    """Whether two boxes are about one person: they agree, or the first is but a part of the second."""
    width, height = min(box.x1, known.x1) - max(box.x0, known.x0), min(box.y1, known.y1) - max(box.y0, known.y0)
    shared, own = max(0.0, width) * max(0.0, height), box.width * box.height
    return shared > _SAME_BOX * (own + known.width * known.height - shared) or shared > _PART * own


def _square(box: Box, margin: float) -> Region:
    half = max(box.width, box.height) / 2 * margin
    return Region.square((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, half)


def load(detector: ModelInfo, model: ModelInfo, options: Options) -> Estimator:
    """Build the pair of a detector and a model for one person.

    Raises:
        ValueError: the model has no `ModelInfo.build_region`.
    """
    if model.build_region is None:
        raise ValueError(f"{model.name} looks at whole pictures only; choose a model for one person")
    return Crowd(detector.build(options), model.build_region(options), options)
