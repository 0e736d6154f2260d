"""The interface of every pose model, whatever its runtime."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from pose_demo.estimators.detection import DETECTOR_CONFIDENCE, NO_FILTER, DetectionOptions, OutputFilter
from pose_demo.estimators.interpreter_pool import InterpreterPool
from pose_demo.geometry import Roi
from pose_demo.skeletons import Skeleton
from pose_demo.types import Estimate, Frame, Image, Mask, Pose


@dataclass(frozen=True)
class EstimatorOptions:
    """Options that are fixed when a model is loaded; `DetectionOptions` may change frame by frame.

    Attributes:
        static_image_mode: frames are unrelated images, so nothing is tracked.
        enable_segmentation: also compute a person segmentation mask.
        threads: CPU threads of one network.
    """

    static_image_mode: bool = False
    enable_segmentation: bool = False
    threads: int = 1


class Estimator(Protocol):
    """Detects persons in frames. It belongs to one stream and is used by one thread at a time."""

    def estimate(self, frame: Frame, options: DetectionOptions) -> Estimate:
        """Detect the persons of one frame; keypoints in frame pixels."""
        ...

    def invoke_only(self) -> None:
        """Run inference on the previous input without pre- and postprocessing: the baseline of `bench`."""
        ...

    def reset(self) -> None:
        """Clear the tracking state: the next frame is unrelated to the previous one."""
        ...

    def close(self) -> None:
        """Release all resources; the estimator cannot be used afterwards."""
        ...


class EstimatorWrapper:
    """The part of an estimator that only passes calls on to another one, which it wraps."""

    def __init__(self, wrapped: Estimator) -> None:
        self._wrapped = wrapped

    def invoke_only(self) -> None:
        """See `Estimator`."""
        self._wrapped.invoke_only()

    def reset(self) -> None:
        """See `Estimator`."""
        self._wrapped.reset()

    def close(self) -> None:
        """See `Estimator`."""
        self._wrapped.close()


class NetworkEstimator:
    """The part of an estimator without tracking state that only concerns its network, which other streams share."""

    def __init__(self, pool: InterpreterPool) -> None:
        self._pool = pool

    def invoke_only(self) -> None:
        """See `Estimator`."""
        self._pool.invoke_only()

    def reset(self) -> None:
        """Do nothing: there is no state."""

    def close(self) -> None:
        """Do nothing: the network is freed with its last user."""


@runtime_checkable
class RoiDetector(Estimator, Protocol):
    """Detects several persons in a frame, or in a part of it."""

    def detect(self, frame: Frame, roi: Roi, options: DetectionOptions) -> Estimate:
        """Detect the persons in a ROI; boxes and keypoints in frame pixels."""
        ...


class RoiEstimator(Protocol):
    """Estimates the pose of one person in a region of interest. It is stateless, so it serves several persons."""

    def estimate_roi(self, image: Image, roi: Roi, mask: Mask | None = None) -> Pose | None:
        """Estimate the pose of the person in the center of ``roi``, in the model's own skeleton.

        Args:
            image: the whole frame, RGB.
            roi: a square around the person, in frame pixels; it may extend beyond the frame.
            mask: uint8 of the frame's size; a model with segmentation merges the person's mask into it (maximum).

        Returns:
            keypoints in frame pixels, or None when no person is detected.
        """
        ...

    def roi_from_keypoints(self, pose: Pose, frame_size: tuple[int, int]) -> Roi | None:
        """The ROI for a person with known COCO-17 keypoints; None to use a square around their box instead."""
        ...

    def invoke_only(self) -> None:
        """Run inference on the previous input without pre- and postprocessing."""
        ...

    def close(self) -> None:
        """Release all resources; the estimator cannot be used afterwards."""
        ...


@dataclass(frozen=True, kw_only=True)
class Network:
    """What a network needs.

    Attributes:
        name: as written in settings and on the command line.
        title: what the page shows.
        weights: names in the manifest of all files it needs.
        memory_mb: anonymous memory that it takes, in megabytes, where no other stream uses it yet.
        package: the Python package that it needs and that may be missing; empty when it needs none.
        extra: the optional dependencies of pyproject.toml that install the package; empty where requirements.txt does,
            on the platforms that have a build.
    """

    name: str
    title: str
    weights: tuple[str, ...]
    memory_mb: int
    package: str = ""
    extra: str = ""


@dataclass(frozen=True, kw_only=True)
class ModelInfo(Network):
    """A registry entry.

    Attributes:
        description: what the page shows below the title.
        skeleton: None for a model that detects boxes only.
        score: what `Pose.score` (or `Box.score`) is for this model.
        build: loads the estimator; not to be called on the video thread.
        build_roi_estimator: loads the single-person stage of `TopDownEstimator`; None for multi-person models.
        upright_only: it expects upright persons, and estimates others less well.
        has_mask: whether `EstimatorOptions.enable_segmentation` has an effect.
        has_world: whether its poses have world keypoints (`Pose.world`).
        smooths_keypoints: its keypoints are already smoothed in video.
        lighter_model: the next faster model of the same family; empty when there is none.
        load_options: the `EstimatorOptions` that require loading it again.
        detector_confidence: as a detector in front of a pose model it proposes persons with at least this score.
        detection_options: the `DetectionOptions` that have an effect.
        output_filter: those of them that need no inference.
    """

    description: str
    skeleton: Skeleton | None
    score: str
    build: Callable[[EstimatorOptions], Estimator]
    build_roi_estimator: Callable[[EstimatorOptions], RoiEstimator] | None = None
    upright_only: bool = False
    has_mask: bool = False
    has_world: bool = False
    smooths_keypoints: bool = False
    lighter_model: str = ""
    detector_confidence: float = DETECTOR_CONFIDENCE
    load_options: tuple[str, ...] = ("static_image_mode", "threads")
    detection_options: tuple[str, ...] = ("person_confidence",)
    output_filter: OutputFilter = NO_FILTER
