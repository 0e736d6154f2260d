"""Rendered dancer: endless dance scenes, choreographies and named poses, as images with ground-truth keypoints.

Replaces a camera in the demo and the browser tests, and provides benchmark and test data without license restrictions.

Two dancers side by side, the second one 0.15 s late with a style of its own, at 3 s::

    dance = CHOREOGRAPHIES["first-steps"]
    late = Performance(choreography=dance, delay=0.15, style=Style(seed=1), body=BODIES["b"])
    dancers = (Performance(choreography=dance), late)
    frame, poses = performance_frame(dancers, 3.0), performance_poses(dancers, 3.0)
"""

from pose_demo.sample.body import BODIES, Body
from pose_demo.sample.choreographies import CHOREOGRAPHIES
from pose_demo.sample.choreography import Choreography
from pose_demo.sample.keyframes import POSES
from pose_demo.sample.performance import (
    LoweredArm,
    Performance,
    performance_frame,
    performance_poses,
    performances,
)
from pose_demo.sample.posture import Posture
from pose_demo.sample.scene import FPS, SCENES, frame, ground_truth, still
from pose_demo.sample.style import Style

__all__ = [
    "BODIES", "CHOREOGRAPHIES", "FPS", "POSES", "SCENES", "Body", "Choreography", "LoweredArm", "Performance",
    "Posture", "Style", "frame", "ground_truth", "performance_frame", "performance_poses", "performances", "still",
]  # fmt: skip
