"""Background replacement: segmentation masks, alpha mattes and the layers that are composed with them."""

from pose_demo.background.compositor import Compositor
from pose_demo.background.matte import alpha_matte
from pose_demo.background.modes import GRADIENTS, MODES, BackgroundCache, BackgroundStyle, compose
from pose_demo.background.options import BackgroundOptions
from pose_demo.background.subtraction import KnnSubtraction

__all__ = [
    "GRADIENTS",
    "MODES",
    "BackgroundCache",
    "BackgroundOptions",
    "BackgroundStyle",
    "Compositor",
    "KnnSubtraction",
    "alpha_matte",
    "compose",
]
