"""BlazePose: the networks of MediaPipe Pose on LiteRT, without the `mediapipe` package.

Same keypoints, world keypoints and mask as the package in less time and with less jitter, and all streams share the
networks.
Reimplemented from MediaPipe's public graph definitions (Apache-2.0): github.com/google-ai-edge/mediapipe.
"""

from __future__ import annotations

from pose_demo import weights
from pose_demo.estimators.base import EstimatorOptions, ModelInfo
from pose_demo.estimators.blazepose.estimator import BlazePose
from pose_demo.estimators.blazepose.roi_estimator import BlazePoseRoiEstimator
from pose_demo.estimators.detection import PERSON_FILTER
from pose_demo.estimators.interpreter_pool import InterpreterPool, ModelFile, shared_pool
from pose_demo.skeletons import BLAZEPOSE_33


def load_networks(size: str, threads: int = 1) -> tuple[InterpreterPool, InterpreterPool]:
    """Detector and landmark network of ``lite``, ``full`` or ``heavy``, from the bundle that the package reads too."""
    bundle = weights.path(f"mediapipe-{size}")
    members = "pose_detector.tflite", "pose_landmarks_detector.tflite"
    detector, landmarks = (shared_pool(ModelFile(bundle, member), threads) for member in members)
    return detector, landmarks


def _build(size: str, options: EstimatorOptions) -> BlazePose:
    return BlazePose(
        *load_networks(size, options.threads),
        static_image_mode=options.static_image_mode,
        enable_segmentation=options.enable_segmentation,
    )


def _model(size: str, memory_mb: int, description: str, lighter_model: str = "") -> ModelInfo:
    return ModelInfo(
        name=f"blazepose-{size}",
        title=f"MediaPipe Pose {size}",
        description=description,
        weights=(f"mediapipe-{size}",),
        memory_mb=memory_mb,
        skeleton=BLAZEPOSE_33,
        score="presence: probability that a person is in the ROI",
        build=lambda options: _build(size, options),
        build_roi_estimator=lambda options: BlazePoseRoiEstimator(*load_networks(size, options.threads)),
        has_mask=True,
        has_world=True,
        lighter_model=lighter_model,
        load_options=("static_image_mode", "enable_segmentation", "threads"),
        output_filter=PERSON_FILTER,
    )


MODELS = (
    _model("lite", 65, "33 keypoints and a segmentation mask, the fastest of the three."),
    _model("full", 80, "33 keypoints and a segmentation mask, the usual choice.", "blazepose-lite"),
    _model("heavy", 145, "33 keypoints and the most accurate mask, for a fast CPU.", "blazepose-full"),
)
