"""Compare the poses in two images."""

from __future__ import annotations

from pathlib import Path

from pose_demo.io.formats import Kind, is_image, recognize
from pose_demo.io.images import check_file, read_image
from pose_demo.matching.reference import Reference
from pose_demo.matching.similarity import Match, match
from pose_demo.offline.still import estimate_pose
from pose_demo.settings import Settings


def compare(reference: Path, query: Path, settings: Settings) -> Match:
    """Match the person in an image with a reference pose.

    Args:
        reference: an image, or a pose saved as JSON.
        query: an image.
        settings: the model and the options of the matching.

    Raises:
        InputError: a file cannot be read, or has no person.
    """
    reference_pose = read_reference(reference, settings)
    pose = estimate_pose(read_image(query), str(query), settings)
    return match(reference_pose, pose, settings.match, settings.confidence)


def read_reference(path: Path, settings: Settings) -> Reference:
    """Read a saved reference pose, or estimate it in an image with the model of the settings.

    Raises:
        InputError: the file cannot be read, or has no person.
    """
    check_file(path)
    file_format = recognize(path)
    if not is_image(path) and (file_format is None or file_format.kind is Kind.POSE):
        return Reference.from_json(path.read_bytes())
    image = read_image(path)
    size = image.shape[1], image.shape[0]
    return Reference.from_pose(estimate_pose(image, str(path), settings), size, path.stem)
