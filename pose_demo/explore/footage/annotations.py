"""True keypoints of a video as a COCO keypoint JSON.

The images of the file are the frames of the video. Which frame an image is says its ``frame`` or ``frame_id`` (0 is the
first frame); without them its ``id``, if the ids are 0, 1, 2 ... or 1, 2, 3 ...; otherwise the order of the file names,
in which numbers are compared by their value. A frame without an image is not annotated; an image without annotations
shows no person.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pose_demo.io.atomic import AtomicFile
from pose_demo.io.images import check_file
from pose_demo.json_text import parse_json
from pose_demo.messages import message
from pose_demo.skeletons import COCO_17
from pose_demo.types import Box, InputError, Pose

_FRAME_FIELDS = ("frame", "frame_id")
MAX_UPLOAD_BYTES = 20_000_000  # 20 minutes of one person; parsed they take ten times the memory
_MARGIN = 0.1  # of the frame: annotated keypoints may be a little outside
_WHAT = message("COCO keypoint annotations with images, annotations and categories")


@dataclass(frozen=True)
class AnnotatedFrame:
    """The annotations of one frame.

    Attributes:
        size: (width, height) of the image in pixels; None if the file does not contain it.
        poses: its persons. Keypoints that are not labeled have the score 0, all others 1.
    """

    size: tuple[int, int] | None
    poses: tuple[Pose, ...]


def read_annotations(path: Path, sizes: Sequence[tuple[int, int]], skipped: int = 0) -> tuple[tuple[Pose, ...], ...]:
    """The true poses of each frame of a part of a video.

    Args:
        path: a COCO keypoint JSON.
        sizes: (width, height) of each frame of the part.
        skipped: number of frames of the video before the part.

    Raises:
        InputError: the file cannot be read, or it belongs to other frames.
    """
    frames = _read_frames(path, path.name)
    missing = [index for index in range(skipped, skipped + len(sizes)) if index not in frames]
    if missing:
        raise InputError(
            message(
                "{name}: expected annotations of the frames {first} to {last}, got none of frame {missing}; choose a "
                "part of the video that is annotated, or another file",
                name=path.name,
                first=skipped,
                last=skipped + len(sizes) - 1,
                missing=missing[0],
            )
        )
    for index, size in enumerate(sizes, start=skipped):
        _check_size(frames[index], index, size, path.name)
    return tuple(frames[index].poses for index in range(skipped, skipped + len(sizes)))


def check_annotations(path: Path, size: tuple[int, int], frame_count: int, name: str = "") -> None:
    """Check that a COCO keypoint JSON that was uploaded can belong to a video.

    Args:
        path: the file.
        size: (width, height) of the video in pixels.
        frame_count: number of frames of the video.
        name: the file's name in error messages; by default that of the path.

    Raises:
        InputError: the file is too large, cannot be read, or belongs to other frames.
    """
    label = name or path.name
    frames = _read_frames(path, label, MAX_UPLOAD_BYTES)
    if max(frames) >= frame_count:
        raise InputError(
            message(
                "{name}: expected annotations of the {count} frames of this video, got one of frame {last} (0 is the "
                "first); choose the file that belongs to this video",
                name=label,
                count=frame_count,
                last=max(frames),
            )
        )
    for index, frame in frames.items():
        _check_size(frame, index, size, label)


def write_annotations(path: Path, poses: Sequence[tuple[Pose, ...]], size: tuple[int, int]) -> None:
    """Write the poses of consecutive frames as a COCO keypoint JSON.

    Args:
        path: of the file.
        poses: the persons of each frame; keypoints with the score 0 are not labeled.
        size: (width, height) of the frames in pixels.

    Raises:
        InputError: the file cannot be written.
    """
    width, height = size
    images = [
        {"id": index, "frame": index, "file_name": f"{index:06d}.jpg", "width": width, "height": height}
        for index in range(len(poses))
    ]
    persons = [(index, pose.as_coco()) for index, frame in enumerate(poses) for pose in frame]
    annotations = [_annotation(number, index, pose) for number, (index, pose) in enumerate(persons, start=1)]
    content = {"images": images, "annotations": annotations, "categories": [_category()]}
    with AtomicFile(path) as temporary:
        temporary.write_text(json.dumps(content), encoding="utf-8")


def _category() -> dict[str, Any]:
    edges = [[a + 1, b + 1] for a, b in COCO_17.edges]  # COCO counts keypoints from 1
    return {"id": 1, "name": "person", "keypoints": list(COCO_17.keypoints), "skeleton": edges}


def _annotation(number: int, index: int, pose: Pose) -> dict[str, Any]:
    labeled = pose.scores > 0
    keypoints = [
        value
        for (x, y), is_labeled in zip(pose.xy.tolist(), labeled.tolist(), strict=True)
        for value in ((x, y, 2) if is_labeled else (0, 0, 0))
    ]
    box = pose.box or pose.bounding_box(1e-6) or Box(0, 0, 0, 0)
    annotation = {
        "id": number,
        "image_id": index,
        "category_id": 1,
        "iscrowd": 0,
        "keypoints": keypoints,
        "num_keypoints": int(labeled.sum()),
        "bbox": [float(value) for value in (box.x0, box.y0, box.width, box.height)],
        "area": float(box.area),
    }
    return annotation if pose.track_id is None else {**annotation, "track_id": pose.track_id}


# ---- reading


def _read_frames(path: Path, name: str, max_bytes: int | None = None) -> Mapping[int, AnnotatedFrame]:
    """The annotated frames by their index in the video."""
    data = _read_json(path, name, max_bytes)
    try:
        images = data["images"]
        poses = _poses(data, name)
        indices = _frame_indices(images)
        unknown = poses.keys() - indices.keys()
        frames = {
            indices[image["id"]]: AnnotatedFrame(_size(image), tuple(poses.get(image["id"], ()))) for image in images
        }
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        reason = f"{type(error).__name__}: {error}"
        raise InputError(message("{name}: expected {what} ({reason})", name=name, what=_WHAT, reason=reason)) from None
    if unknown:
        raise InputError(
            message(
                "{name}: an annotation is of image {image}, which the file does not list",
                name=name,
                image=next(iter(unknown)),
            )
        )
    if len(frames) != len(images) or min(frames) < 0:
        raise InputError(
            message(
                "{name}: expected one image for each frame, got two of the same frame, or a negative one", name=name
            )
        )
    return frames


def _read_json(path: Path, name: str, max_bytes: int | None) -> Mapping[str, Any]:
    check_file(path)
    try:
        data = parse_json(path.read_bytes(), max_bytes)
    except InputError as error:
        raise InputError(message("{name}: {error}; expected {what}", name=name, error=error, what=_WHAT)) from None
    if not isinstance(data, dict) or not {"images", "annotations"} <= data.keys():
        raise InputError(
            message(
                "{name}: expected {what}; export the annotations of the video as COCO keypoints", name=name, what=_WHAT
            )
        )
    if not data["images"]:
        raise InputError(message("{name}: it lists no images; expected one for each annotated frame", name=name))
    return data


def _frame_indices(images: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Image id -> index of the frame; see the module."""
    for field in _FRAME_FIELDS:
        if all(isinstance(image.get(field), int) for image in images):
            return {image["id"]: int(image[field]) for image in images}
    ids = sorted(image["id"] for image in images)
    if ids in (list(range(len(ids))), list(range(1, len(ids) + 1))):
        return {image_id: image_id - ids[0] for image_id in ids}
    ordered = sorted(images, key=lambda image: _natural_order(str(image["file_name"])))
    return {image["id"]: index for index, image in enumerate(ordered)}


def _natural_order(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def _size(image: Mapping[str, Any]) -> tuple[int, int] | None:
    return (int(image["width"]), int(image["height"])) if {"width", "height"} <= image.keys() else None


def _poses(data: Mapping[str, Any], name: str) -> Mapping[int, list[Pose]]:
    """The persons of each image id."""
    named = [category["id"] for category in data.get("categories", ()) if category.get("name") == "person"]
    person = named[0] if named else 1
    poses: dict[int, list[Pose]] = defaultdict(list)
    for annotation in data["annotations"]:
        if annotation.get("category_id", person) == person and not annotation.get("iscrowd"):
            poses[annotation["image_id"]].append(_pose(annotation, name))
    return poses


def _pose(annotation: Mapping[str, Any], name: str) -> Pose:
    label = message("{name}: annotation {id}", name=name, id=annotation.get("id", "?"))
    values = np.array(annotation["keypoints"], np.float64)
    if values.shape != (51,):
        raise InputError(
            message(
                "{name}: expected 17 keypoints (51 numbers), got {count}; use COCO's 17 keypoints",
                name=label,
                count=values.size,
            )
        )
    if not np.isfinite(values).all():
        raise InputError(
            message("{name}: expected numbers, got NaN or infinity; mark unknown keypoints by visibility 0", name=label)
        )
    keypoints = values.reshape(17, 3)
    if not np.isin(keypoints[:, 2], (0, 1, 2)).all():
        highest = float(keypoints[:, 2].max())
        raise InputError(
            message("{name}: expected a visibility of 0, 1 or 2, got {highest:g}", name=label, highest=highest)
        )
    track_id = annotation.get("track_id")
    return Pose(
        COCO_17,
        keypoints[:, :2].astype(np.float32),
        (keypoints[:, 2] > 0).astype(np.float32),
        1.0,
        _box(annotation, label),
        None if track_id is None else int(track_id),
    )


def _box(annotation: Mapping[str, Any], label: str) -> Box | None:
    if "bbox" not in annotation:
        return None
    x, y, width, height = map(float, annotation["bbox"])
    if not np.isfinite((x, y, width, height)).all() or width < 0 or height < 0:
        raise InputError(
            message("{name}: expected a box as x, y, width and height, got {box}", name=label, box=annotation["bbox"])
        )
    return Box(x, y, x + width, y + height)


def _check_size(frame: AnnotatedFrame, index: int, size: tuple[int, int], name: str) -> None:
    """Check the size of an image, and that its keypoints are inside."""
    expected = f"{size[0]} x {size[1]}"
    if frame.size not in (None, size):
        width, height = frame.size or size
        found = f"{width} x {height}"
        raise InputError(
            message(
                "{name}: expected images of {expected} pixels like the video, got {found} for frame {index}; choose "
                "the file that belongs to this video",
                name=name,
                expected=expected,
                found=found,
                index=index,
            )
        )
    limits = np.array(size)
    for pose in frame.poses:
        labeled = pose.xy[pose.scores > 0]
        outside = np.any((labeled < -_MARGIN * limits) | (labeled > (1 + _MARGIN) * limits), axis=1)
        if outside.any():
            x, y = labeled[outside][0].tolist()
            found = f"({x:.0f}, {y:.0f})"
            raise InputError(
                message(
                    "{name}: expected keypoints inside of {expected} pixels, got {found} in frame {index}; choose the "
                    "file that belongs to this video",
                    name=name,
                    expected=expected,
                    found=found,
                    index=index,
                )
            )
