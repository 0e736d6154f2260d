"""Process still images, and read poses from the results."""

from __future__ import annotations

import functools

from pose_demo import estimators
from pose_demo.estimators import AUTO, MODELS
from pose_demo.fields import NONE
from pose_demo.messages import Message, message
from pose_demo.pipeline import Pipeline, Result
from pose_demo.plan import Plan, prepare
from pose_demo.settings import Settings
from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, Frame, Image, InputError, Pose

_NEAR_THE_HIGHEST = 0.75  # as a fraction of the highest score


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
    """The pose of the most prominent person, in pixels of the input image.

    It is the largest of those whose score is near the highest, so not somebody in the background.

    Args:
        result: of a frame, mirrored or not.
        name: the image's name in the error message.

    Raises:
        InputError: the model found no pose.
    """
    poses = result.unmirrored_poses
    if not poses:
        raise InputError(
            message(
                "{name}: {model} found no pose; try an image that shows the person larger, or another model",
                name=name,
                model=result.model,
            )
        )
    highest = max(pose.score for pose in poses)
    return max((pose for pose in poses if pose.score >= _NEAR_THE_HIGHEST * highest), key=_extent)


def _extent(pose: Pose) -> float:
    """Pixels of the longer side of the box around the visible keypoints."""
    box = pose.bounding_box(DEFAULT_KEYPOINT_CONFIDENCE)
    return box.longer_side if box else 0.0


def advice_without_person(settings: Settings, *, still: bool) -> Message:
    """What helps when nobody was found with these settings, as one sentence."""
    model = MODELS[settings.model]
    advice = [message("show the person larger")]
    if still and estimators.supports_detector(model.name) and settings.detector == NONE:
        advice.append(message('choose the person detector "auto"'))
    elif not still and estimators.supports_detector(model.name) and settings.detector in (AUTO, NONE):
        advice.append(message("choose a person detector"))
    advice.append(
        message("try another model (MediaPipe Pose also finds persons who lie or are upside down)")
        if model.upright_only
        else message("try another model")
    )
    return message(
        "No person was detected: {advice} or {last}.",
        advice=functools.reduce(_comma_separated, advice),
        last=message("lower the person confidence"),
    )


def _comma_separated(first: Message, second: Message) -> Message:
    return message("{first}, {second}", first=first, second=second)


def estimate_pose(image: Image, name: str, settings: Settings) -> Pose:
    """Load the model of the settings and return the pose of the most prominent person; see `best_pose`."""
    with prepare(settings, static_image_mode=True) as plan:
        return best_pose(process_still(image, plan), name)
