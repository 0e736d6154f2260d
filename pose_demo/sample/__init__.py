"""The drawn dancer: an endless dance and named poses, as pictures with their true keypoints.

It is the demo without a camera, the fake camera of the browser tests, the benchmark's clip, and a ground truth that no
licence limits.
"""

from pose_demo.sample.body import BODIES, Body
from pose_demo.sample.choreography import POSES
from pose_demo.sample.rig import Posture
from pose_demo.sample.scene import FPS, SCENES, frame, still, truth

__all__ = ["BODIES", "FPS", "POSES", "SCENES", "Body", "Posture", "frame", "still", "truth"]
