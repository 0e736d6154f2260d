"""What one row of the bench measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from pose_demo.estimators import MODELS
from pose_demo.settings import Settings
from pose_demo.types import InputError

Size = tuple[int, int]

SMALLEST, LARGEST = 64, 4096


@dataclass(frozen=True)
class Case:
    """One model in one situation.

    Attributes:
        model: its registered name.
        size: (width, height) of the frames.
        mask: who is person is asked for too, and a picture is put behind them.
        threads: CPU threads of a net. The package and the notebook's loop have no such choice.
        sessions: streams at the same time, each of them served by a thread of its own.
    """

    model: str
    size: Size = (640, 480)
    mask: bool = False
    threads: int = 1
    sessions: int = 1

    def __post_init__(self) -> None:
        width, height = self.size
        if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
            raise InputError(f"size {width}x{height}: expected {SMALLEST} to {LARGEST} pixels each way")
        if width % 4:  # the mediapipe package aborts the whole process over a mask of any other width
            raise InputError(f"size {width}x{height}: expected a width that 4 divides, for example {width // 4 * 4}")

    @property
    def settings(self) -> Settings:
        """What a viewer would have chosen."""
        return Settings.from_dict({"model": self.model, "background.behind": "picture" if self.mask else "none"})

    @property
    def bundle(self) -> str | None:
        """The weights with which the mediapipe package does the same; None where it has no such model."""
        name = MODELS[self.model].weights[0]
        return name if name.startswith("mediapipe-") else None

    def to_dict(self) -> dict[str, object]:
        """The row's first columns."""
        width, height = self.size
        return {
            "model": self.model,
            "width": width,
            "height": height,
            "mask": self.mask,
            "threads": self.threads,
            "sessions": self.sessions,
        }

    def __str__(self) -> str:
        width, height = self.size
        mask = "on" if self.mask else "off"
        return f"{self.model} {width}x{height}, mask {mask}, threads {self.threads}, sessions {self.sessions}"


def grid(
    models: Sequence[str] | None = None,
    sizes: Sequence[Size] = ((640, 480),),
    masks: Sequence[bool] = (False,),
    threads: Sequence[int] = (1,),
    sessions: Sequence[int] = (1,),
) -> list[Case]:
    """Every combination, all models by default.

    Raises:
        InputError: a size that cannot be measured.
    """
    return [Case(*choice) for choice in product(models or MODELS, sizes, masks, threads, sessions)]
