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


def unmirrored_poses(result: Result) -> tuple[Pose, ...]:
    """The poses in pixels of the input image, also if the output image is mirrored."""
    poses = result.estimate.poses
    if not result.mirrored:
        return poses
    width, _ = (result.source or Frame(result.image)).size
    return tuple(pose.mirrored(width) for pose in poses)


def best_pose(result: Result, name: str) -> Pose:
    """The pose with the highest score, in pixels of the input image.

    Args:
        result: of a frame, mirrored or not.
        name: the image's name in the error message.

    Raises:
        InputError: the model found no pose.
    """
    poses = unmirrored_poses(result)
    if not poses:
        raise InputError(f"{name}: {result.model} found no pose; try another model or a clearer image")
    return max(poses, key=lambda pose: pose.score)


def estimate_pose(image: Image, name: str, settings: Settings) -> Pose:
    """Load the model of the settings and return the pose with the highest score; see `best_pose`."""
    with prepare(settings, static_image_mode=True) as plan:
        return best_pose(process_still(image, plan), name)
