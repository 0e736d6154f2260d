"""Hands and faces: MediaPipe's networks on LiteRT, in regions of interest that the body's keypoints define.

MediaPipe calls the combination Holistic. Source: mediapipe/tasks/cc/vision/holistic_landmarker.
"""

from __future__ import annotations

from pose_demo import weights
from pose_demo.estimators.base import Network
from pose_demo.estimators.holistic.estimator import HolisticEstimator
from pose_demo.estimators.holistic.network import KeypointNet
from pose_demo.estimators.interpreter_pool import ModelFile, shared_pool
from pose_demo.skeletons import FACE_468, HAND_21

# The lite network of hands takes half the time of the full one, and finds 104 hands where that finds 115 (203 wrists of
# photos and clips); where both find one, their keypoints are equally far from those of the package.
HANDS = Network(name="hand-landmark-lite", title="MediaPipe Hands", weights=("hand-landmark-lite",), memory_mb=15)
FACE = Network(name="face-landmark", title="MediaPipe Face Mesh", weights=("face-landmark",), memory_mb=10)


def load_hands(threads: int = 1) -> KeypointNet:
    """Load the network of hands; see `load` for the errors."""
    return KeypointNet(shared_pool(ModelFile(weights.path(HANDS.weights[0])), threads), HAND_21, 224)


def load_face(threads: int = 1) -> KeypointNet:
    """Load the network of faces; see `load` for the errors."""
    pool = shared_pool(ModelFile(weights.path(FACE.weights[0])), threads)
    return KeypointNet(pool, FACE_468, 192, presence_is_logit=True)


def networks(hands: bool, face: bool) -> tuple[str, ...]:
    """The names of the networks, keys of `estimators.NETWORKS`."""
    return tuple(network.name for network, wanted in ((HANDS, hands), (FACE, face)) if wanted)


def load(hands: bool, face: bool, static_image_mode: bool = False, threads: int = 1) -> HolisticEstimator | None:
    """Load the networks of hands, of faces, or of both; None for neither.

    Raises:
        pose_demo.weights.MissingWeights: a file is missing; the message says what to do.
    """
    hand_net, face_net = load_hands(threads) if hands else None, load_face(threads) if face else None
    return HolisticEstimator(hand_net, face_net, static_image_mode) if hands or face else None
