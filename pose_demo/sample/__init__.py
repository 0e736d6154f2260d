"""Rendered dancer: endless dance scenes and named poses, as images with ground-truth keypoints.

Replaces a camera in the demo and the browser tests, and provides benchmark and test data without license restrictions.
"""

from pose_demo.sample.body import BODIES, Body
from pose_demo.sample.keyframes import POSES
from pose_demo.sample.posture import Posture
from pose_demo.sample.scene import FPS, SCENES, frame, ground_truth, still

__all__ = ["BODIES", "FPS", "POSES", "SCENES", "Body", "Posture", "frame", "ground_truth", "still"]
