"""What annotated keypoints and boxes tell about segmentation masks, for data without annotated masks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.geometry import clip_box
from pose_demo.types import Box, Mask

_BOX_PADDING = 0.1  # of the size of a box, on each side


@dataclass(frozen=True)
class MaskMeasures:
    """The measures of one mask.

    Attributes:
        hits: for each visible keypoint whether it lies in the mask.
        large_hits: those of large persons.
        area: of the mask, in pixels.
        leak: the part of it outside the padded boxes of all persons, in pixels.
        image_area: of the image, in pixels.
        persons: how many are annotated.
    """

    hits: tuple[bool, ...]
    large_hits: tuple[bool, ...]
    area: int
    leak: int
    image_area: int
    persons: int


def measure(
    mask: Mask,
    keypoints: npt.NDArray[np.float64],
    boxes: Sequence[Box],
    is_large: npt.NDArray[np.bool_],
    threshold: float = 0.5,
) -> MaskMeasures:
    """Compare a mask with the annotations of its image.

    Args:
        mask: uint8 0..255, of the size of the image.
        keypoints: ``(N, 2)``, the visible keypoints of all persons, in pixels.
        boxes: of all persons, crowds included.
        is_large: ``(N,)`` whether a keypoint is that of a large person.
        threshold: pixels with a higher probability belong to the mask, as in `pose_demo.background.alpha_matte`.
    """
    inside = mask > int(threshold * 255)
    outside_boxes = inside.copy()
    height, width = mask.shape
    for box in boxes:
        padded = box.padded(_BOX_PADDING * box.width, _BOX_PADDING * box.height)
        if pixels := clip_box(padded, (width, height)):
            x0, y0, x1, y1 = pixels
            outside_boxes[y0:y1, x0:x1] = False
    x, y = keypoints.astype(int).clip(0, (width - 1, height - 1)).T
    hits, large_hits = _bools(inside[y, x]), _bools(inside[y, x][is_large])
    return MaskMeasures(hits, large_hits, int(inside.sum()), int(outside_boxes.sum()), mask.size, len(boxes))


def _bools(values: npt.NDArray[np.bool_]) -> tuple[bool, ...]:
    return tuple(map(bool, values))


def flicker(masks: Sequence[Mask]) -> float | None:
    """Mean absolute change of a mask from one frame to the next, as a fraction of its area; None without any area.

    It is noise where nothing moves, such as in a still image with the noise of a camera.

    Args:
        masks: uint8 0..255, of consecutive frames.
    """
    area = np.mean([mask.mean() for mask in masks])
    changes = [cv2.absdiff(before, after).mean() for before, after in pairwise(masks)]
    return float(np.mean(changes) / area) if area else None


def summary(measured: Iterable[MaskMeasures]) -> dict[str, float | None]:
    """The measures over all images; None where there is nothing to measure.

    Returns:
        ``mask_coverage``: fraction of the visible keypoints that lie in a mask;
        ``mask_coverage_large``: the same for large persons only;
        ``mask_leak``: fraction of the masks' area outside the boxes, in images with persons;
        ``mask_false_area``: mean fraction of an image without a person that its mask takes.
    """
    measured = tuple(measured)
    hits = [hit for measures in measured for hit in measures.hits]
    large_hits = [hit for measures in measured for hit in measures.large_hits]
    of_persons = [measures for measures in measured if measures.persons]
    area = sum(measures.area for measures in of_persons)
    false = [measures.area / measures.image_area for measures in measured if not measures.persons]
    return {
        "mask_coverage": round(float(np.mean(hits)), 4) if hits else None,
        "mask_coverage_large": round(float(np.mean(large_hits)), 4) if large_hits else None,
        "mask_leak": round(sum(measures.leak for measures in of_persons) / area, 4) if area else None,
        "mask_false_area": round(float(np.mean(false)), 4) if false else None,
    }
