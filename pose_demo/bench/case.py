"""The configuration of one row of the benchmark."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy.typing as npt

from pose_demo.estimators import MODELS
from pose_demo.fields import NONE
from pose_demo.settings import Settings
from pose_demo.types import Frame, InputError
from pose_demo.weights.manifest import find_weight

Size = tuple[int, int]
Keypoints = npt.ArrayLike
ProcessFrame = Callable[[Frame], Keypoints | None]

MIN_SIDE, MAX_SIDE = 64, 4096


@dataclass(frozen=True)
class Case:
    """One model with fixed options.

    Attributes:
        model: registry name.
        size: (width, height) of the frames.
        mask: also compute a segmentation mask and replace the background.
        threads: CPU threads of one network; the baselines have no such option.
        sessions: concurrent streams, one thread each.
        hands, face: also estimate the keypoints of hands and of the face, in the pipeline only.
    """

    model: str
    size: Size = (640, 480)
    mask: bool = False
    threads: int = 1
    sessions: int = 1
    hands: bool = False
    face: bool = False

    def __post_init__(self) -> None:
        width, height = self.size
        if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
            raise InputError(f"size {width}x{height}: expected {MIN_SIDE} to {MAX_SIDE} pixels for width and height")
        if width % 4:  # the mediapipe package aborts the whole process when a mask has any other width
            raise InputError(f"size {width}x{height}: expected a width divisible by 4, for example {width // 4 * 4}")

    @property
    def settings(self) -> Settings:
        """The settings of the pipeline."""
        background = "image" if self.mask else NONE
        return Settings.from_dict(
            {"model": self.model, "background.mode": background, "hands": self.hands, "face": self.face}
        )

    @property
    def bundle(self) -> str | None:
        """The weights that the mediapipe package can load too; None when they are not a MediaPipe bundle."""
        name = MODELS[self.model].weights[0]
        return name if weights_suffix(name) == ".task" else None

    @property
    def is_mediapipe_package(self) -> bool:
        """Whether the model is the mediapipe package itself, whose networks cannot be timed separately."""
        return self.model == self.bundle

    def to_dict(self) -> dict[str, object]:
        """The first columns of the row."""
        width, height = self.size
        return {
            "model": self.model,
            "width": width,
            "height": height,
            "mask": self.mask,
            "hands": self.hands,
            "face": self.face,
            "threads": self.threads,
            "sessions": self.sessions,
        }

    def __str__(self) -> str:
        width, height = self.size
        mask, hands, face = ("on" if option else "off" for option in (self.mask, self.hands, self.face))
        parts = f"mask {mask}, hands {hands}, face {face}"
        return f"{self.model} {width}x{height}, {parts}, threads {self.threads}, sessions {self.sessions}"


def weights_suffix(name: str) -> str:
    """The file suffix of a weight, which tells its format.

    Raises:
        InputError: the manifest has no weight of that name.
    """
    return Path(find_weight(name).file).suffix


def grid(
    models: Sequence[str] | None = None,
    sizes: Sequence[Size] = ((640, 480),),
    masks: Sequence[bool] = (False,),
    threads: Sequence[int] = (1,),
    sessions: Sequence[int] = (1,),
    hands: Sequence[bool] = (False,),
    face: Sequence[bool] = (False,),
) -> list[Case]:
    """Every combination of the options, for all models by default.

    Raises:
        InputError: a size cannot be measured.
    """
    return [Case(*options) for options in product(models or MODELS, sizes, masks, threads, sessions, hands, face)]
