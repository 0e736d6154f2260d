"""Who is person, and what is put behind."""

from pose_demo.background.compositor import Compositor
from pose_demo.background.matte import matte
from pose_demo.background.modes import BEHIND, GRADIENTS, Style, compose
from pose_demo.background.options import Background
from pose_demo.background.subtraction import KnnSubtraction

__all__ = ["BEHIND", "GRADIENTS", "Background", "Compositor", "KnnSubtraction", "Style", "compose", "matte"]
