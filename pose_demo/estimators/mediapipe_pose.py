"""MediaPipe Pose through Google's own package: 33 keypoints and a person mask.

Source: ai.google.dev/edge/mediapipe/solutions/vision/pose_landmarker.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from pose_demo import weights
from pose_demo.estimators.base import ModelInfo, Options
from pose_demo.geometry import Region, clip_box
from pose_demo.skeletons import BLAZEPOSE_33
from pose_demo.types import Box, Estimate, Frame, Image, Mask, Pose, check_image

if TYPE_CHECKING:
    from pose_demo.settings import Settings


_PAUSE_MS = 1000  # between the last frame of one stream and the first of the next


class MediaPipePose:
    """One landmarker for one stream; close it, as it holds 80 to 160 MB."""

    def __init__(self, weights_name: str, options: Options) -> None:
        self._still, self._mask = options.still, options.mask
        self._landmarker = _landmarker(weights_name, options)
        self._close = _closes(self, self._landmarker)
        self._last_ms = -1
        self._shift_ms: int | None = 0  # from the frames' time to the landmarker's; None: to be found anew
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
        frame_ms = round(timestamp * 1000)
        if self._shift_ms is None:
            self._shift_ms = max(0, self._last_ms + _PAUSE_MS - frame_ms)
        self._last_ms = max(self._last_ms + 1, frame_ms + self._shift_ms)
        return self._landmarker.detect_for_video(image, self._last_ms)

    def _person_mask(self, result: Any, frame: Frame) -> Mask:
        """uint8 0..255 of the frame's size; all zero when nobody is there."""
        shape = frame.image.shape[:2]
        return _mask(result, shape) if result.segmentation_masks else np.zeros(shape, np.uint8)

    def bare(self) -> None:
        self._detect(self._last_image, (self._last_ms - (self._shift_ms or 0) + 33) / 1000)

    def reset(self) -> None:
        """The landmarker looks for the person again by itself once it has lost them; only its clock needs help.

        Without it a stream that begins again at 0 would creep on by 1 ms a frame, and the filters would lag behind.
        """
        self._shift_ms = None

    def close(self) -> None:
        self._close()


class MediaPipeRegion:
    """One landmarker that looks at cut-outs, each a picture of its own; close it like `MediaPipePose`."""

    def __init__(self, weights_name: str, options: Options) -> None:
        self._landmarker = _landmarker(weights_name, replace(options, still=True))
        self._close = _closes(self, self._landmarker)
        self._last_image: Any = None

    def find(self, image: Image, region: Region, mask: Mask | None = None) -> Pose | None:
        box = Box(region.x, region.y, region.x + region.width, region.y + region.height)
        edges = clip_box(box, (image.shape[1], image.shape[0]))
        if edges is None:
            return None
        x0, y0, x1, y1 = edges
        inside = np.s_[y0:y1, x0:x1]
        cut = _padded(image[inside])
        self._last_image = _wrap(cut)
        result = self._landmarker.detect(self._last_image)
        if not result.pose_landmarks:
            return None
        if mask is not None and result.segmentation_masks:
            np.maximum(mask[inside], _mask(result, mask[inside].shape), out=mask[inside])
        pose = _pose(result.pose_landmarks[0], cut.shape)
        return replace(pose, xy=pose.xy + np.array((x0, y0), np.float32))

    def region_round(self, pose: Pose, frame_size: tuple[int, int]) -> Region | None:
        """Its own detector cuts the person out, and wants to see all of the box (AP .30, in MoveNet's crop .24)."""
        return None

    def bare(self) -> None:
        self._landmarker.detect(self._last_image)

    def close(self) -> None:
        self._close()


def _closes(owner: object, landmarker: Any) -> Callable[[], object]:
    """The way to close a landmarker, which is also gone when its owner is merely forgotten.

    A landmarker that the garbage collector closes waits for a thread that waits for the collector, for ever. The
    finalizer holds it, so that the collector never meets it, and closes a forgotten one from a thread of its own.
    """
    forgotten = weakref.finalize(owner, lambda: threading.Thread(target=landmarker.close, daemon=True).start())
    forgotten.atexit = False

    def close() -> None:
        if forgotten.detach():
            landmarker.close()

    return close


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


def _mask(result: Any, shape: tuple[int, ...]) -> Mask:
    """The first person's mask, without the padding."""
    height, width = shape[:2]
    view = result.segmentation_masks[0].numpy_view().reshape(height, -1)[:, :width]
    return np.asarray(cv2.convertScaleAbs(view, alpha=255), np.uint8)


def _pose(landmarks: Any, shape: tuple[int, ...]) -> Pose:
    """Landmarks come as fractions of the (padded) picture; visibility is what others call the score."""
    height, width = shape[:2]
    xy = np.array([(p.x * width, p.y * height) for p in landmarks], np.float32)
    scores = np.array([p.visibility for p in landmarks], np.float32).clip(0, 1)
    return Pose(BLAZEPOSE_33, xy, scores, float(scores.mean()))


def _model(size: str, title: str, good_for: str, lighter: str = "") -> ModelInfo:
    name = f"mediapipe-{size}"

    def build(options: Options) -> MediaPipePose:
        return MediaPipePose(name, options)

    def build_region(options: Options) -> MediaPipeRegion:
        return MediaPipeRegion(name, options)

    # Threads are the package's own business.
    rebuilt_by = ("still", "mask", "person_confidence")
    return ModelInfo(
        name,
        title,
        good_for,
        (name,),
        BLAZEPOSE_33,
        build,
        True,
        rebuilt_by,
        build_region,
        smooths=True,
        lighter=lighter,
    )


MODELS = (
    _model("lite", "MediaPipe package lite", "The lite networks in Google's own package, to compare with."),
    _model(
        "full",
        "MediaPipe package full",
        "The full networks in Google's own package, to compare with.",
        "mediapipe-lite",
    ),
    _model(
        "heavy",
        "MediaPipe package heavy",
        "The heavy networks in Google's own package, to compare with.",
        "mediapipe-full",
    ),
)
