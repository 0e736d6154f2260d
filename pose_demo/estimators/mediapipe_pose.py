"""MediaPipe Pose through Google's own package: 33 keypoints, also as world keypoints, and a segmentation mask.

Source: ai.google.dev/edge/mediapipe/solutions/vision/pose_landmarker.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from pose_demo import weights
from pose_demo.estimators.base import EstimatorOptions, ModelInfo
from pose_demo.estimators.detection import PERSON_FILTER, DetectionOptions
from pose_demo.geometry import Roi, clip_box
from pose_demo.skeletons import BLAZEPOSE_33
from pose_demo.types import Estimate, Frame, Image, Mask, Pose, check_image

# Minimum scores of the detector. They are fixed: a person confidence in their place would change the boxes that are
# averaged, thus the ROI, and could find more persons when it is higher. In an empty room the scores reach 0.58.
_IMAGE_DETECTION, _VIDEO_DETECTION = 0.2, 0.6
_PAUSE_MS = 1000  # between the last frame of one stream and the first of the next


class MediaPipePose:
    """The PoseLandmarker of one stream; close it, as it holds 80 to 160 MB."""

    def __init__(self, weights_name: str, options: EstimatorOptions) -> None:
        self._static_image_mode, self._segmentation = options.static_image_mode, options.enable_segmentation
        self._landmarker = _landmarker(weights_name, options)
        self._close = _closing_finalizer(self, self._landmarker)
        self._last_ms = -1
        self._offset_ms: int | None = 0  # from the frames' clock to the landmarker's; None: set by the next frame
        self._last_image: Any = None

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        image = _padded(check_image(frame.image))
        result = self._detect(_mediapipe_image(image), frame.timestamp)
        mask = self._person_mask(result, frame) if self._segmentation else None
        return PERSON_FILTER.select(Estimate(_poses(result, image.shape), mask=mask), options)

    def _detect(self, image: Any, timestamp: float) -> Any:
        self._last_image = image
        if self._static_image_mode:
            return self._landmarker.detect(image)
        # The package requires integer milliseconds that increase, and fails permanently after any other.
        frame_ms = round(timestamp * 1000)
        if self._offset_ms is None:
            self._offset_ms = max(0, self._last_ms + _PAUSE_MS - frame_ms)
        self._last_ms = max(self._last_ms + 1, frame_ms + self._offset_ms)
        return self._landmarker.detect_for_video(image, self._last_ms)

    def _person_mask(self, result: Any, frame: Frame) -> Mask:
        """uint8 0..255 of the frame's size; all zero without a person."""
        shape = frame.image.shape[:2]
        return _mask(result, shape) if result.segmentation_masks else np.zeros(shape, np.uint8)

    def invoke_only(self) -> None:
        self._detect(self._last_image, (self._last_ms - (self._offset_ms or 0) + 33) / 1000)

    def reset(self) -> None:
        """Let the landmarker's clock jump ahead. It finds the person again by itself once tracking fails.

        Otherwise a stream that starts again at 0 would advance by 1 ms a frame, and the smoothing filters would lag.
        """
        self._offset_ms = None

    def close(self) -> None:
        self._close()


class MediaPipeRoiEstimator:
    """A PoseLandmarker in image mode that processes crops; close it like `MediaPipePose`."""

    def __init__(self, weights_name: str, options: EstimatorOptions) -> None:
        self._landmarker = _landmarker(weights_name, replace(options, static_image_mode=True))
        self._close = _closing_finalizer(self, self._landmarker)
        self._last_image: Any = None

    def estimate_roi(self, image: Image, roi: Roi, mask: Mask | None = None) -> Pose | None:
        pixels = clip_box(roi.bounding_box(), (image.shape[1], image.shape[0]))
        if pixels is None:
            return None
        x0, y0, x1, y1 = pixels
        inside = np.s_[y0:y1, x0:x1]
        crop = _padded(image[inside])
        self._last_image = _mediapipe_image(crop)
        result = self._landmarker.detect(self._last_image)
        pose = next(iter(_poses(result, crop.shape)), None)
        if pose is None:
            return None
        if mask is not None and result.segmentation_masks:
            np.maximum(mask[inside], _mask(result, mask[inside].shape), out=mask[inside])
        return replace(pose, xy=pose.xy + np.array((x0, y0), np.float32))

    def roi_from_keypoints(self, pose: Pose, frame_size: tuple[int, int]) -> Roi | None:
        """None: the landmarker's own detector needs the whole box (AP .30; in MoveNet's crop .24)."""
        return None

    def invoke_only(self) -> None:
        self._landmarker.detect(self._last_image)

    def close(self) -> None:
        self._close()


def _closing_finalizer(owner: object, landmarker: Any) -> Callable[[], object]:
    """A function that closes a landmarker; the landmarker is also closed when its owner is garbage-collected.

    A landmarker closed by the garbage collector deadlocks: it joins a thread that waits for the collector. The
    finalizer keeps a reference, so that the collector never reaches the landmarker, and closes it in a new thread.
    """
    finalizer = weakref.finalize(owner, lambda: threading.Thread(target=landmarker.close, daemon=True).start())
    finalizer.atexit = False

    def close() -> None:
        if finalizer.detach():
            landmarker.close()

    return close


def _landmarker(weights_name: str, options: EstimatorOptions) -> Any:
    from mediapipe.tasks.python import BaseOptions, vision  # takes 0.5 s and 50 MB, so only when it is used

    mode = vision.RunningMode.IMAGE if options.static_image_mode else vision.RunningMode.VIDEO
    return vision.PoseLandmarker.create_from_options(
        vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(weights.path(weights_name))),
            running_mode=mode,
            min_pose_detection_confidence=_IMAGE_DETECTION if options.static_image_mode else _VIDEO_DETECTION,
            output_segmentation_masks=options.enable_segmentation,
        )
    )


def _padded(image: Image) -> Image:
    """Pad the width to a multiple of 4: reading a mask of any other width aborts the process."""
    missing = -image.shape[1] % 4
    if missing:
        image = cv2.copyMakeBorder(image, 0, 0, 0, missing, cv2.BORDER_REPLICATE).astype(np.uint8, copy=False)
    return np.ascontiguousarray(image)


def _mediapipe_image(image: Image) -> Any:
    import mediapipe

    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)


def _mask(result: Any, shape: tuple[int, ...]) -> Mask:
    """The first person's mask, without the padding."""
    height, width = shape[:2]
    view = result.segmentation_masks[0].numpy_view().reshape(height, -1)[:, :width]
    return np.asarray(cv2.convertScaleAbs(view, alpha=255), np.uint8)


def _poses(result: Any, shape: tuple[int, ...]) -> tuple[Pose, ...]:
    persons = zip(result.pose_landmarks, result.pose_world_landmarks, strict=True)
    return tuple(_pose(landmarks, world_landmarks, shape) for landmarks, world_landmarks in persons)


def _pose(landmarks: Any, world_landmarks: Any, shape: tuple[int, ...]) -> Pose:
    """Convert landmarks, normalized to the (padded) image, to keypoints; world landmarks stay in meters.

    The keypoint score is the lower of visibility (not occluded) and presence (inside the image).
    """
    height, width = shape[:2]
    xy = np.array([(p.x * width, p.y * height) for p in landmarks], np.float32)
    visibility, presence = np.array([(p.visibility, p.presence) for p in landmarks], np.float32).clip(0, 1).T
    world = np.array([(p.x, p.y, p.z) for p in world_landmarks], np.float32)
    return Pose(BLAZEPOSE_33, xy, np.minimum(visibility, presence), float(visibility.mean()), world=world)


def _model(size: str, memory_mb: int, lighter_model: str = "") -> ModelInfo:
    name = f"mediapipe-{size}"
    return ModelInfo(
        name=name,
        title=f"MediaPipe package {size}",
        description=f"The {size} networks in Google's own package, for comparison.",
        weights=(name,),
        memory_mb=memory_mb,
        package="mediapipe",
        skeleton=BLAZEPOSE_33,
        score="mean landmark visibility",
        build=lambda options: MediaPipePose(name, options),
        build_roi_estimator=lambda options: MediaPipeRoiEstimator(name, options),
        has_mask=True,
        has_world=True,
        smooths_keypoints=True,
        lighter_model=lighter_model,
        load_options=("static_image_mode", "enable_segmentation"),  # the package chooses its threads by itself
        output_filter=PERSON_FILTER,
    )


MODELS = (_model("lite", 75), _model("full", 85, "mediapipe-lite"), _model("heavy", 130, "mediapipe-full"))
