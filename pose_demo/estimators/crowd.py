"""Several people in two stages: a detector finds them, a model for one person looks at each of them.

On video the detector runs now and then; in between everybody is followed by a crop round their own last keypoints.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pose_demo.estimators.base import Estimator, ModelInfo, Options, RegionEstimator
from pose_demo.estimators.movenet import region_round
from pose_demo.geometry import Region
from pose_demo.tracking import oks
from pose_demo.types import Box, Estimate, Frame, Image, Mask, Pose, check_image

if TYPE_CHECKING:
    from pose_demo.settings import Settings

DETECTORS = ("movenet-multipose", "yolov3-tiny")
OFF = "off"

_SEEN = 0.2  # a keypoint this sure says where its person is
_DETECTED = 0.1  # the detector may be less sure than the viewer asks for: the pose decides
_MARGIN = 1.25  # a crop's side in longer sides of the box
_SAME_PERSON = 0.5  # OKS above which two poses are one person


@dataclass
class _Person:
    """Somebody who is followed: where to look, and how sure the detector was."""

    region: Region
    detected: float


class Crowd:
    """Detector and pose model of one stream, and the people they follow."""

    def __init__(self, detector: Estimator, pose: RegionEstimator, options: Options) -> None:
        self._detector, self._pose, self._options = detector, pose, options
        self.reset()

    def reset(self) -> None:
        self._people: list[_Person] = []
        self._until_detection = 0
        self._frame_size = (0, 0)
        self._detector.reset()

    def estimate(self, frame: Frame, settings: Settings) -> Estimate:
        image = check_image(frame.image)
        if self._options.still or frame.size != self._frame_size:
            self.reset()
        self._frame_size = frame.size
        people = self._people
        if self._until_detection <= 0 or not people:
            people = [*people, *self._detect(frame, settings)]
            self._until_detection = getattr(settings, "detect_every", 5)
        self._until_detection -= 1
        mask = np.zeros(image.shape[:2], np.uint8) if self._options.mask else None
        poses = self._look(people, image, settings, mask)
        return Estimate(tuple(poses), mask=mask)

    def _detect(self, frame: Frame, settings: Settings) -> list[_Person]:
        """Everybody the detector finds, the surest first."""
        low = min(_DETECTED, settings.person_confidence)
        found = self._detector.estimate(frame, replace(settings, person_confidence=low, all_classes=False))
        findings: list[Pose | Box] = [*found.poses, *found.boxes]
        people = [_person(finding, frame.size) for finding in findings]
        return sorted(people, key=lambda person: -person.detected)

    def _look(self, people: Iterable[_Person], image: Image, settings: Settings, mask: Mask | None) -> list[Pose]:
        """The poses of all the people, those who were there before first; it keeps only those it finds."""
        self._people = []
        poses: list[Pose] = []
        for person in people:
            if len(poses) >= getattr(settings, "max_people", 6):
                break
            pose = self._pose.find(image, person.region, mask)
            if pose is None:
                continue
            pose = replace(pose, score=float(np.sqrt(pose.score * person.detected)))
            if pose.score < settings.person_confidence or any(oks(pose, other) > _SAME_PERSON for other in poses):
                continue
            poses.append(replace(pose, box=pose.bounds(_SEEN)))
            self._people.append(replace(person, region=_region_of(pose, person.region, self._frame_size)))
        return poses

    def bare(self) -> None:
        self._pose.bare()

    def close(self) -> None:
        self._detector.close()
        self._pose.close()


def _person(finding: Pose | Box, frame_size: tuple[int, int]) -> _Person:
    if isinstance(finding, Box):
        return _Person(_region_of_box(finding), finding.score)
    assert finding.box
    return _Person(_region_of(finding, _region_of_box(finding.box), frame_size), finding.score)


def _region_of(pose: Pose, otherwise: Region, frame_size: tuple[int, int]) -> Region:
    """Where to look for a person whose pose is known: round the hips, or round what is seen of them."""
    region = region_round(pose.as_coco(), frame_size)
    if region is not None:
        return region
    box = pose.bounds(_SEEN)
    return _region_of_box(box) if box and min(box.width, box.height) > 1 else otherwise


def _region_of_box(box: Box) -> Region:
    half = max(box.width, box.height, 2.0) / 2 * _MARGIN
    return Region.square((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, half)


def load(detector: ModelInfo, model: ModelInfo, options: Options) -> Estimator:
    """Build the pair of a detector and a model that has `ModelInfo.build_region`."""
    if model.build_region is None:
        raise ValueError(f"{model.name} looks at whole pictures only; choose a model for one person")
    return Crowd(detector.build(options), model.build_region(options), options)
