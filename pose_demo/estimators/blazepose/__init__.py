"""BlazePose: MediaPipe Pose's own nets on LiteRT, without the `mediapipe` package.

The same keypoints and mask in less time, steadier, and with nets that all streams share. Written anew after MediaPipe's
public graph descriptions (Apache-2.0): github.com/google-ai-edge/mediapipe.
"""

from __future__ import annotations

from pose_demo import weights
from pose_demo.estimators.base import ModelInfo, Options
from pose_demo.estimators.blazepose.estimator import BlazePose
from pose_demo.estimators.blazepose.roi_estimator import BlazePoseRegion
from pose_demo.estimators.interpreter_pool import Net, shared_net
from pose_demo.skeletons import BLAZEPOSE_33


def nets(size: str, threads: int = 1) -> tuple[Net, Net]:
    """Detector and landmark net of ``lite``, ``full`` or ``heavy``, out of the bundle that the package reads too."""
    bundle = weights.path(f"mediapipe-{size}")
    members = "pose_detector.tflite", "pose_landmarks_detector.tflite"
    detector, landmarks = (shared_net(bundle, threads, member) for member in members)
    return detector, landmarks


def _model(size: str, title: str, good_for: str, lighter: str = "") -> ModelInfo:
    def build(options: Options) -> BlazePose:
        return BlazePose(*nets(size, options.threads), still=options.still, mask=options.mask)

    def build_region(options: Options) -> BlazePoseRegion:
        return BlazePoseRegion(*nets(size, options.threads))

    rebuilt_by = ("still", "mask", "threads")
    return ModelInfo(
        f"blazepose-{size}",
        title,
        good_for,
        (f"mediapipe-{size}",),
        BLAZEPOSE_33,
        build,
        True,
        rebuilt_by,
        build_region,
        lighter=lighter,
    )


MODELS = (
    _model("lite", "MediaPipe Pose lite", "33 keypoints and a person mask, the quickest of the three."),
    _model("full", "MediaPipe Pose full", "33 keypoints and a person mask, the usual choice.", "blazepose-lite"),
    _model("heavy", "MediaPipe Pose heavy", "33 keypoints and the cleanest mask, for a fast CPU.", "blazepose-full"),
)
