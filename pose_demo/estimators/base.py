"""What every pose model offers, whatever runs inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pose_demo.geometry import Region
from pose_demo.skeletons import Skeleton
from pose_demo.types import Estimate, Frame, Image, Mask, Pose

if TYPE_CHECKING:  # settings names the registered models, so it imports this package
    from pose_demo.settings import Settings


@dataclass(frozen=True)
class Options:
    """What has to be known before a model is built; anything else is read from `Settings` frame by frame.

    Attributes:
        still: frames have nothing to do with each other (photos), so nothing is tracked.
        mask: also say who is person, pixel by pixel.
        person_confidence: least score of a person, for models that cannot change it while they run.
        threads: CPU threads of one net.
    """

    still: bool = False
    mask: bool = False
    person_confidence: float = 0.3
    threads: int = 1


class Estimator(Protocol):
    """Finds persons in frames. It belongs to one stream and is used by one thread at a time."""

    def estimate(self, frame: Frame, settings: Settings) -> Estimate:
        """Find the persons of one frame; keypoints in frame pixels."""
        ...

    def bare(self) -> None:
        """Run the net once on its last input and nothing around it: the yardstick of `bench`."""
        ...

    def reset(self) -> None:
        """Forget what was tracked: the next frame has nothing to do with the last."""
        ...

    def close(self) -> None:
        """Give back what is held; the estimator is not used again."""
        ...


class RegionEstimator(Protocol):
    """Finds the one person in a part of a picture; nothing is kept from call to call, so it serves many people."""

    def find(self, image: Image, region: Region, mask: Mask | None = None) -> Pose | None:
        """Find the person in the middle of ``region``, in the model's own skeleton.

        Args:
            image: the whole picture, RGB.
            region: a square round the person, in frame pixels; it may reach beyond the picture.
            mask: uint8 of the picture's size; a model that has masks lays the person's own over it (maximum).

        Returns:
            keypoints in frame pixels, or None where nobody is found.
        """
        ...

    def region_round(self, pose: Pose, frame_size: tuple[int, int]) -> Region | None:
        """Where this model looks for a person whose COCO-17 keypoints are known; None: round their box."""
        ...

    def bare(self) -> None:
        """Run the net once on its last input and nothing around it."""
        ...

    def close(self) -> None:
        """Give back what is held; the estimator is not used again."""
        ...


@dataclass(frozen=True)
class ModelInfo:
    """A line of the registry.

    Attributes:
        name: as written in settings and on the command line.
        title, good_for: what the page shows.
        weights: names in the manifest of every file it needs.
        skeleton: None for a model that finds boxes only.
        build: makes the estimator; it loads, so it is never called while a frame waits.
        has_mask: whether `Options.mask` brings a mask.
        smooths: its keypoints come smoothed from a stream.
        resizes: its net takes several sizes of input, so `Settings.input_size` concerns it.
        lighter: the next quicker model of the same kind; empty when there is none.
        rebuilt_by: the `Options` a living estimator cannot change.
        build_region: makes the part that looks at one person of several; None for a model that cannot.
    """

    name: str
    title: str
    good_for: str
    weights: tuple[str, ...]
    skeleton: Skeleton | None
    build: Callable[[Options], Estimator]
    has_mask: bool = False
    rebuilt_by: tuple[str, ...] = ("still", "threads")
    build_region: Callable[[Options], RegionEstimator] | None = None
    smooths: bool = False
    resizes: bool = False
    lighter: str = ""
