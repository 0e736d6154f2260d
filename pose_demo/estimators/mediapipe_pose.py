"""MediaPipe Pose through Google's own package: 33 keypoints and a person mask.

Source: ai.google.dev/edge/mediapipe/solutions/vision/pose_landmarker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from pose_demo import weights
from pose_demo.estimators.base import ModelInfo, Options
from pose_demo.skeletons import BLAZEPOSE_33
from pose_demo.types import Estimate, Frame, Image, Mask, Pose, check_image

if TYPE_CHECKING:
    from pose_demo.settings import Settings


class MediaPipePose:
    """One landmarker for one stream. It must be closed: one that is garbage-collected may dead-lock its thread."""

    def __init__(self, weights_name: str, options: Options) -> None:
        self._still, self._mask = options.still, options.mask
        self._landmarker = _landmarker(weights_name, options)
        self._last_ms = -1
        self._last_image: Any = None

    def estimate(self, frame: Frame, settings: Settings) -> Estimate:
        image = _padded(check_image(frame.image))
        result = self._detect(_wrap(image), frame.timestamp)
        poses = tuple(_pose(landmarks, image.shape) for landmarks in result.pose_landmarks)
        return Estimate(poses, mask=self._person_mask(result, frame) if self._mask else None)

    def _detect(self, image: Any, timestamp: float) -> Any:
        self._last_image = image
        if self._still:
            return self._landmarker.detect(image)
        # The package accepts whole milliseconds that increase, and breaks for good on any other.
        self._last_ms = max(self._last_ms + 1, round(timestamp * 1000))
        return self._landmarker.detect_for_video(image, self._last_ms)

    def _person_mask(self, result: Any, frame: Frame) -> Mask:
        """uint8 0..255 of the frame's size; all zero when nobody is there."""
        w, h = frame.size
        if not result.segmentation_masks:
            return np.zeros((h, w), np.uint8)
        view = result.segmentation_masks[0].numpy_view().reshape(h, -1)[:, :w]
        return np.asarray(cv2.convertScaleAbs(view, alpha=255), np.uint8)

    def bare(self) -> None:
        self._detect(self._last_image, (self._last_ms + 33) / 1000)

    def reset(self) -> None:
        """The landmarker looks for the person again by itself once it has lost them."""

    def close(self) -> None:
        self._landmarker.close()


def _landmarker(weights_name: str, options: Options) -> Any:
    from mediapipe.tasks.python import BaseOptions, vision  # half a second and 50 MB: only for those who use it

    mode = vision.RunningMode.IMAGE if options.still else vision.RunningMode.VIDEO
    return vision.PoseLandmarker.create_from_options(
        vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(weights.path(weights_name))),
            running_mode=mode,
            min_pose_detection_confidence=options.person_confidence,
            output_segmentation_masks=options.mask,
        )
    )


def _padded(image: Image) -> Image:
    """The package aborts the process over a mask whose width is not a multiple of 4, so the width is padded."""
    missing = -image.shape[1] % 4
    if missing:
        image = cv2.copyMakeBorder(image, 0, 0, 0, missing, cv2.BORDER_REPLICATE).astype(np.uint8, copy=False)
    return np.ascontiguousarray(image)


def _wrap(image: Image) -> Any:
    import mediapipe

    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)


def _pose(landmarks: Any, shape: tuple[int, ...]) -> Pose:
    """Landmarks come as fractions of the (padded) picture; visibility is what others call the score."""
    height, width = shape[:2]
    xy = np.array([(p.x * width, p.y * height) for p in landmarks], np.float32)
    scores = np.array([p.visibility for p in landmarks], np.float32).clip(0, 1)
    return Pose(BLAZEPOSE_33, xy, scores, float(scores.mean()))


def _model(size: str, title: str, good_for: str) -> ModelInfo:
    name = f"mediapipe-{size}"

    def build(options: Options) -> MediaPipePose:
        return MediaPipePose(name, options)

    # Threads are the package's own business.
    rebuilt_by = ("still", "mask", "person_confidence")
    return ModelInfo(name, title, good_for, (name,), BLAZEPOSE_33, build, has_mask=True, rebuilt_by=rebuilt_by)


MODELS = (
    _model("lite", "MediaPipe Pose lite", "33 keypoints and a person mask, the quickest of the three (complexity 0)."),
    _model("full", "MediaPipe Pose full", "33 keypoints and a person mask, the usual choice (complexity 1)."),
    _model("heavy", "MediaPipe Pose heavy", "33 keypoints and the cleanest mask, for a fast CPU (complexity 2)."),
)
