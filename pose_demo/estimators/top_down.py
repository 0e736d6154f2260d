"""Top-down multi-person estimation: a detector finds the persons, a single-person model estimates each pose.

In video the detector runs every few frames; in between each person is tracked by a crop around their last keypoints.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pose_demo.estimators import still
from pose_demo.estimators.base import Estimator, EstimatorOptions, EstimatorWrapper, ModelInfo, RoiEstimator
from pose_demo.estimators.detection import DETECTOR_CONFIDENCE, PERSON_CONFIDENCE, DetectionOptions
from pose_demo.estimators.search import (
    CONFIDENT,
    MARGIN_IN_CROP,
    is_better,
    is_doubtful,
    keypoint_score,
    square_around,
    turned,
)
from pose_demo.geometry import Roi, clip_box
from pose_demo.oks import pose_similarity
from pose_demo.types import Box, Estimate, Frame, Image, Mask, Pose, check_image

AUTO = "auto"  # the choice of a detector for still images only
AUTO_DETECTOR = "movenet-multipose"
SECOND_DETECTOR = "nanodet"  # of still images: behind it Thunder finds 61 of 82 people instead of 59, .543 -> .554 AP
DETECTORS = ("movenet-multipose", "nanodet", "yolov3-tiny")
DETECTION_OPTIONS = ("person_confidence", "detect_every", "max_people")
OVERRIDDEN_OPTIONS = ("person_confidence", "all_classes")  # of the detector

# Tuned on the 46 COCO pictures of the test data, coarsely, because they are few.
_BOX_PADDING = 0.05  # of the box size, kept around it when the rest of the image is blackened
_MIN_KEYPOINT_SCORE = 0.2  # keypoints with at least this score define a person's box
_DUPLICATE_OKS = 0.5  # two poses with a higher OKS are the same person
_DUPLICATE_IOU = 0.5  # a detected box with a higher IoU belongs to a known pose
_CONTAINMENT_THRESHOLD = (
    0.85  # so does one with a higher intersection over its own area: object detectors also detect torsos
)
_MAX_PEOPLE_IN_STILLS = 100
_CERTAIN_DETECTION = 0.15  # of a detector; weaker detections in images without a person are common
_DETECTED_WEIGHT = 0.5  # of the detector's keypoints, relative to those of the pose model; .3 to .7 give 1 % more AP
_SAME_PERSON_OKS = 0.3  # a detected pose with a lower OKS is not averaged: the pose model chose another person
_DIFFERENT_OKS = 0.1  # two poses with a lower OKS have nothing in common
_MIN_CROP_SIDE = 4.0  # pixels


class TopDownEstimator:
    """The detector and the pose model of one stream, and the tracked ROI of each person."""

    def __init__(
        self,
        detector: Estimator,
        pose: RoiEstimator,
        options: EstimatorOptions,
        *,
        detector_confidence: float = DETECTOR_CONFIDENCE,
        upright_only: bool = False,
    ) -> None:
        self._detector, self._pose, self._options = detector, pose, options
        self._detector_confidence = detector_confidence
        self._look_again = upright_only and options.static_image_mode
        self.reset()

    def reset(self) -> None:
        self._tracked: list[_PersonRoi] = []  # in order of appearance
        self._frames_until_detection = 0
        self._frame_size = (0, 0)
        self._detector.reset()

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        if self._options.static_image_mode:  # each person costs time once, not in every frame
            options = replace(options, max_people=_MAX_PEOPLE_IN_STILLS)
        segmentation = self._options.enable_segmentation
        estimates = _FrameEstimates(self._pose, frame, options, segmentation=segmentation, look_again=self._look_again)
        if self._options.static_image_mode or frame.size != self._frame_size:
            self.reset()
        self._frame_size = frame.size
        for person in self._tracked:
            estimates.estimate(person)
        track_lost = len(estimates.poses) < len(self._tracked)
        if self._frames_until_detection <= 0 or not estimates.poses:
            self._detect(estimates)
            self._frames_until_detection = options.detect_every
        self._frames_until_detection = 0 if track_lost else self._frames_until_detection - 1
        self._tracked = [self._person_roi(pose, pose.box) for pose in estimates.poses if pose.box]
        return Estimate(tuple(estimates.poses), mask=estimates.mask)

    def _detect(self, estimates: _FrameEstimates) -> None:
        """Run the detector, then estimate the poses of new persons in descending order of their scores."""
        lowered = min(1.0, estimates.options.person_confidence / PERSON_CONFIDENCE)
        confidence = self._detector_confidence * lowered
        options = replace(estimates.options, person_confidence=confidence, all_classes=False)
        detected = self._detector.estimate(estimates.frame, options)
        poses = sorted(((pose, pose.box) for pose in detected.poses if pose.box), key=lambda person: -person[1].score)
        boxes = sorted(detected.boxes, key=lambda box: -box.score)
        for pose, box in (*poses, *((None, box) for box in boxes)):
            if not estimates.includes(pose, box):
                detected_pose = pose if self._options.static_image_mode else None  # in video the mean would jitter
                estimates.estimate(replace(self._person_roi(pose, box), detected=detected_pose))

    def _person_roi(self, pose: Pose | None, box: Box) -> _PersonRoi:
        """The crop that the model derives from the keypoints where it can, else a square around the box."""
        roi = pose and self._pose.roi_from_keypoints(pose.as_coco(), self._frame_size)
        return _PersonRoi(roi or square_around(box), box)

    def invoke_only(self) -> None:
        self._pose.invoke_only()

    def close(self) -> None:
        self._detector.close()
        self._pose.close()


class TwoDetectors(EstimatorWrapper):
    """A detector of poses, and one of boxes, which finds persons that the first one misses."""

    def __init__(self, first: Estimator, second: Estimator, second_confidence: float) -> None:
        super().__init__(first)
        self._second, self._second_confidence = second, second_confidence

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        found = self._wrapped.estimate(frame, options)
        further = self._second.estimate(frame, replace(options, person_confidence=self._second_confidence))
        return replace(found, boxes=further.boxes)

    def close(self) -> None:
        super().close()
        self._second.close()


@dataclass(frozen=True)
class _PersonRoi:
    """Where a person is expected: the crop for the pose model, and the person's box.

    ``detected`` is the detector's own pose, where it has one and is to be combined with that of the pose model.
    """

    crop: Roi
    box: Box
    detected: Pose | None = None


class _FrameEstimates:
    """The poses found so far in one frame, and their common segmentation mask.

    With ``look_again`` a person of whom the detector has a box only is also estimated in the crop that the keypoints
    define, and one with a weak pose in the turned crop.
    """

    def __init__(
        self, model: RoiEstimator, frame: Frame, options: DetectionOptions, *, segmentation: bool, look_again: bool
    ) -> None:
        self._model, self._image, self._look_again = model, check_image(frame.image), look_again
        self.frame, self.options = frame, options
        self.mask: Mask | None = np.zeros(frame.image.shape[:2], np.uint8) if segmentation else None
        self.poses: list[Pose] = []

    def estimate(self, person: _PersonRoi) -> None:
        """Estimate one person's pose; keep it unless its score is too low or the person is already known."""
        if person.crop.width < _MIN_CROP_SIDE or len(self.poses) >= self.options.max_people:
            return
        pose, mask = self._infer(self._image, person.crop)
        if self._look_again and pose and not person.detected:
            pose, mask = self._infer_around_keypoints(pose, mask)
        if self._look_again and pose and keypoint_score(pose) < CONFIDENT:
            pose, mask = self._infer_turned(person.crop, pose, mask)
        if pose and self._is_duplicate(pose):  # the model chose a neighbor inside the crop
            pose, mask = self._infer(_mask_outside_box(self._image, person.box), person.crop)
        if not pose or pose.score < self.options.person_confidence or self._is_duplicate(pose):
            return
        if pose := self._combined(pose, person.detected):
            self.poses.append(replace(pose, box=pose.bounding_box(_MIN_KEYPOINT_SCORE)))
            if self.mask is not None and mask is not None:
                np.maximum(self.mask, mask, out=self.mask)

    def _infer(self, image: Image, crop: Roi) -> tuple[Pose | None, Mask | None]:
        """A pose and its own mask: the mask of a rejected pose must not reveal that person in front of a background."""
        mask = None if self.mask is None else np.zeros_like(self.mask)
        return self._model.estimate_roi(image, crop, mask), mask

    def _infer_around_keypoints(self, first: Pose, mask: Mask | None) -> tuple[Pose, Mask | None]:
        """The pose in the crop that the keypoints of the first one define, where its score is not lower."""
        crop = self._model.roi_from_keypoints(first.as_coco(), self.frame.size)
        pose, other_mask = self._infer(self._image, crop) if crop else (None, None)
        return (pose, other_mask) if pose and pose.score >= first.score else (first, mask)

    def _infer_turned(self, crop: Roi, first: Pose, mask: Mask | None) -> tuple[Pose, Mask | None]:
        """The best pose of the three turned crops and its mask, where it is better than the first."""
        found = [(pose, mask) for pose, mask in (self._infer(self._image, roi) for roi in turned(crop)) if pose]
        best, best_mask = max(found, key=lambda item: keypoint_score(item[0]), default=(first, mask))
        better = is_better(keypoint_score(best), keypoint_score(first), MARGIN_IN_CROP)
        return (best, best_mask) if better else (first, mask)

    def _combined(self, pose: Pose, detected: Pose | None) -> Pose | None:
        """The mean of both models' poses where they are of one person, None where neither is certain of another one."""
        if not detected:
            return pose
        oks = pose_similarity(pose, detected)
        contradicts = oks < _DIFFERENT_OKS or (oks < _DUPLICATE_OKS and is_doubtful(pose, self.options))
        if contradicts and detected.score < _CERTAIN_DETECTION:
            return None
        return pose if oks < _SAME_PERSON_OKS else _averaged(pose, detected)

    def _is_duplicate(self, pose: Pose) -> bool:
        return any(pose_similarity(pose, known) > _DUPLICATE_OKS for known in self.poses)

    def includes(self, pose: Pose | None, box: Box) -> bool:
        """Whether a detected person is one of the poses found so far."""
        if pose:
            return self._is_duplicate(pose)
        return any(known.box and _same_person(box, known.box) for known in self.poses)


def _averaged(pose: Pose, detected: Pose) -> Pose:
    """The pose with the mean of both models' keypoints, weighted by their scores, where they have one skeleton."""
    if pose.skeleton is not detected.skeleton:
        return pose
    weights = _DETECTED_WEIGHT * detected.scores
    share = weights / np.maximum(pose.scores + weights, 1e-6)
    return replace(pose, xy=pose.xy + share[:, None] * (detected.xy - pose.xy))


def _mask_outside_box(image: Image, box: Box) -> Image:
    """The image with everything black outside the padded box."""
    result = np.zeros_like(image)
    padded = box.padded(_BOX_PADDING * box.width, _BOX_PADDING * box.height)
    if pixels := clip_box(padded, (image.shape[1], image.shape[0])):
        x0, y0, x1, y1 = pixels
        result[y0:y1, x0:x1] = image[y0:y1, x0:x1]
    return result


def _same_person(box: Box, known: Box) -> bool:
    """Whether two boxes belong to one person: a high IoU, or the first mostly lies inside the second."""
    return box.iou(known) > _DUPLICATE_IOU or box.intersection(known) > _CONTAINMENT_THRESHOLD * box.area


def load(
    detector: ModelInfo, model: ModelInfo, options: EstimatorOptions, second_detector: ModelInfo | None = None
) -> Estimator:
    """Load a detector and a single-person model, which is used alone in still images without a detection.

    Args:
        detector: finds the persons.
        model: estimates their poses.
        options: fixed for the life of the estimator.
        second_detector: adds persons that the first one misses.

    Raises:
        ValueError: the model has no `ModelInfo.build_roi_estimator`.
    """
    if model.build_roi_estimator is None:
        raise ValueError(f"{model.name} processes whole frames only; choose a single-person model")
    finder = still.build(detector, options)
    if second_detector:
        finder = TwoDetectors(finder, second_detector.build(options), second_detector.detector_confidence)
    estimator = TopDownEstimator(
        finder,
        model.build_roi_estimator(options),
        options,
        detector_confidence=detector.detector_confidence,
        upright_only=model.upright_only,
    )
    return still.FirstToFind(estimator, lambda: still.build(model, options)) if options.static_image_mode else estimator
