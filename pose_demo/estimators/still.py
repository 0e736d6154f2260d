"""Still images: persons whom a model misses in the whole image are searched for in tiles and in the turned image."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from pose_demo.estimators.base import (
    Estimator,
    EstimatorOptions,
    EstimatorWrapper,
    ModelInfo,
    RoiDetector,
    RoiEstimator,
)
from pose_demo.estimators.detection import PERSON_CONFIDENCE, DetectionOptions
from pose_demo.estimators.search import (
    CONFIDENT,
    MARGIN_IN_CROP,
    distinct,
    is_better,
    is_doubtful,
    keypoint_score,
    tiles,
    turned,
)
from pose_demo.geometry import Roi
from pose_demo.oks import pose_similarity
from pose_demo.types import Box, Estimate, Frame, Pose, check_image

_SCALES = (2, 3)  # of the frame's longer side to the side of a tile
_HARDLY = 0.3  # mean keypoint score: below it a single person is also searched in tiles
_LARGE_IN_TILE = 2 / 3  # a person who is larger, relative to a tile, is not shown better by it
_EDGE = 0.02  # of a tile's side: a person this near to it may be cut off
_DUPLICATE_OKS = _DUPLICATE_IOU = 0.5


class SinglePersonStill(EstimatorWrapper):
    """MoveNet on a still image. Where it finds nobody in the whole image, or hardly, the image is turned and tiled.

    BlazePose does not need the first, and its scores in tiles do not tell persons from other things.

    Args:
        whole: estimates the whole image.
        model: the same model for parts of it.
    """

    def __init__(self, whole: Estimator, model: RoiEstimator) -> None:
        super().__init__(whole)
        self._model = model

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        first = self._wrapped.estimate(frame, options)
        score = max(map(keypoint_score, first.poses), default=0.0)
        if score >= CONFIDENT:
            return first
        found = self._search(frame, score)
        return Estimate((found,)) if found and found.score >= options.person_confidence else first

    def _search(self, frame: Frame, score: float) -> Pose | None:
        """A confident pose of a tile or of the turned image, else a better one than the first, of the turned image."""
        upside_down = self._best_of(frame, turned(Roi.letterbox(frame.size)))
        if upside_down and keypoint_score(upside_down) >= CONFIDENT:
            return upside_down
        for scale in _SCALES if score < _HARDLY else ():
            pose = self._best_of(frame, tiles(frame.size, scale))
            if pose and keypoint_score(pose) >= CONFIDENT + MARGIN_IN_CROP:
                return pose
        return upside_down if upside_down and is_better(keypoint_score(upside_down), score) else None

    def _best_of(self, frame: Frame, rois: Iterable[Roi]) -> Pose | None:
        """The pose with the highest score of several ROIs, estimated again in the crop around it."""
        found = [(pose, roi) for roi in rois if (pose := self._model.estimate_roi(frame.image, roi))]
        if not found:
            return None
        pose, roi = max(found, key=lambda item: keypoint_score(item[0]))
        crop = self._model.roi_from_keypoints(pose.as_coco(), frame.size)
        # Of something else than a person the score falls in the crop.
        return self._model.estimate_roi(frame.image, replace(crop, rotation=roi.rotation)) if crop else pose

    def close(self) -> None:
        super().close()
        self._model.close()


class MultiPersonStill(EstimatorWrapper):
    """All persons of a still image: tiles follow where the whole image shows nobody, or small persons only."""

    def __init__(self, detector: RoiDetector) -> None:
        super().__init__(detector)
        self._detector = detector

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        check_image(frame.image)
        found = self._detector.estimate(frame, options)
        for scale in _SCALES:
            if _largest(found) < _LARGE_IN_TILE / scale * max(frame.size):
                found = self._add(found, frame, tiles(frame.size, scale), options)
        if not _largest(found):
            found = self._add(found, frame, turned(Roi.letterbox(frame.size)), options)
        return found

    def _add(self, found: Estimate, frame: Frame, rois: Iterable[Roi], options: DetectionOptions) -> Estimate:
        """Add the persons found in parts of the image, without duplicates."""
        confident = replace(options, person_confidence=max(options.person_confidence, PERSON_CONFIDENCE))
        parts = [
            _without_cut_off(self._detector.detect(frame, roi, confident), roi.bounding_box(), frame.size)
            for roi in rois
        ]
        poses = sorted((pose for part in (found, *parts) for pose in part.poses), key=keypoint_score, reverse=True)
        boxes = sorted((box for part in (found, *parts) for box in part.boxes), key=lambda box: -box.score)
        return Estimate(tuple(distinct(poses, _same_pose)), tuple(distinct(boxes, _same_object)))


def _largest(found: Estimate) -> float:
    """Pixels of the longer side of the largest confident box; 0 without one."""
    boxes = [*found.boxes, *(pose.box for pose in found.poses if pose.box)]
    return max((box.longer_side for box in boxes if box.score >= PERSON_CONFIDENCE), default=0.0)


def _without_cut_off(found: Estimate, tile: Box, frame_size: tuple[int, int]) -> Estimate:
    """The persons that the edge of a tile does not cut off: the overlapping tile shows them whole."""
    width, height = frame_size
    edge = _EDGE * tile.width

    def is_whole(box: Box | None) -> bool:
        return box is None or (
            (box.x0 > tile.x0 + edge or tile.x0 <= 0)
            and (box.y0 > tile.y0 + edge or tile.y0 <= 0)
            and (box.x1 < tile.x1 - edge or tile.x1 >= width)
            and (box.y1 < tile.y1 - edge or tile.y1 >= height)
        )

    poses = tuple(pose for pose in found.poses if is_whole(pose.box))
    return Estimate(poses, tuple(box for box in found.boxes if is_whole(box)))


def _same_pose(a: Pose, b: Pose) -> bool:
    return pose_similarity(a, b) > _DUPLICATE_OKS or bool(a.box and b.box and a.box.iou(b.box) > _DUPLICATE_IOU)


def _same_object(a: Box, b: Box) -> bool:
    return a.label == b.label and a.iou(b) > _DUPLICATE_IOU


class FirstToFind(EstimatorWrapper):
    """Runs a second pose model, loaded when it is needed first, where the first one finds nobody.

    As they disagree, its keypoints need higher scores.
    """

    def __init__(self, first: Estimator, load_second: Callable[[], Estimator]) -> None:
        super().__init__(first)
        self._load_second = load_second
        self._second: Estimator | None = None

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        found = self._wrapped.estimate(frame, options)
        if found.persons:
            return found
        self._second = self._second or self._load_second()
        second = self._second.estimate(frame, options)
        return found if any(is_doubtful(pose, options) for pose in second.poses) else second

    def close(self) -> None:
        super().close()
        if self._second:
            self._second.close()


def build(model: ModelInfo, options: EstimatorOptions) -> Estimator:
    """Load a model; in static image mode with the search for persons that it misses in the whole image."""
    whole = model.build(options)
    if not options.static_image_mode:
        return whole
    if isinstance(whole, RoiDetector):
        return MultiPersonStill(whole)
    if model.upright_only and model.build_roi_estimator:
        return SinglePersonStill(whole, model.build_roi_estimator(options))
    return whole
