"""Process still images, and read poses from the results."""

from __future__ import annotations

from pose_demo.pipeline import Pipeline, Result
from pose_demo.plan import Plan, prepare
from pose_demo.settings import Settings
from pose_demo.types import Frame, Image, InputError, Pose


def process_still(image: Image, plan: Plan) -> Result:
    """Process one image independently of all others.

    Args:
        image: RGB.
        plan: prepared with ``static_image_mode=True``.

    Raises:
        InputError: it is not an RGB image.
    """
    return Pipeline().process(Frame(image), plan)


def best_pose(result: Result, name: str) -> Pose:
    """The pose with the highest score, in pixels of the input image.

    Args:
        result: of a frame, mirrored or not.
        name: the image's name in the error message.

    Raises:
        InputError: the model found no pose.
    """
    poses = result.unmirrored_poses
    if not poses:
        raise InputError(f"{name}: {result.model} found no pose; try another model or a clearer image")
    return max(poses, key=lambda pose: pose.score)


def estimate_pose(image: Image, name: str, settings: Settings) -> Pose:
    """Load the model of the settings and return the pose with the highest score; see `best_pose`."""
    with prepare(settings, static_image_mode=True) as plan:
        return best_pose(process_still(image, plan), name)
