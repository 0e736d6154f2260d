"""Two pictures, one question: is it the same pose?"""

from __future__ import annotations

from pathlib import Path

from pose_demo.io.images import check_file, is_image, read_image
from pose_demo.matching.reference import Reference
from pose_demo.matching.similarity import Match, match
from pose_demo.pipeline import Pipeline
from pose_demo.plan import prepare
from pose_demo.settings import Settings
from pose_demo.types import Frame, Image, InputError, Pose


def compare(reference: Path, query: Path, settings: Settings) -> Match:
    """Match the person in one picture with the reference in another, or in a saved pose.

    Raises:
        InputError: a file cannot be read, or shows nobody.
    """
    wanted = read_reference(reference, settings)
    options = settings.match
    return match(
        wanted,
        find_pose(read_image(query), str(query), settings),
        rule=options.rule,
        threshold=options.similarity,
        confidence=settings.confidence,
        allow_mirror=options.mirror,
        ignore=options.ignore,
    )


def read_reference(path: Path, settings: Settings) -> Reference:
    """A reference from a picture, by the settings' model, or from JSON.

    Raises:
        InputError: it cannot be read, or shows nobody.
    """
    check_file(path)
    if not is_image(path):
        return Reference.from_json(path.read_bytes())
    picture = read_image(path)
    size = picture.shape[1], picture.shape[0]
    return Reference.from_pose(find_pose(picture, str(path), settings), size, path.stem)


def find_pose(picture: Image, name: str, settings: Settings) -> Pose:
    """The person of a picture that the model is surest of.

    Raises:
        InputError: there is none, or the model finds boxes only.
    """
    plan = prepare(settings, still=True)
    try:
        result = Pipeline().process(Frame(picture), plan)
    finally:
        plan.close()
    poses = result.estimate.poses
    if not poses:
        raise InputError(f"{name}: {settings.model} finds no pose there; try another model or a clearer picture")
    pose = max(poses, key=lambda it: it.score)
    return pose.mirrored(picture.shape[1]) if result.mirrored else pose
