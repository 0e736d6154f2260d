"""The registry of effects. A new effect is one file and one entry here."""

from __future__ import annotations

from pose_demo.effects.base import Effect
from pose_demo.effects.blur import Blur
from pose_demo.effects.canny import Canny
from pose_demo.effects.color_space import ColorSpace
from pose_demo.effects.glasses import Glasses
from pose_demo.effects.pixelate import Pixelate
from pose_demo.effects.sharpen import Sharpen
from pose_demo.effects.side_by_side import SideBySide
from pose_demo.effects.skeleton_only import SkeletonOnly
from pose_demo.effects.trails import Trails

EFFECTS: dict[str, type[Effect]] = {
    "glasses": Glasses,
    "canny": Canny,
    "blur": Blur,
    "sharpen": Sharpen,
    "color-space": ColorSpace,
    "skeleton-only": SkeletonOnly,
    "pixelate": Pixelate,
    "trails": Trails,
    "side-by-side": SideBySide,
}


def name_of(effect: Effect) -> str:
    """The name under which the effect's class is registered."""
    return next(name for name, cls in EFFECTS.items() if cls is type(effect))
