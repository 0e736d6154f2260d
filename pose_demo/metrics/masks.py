"""What annotated keypoints and boxes tell about segmentation masks, for data without annotated masks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pose_demo.geometry import clip_box
from pose_demo.types import Box, Mask

_THRESHOLD = 128  # of 0..255
_BOX_PADDING = 0.1  # of the size of a box, on each side


@dataclass(frozen=True)
class MaskMeasures:
    """The measures of one mask; a pixel belongs to it from half the probability on.

    Attributes:
        hits: for each visible keypoint whether it lies in the mask.
        area: of the mask, in pixels.
        leak: the part of it outside the padded boxes of all persons, in pixels.
        image_area: of the image, in pixels.
        persons: how many are annotated.
    """

    hits: tuple[bool, ...]
    area: int
    leak: int
    image_area: int
    persons: int


def measure(mask: Mask, keypoints: npt.NDArray[np.float64], boxes: Sequence[Box]) -> MaskMeasures:
    """Compare a mask with the annotations of its image.

    Args:
        mask: uint8 0..255, of the size of the image.
        keypoints: ``(N, 2)``, the visible keypoints of all persons, in pixels.
        boxes: of all persons, crowds included.
    """
    inside = mask >= _THRESHOLD
    outside_boxes = inside.copy()
    height, width = mask.shape
    for box in boxes:
        dx, dy = _BOX_PADDING * box.width, _BOX_PADDING * box.height
        padded = replace(box, x0=box.x0 - dx, y0=box.y0 - dy, x1=box.x1 + dx, y1=box.y1 + dy)
        if pixels := clip_box(padded, (width, height)):
            x0, y0, x1, y1 = pixels
            outside_boxes[y0:y1, x0:x1] = False
    x, y = keypoints.astype(int).clip(0, (width - 1, height - 1)).T
    hits = tuple(bool(hit) for hit in inside[y, x])
    return MaskMeasures(hits, int(inside.sum()), int(outside_boxes.sum()), mask.size, len(boxes))


def summary(measured: Iterable[MaskMeasures]) -> dict[str, float | None]:
    """The measures over all images; None where there is nothing to measure.

    Returns:
        ``mask_coverage``: fraction of the visible keypoints that lie in a mask;
        ``mask_leak``: fraction of the masks' area outside the boxes, in images with persons;
        ``mask_false_area``: mean fraction of an image without a person that its mask takes.
    """
    measured = tuple(measured)
    hits = [hit for measures in measured for hit in measures.hits]
    of_persons = [measures for measures in measured if measures.persons]
    area = sum(measures.area for measures in of_persons)
    false = [measures.area / measures.image_area for measures in measured if not measures.persons]
    return {
        "mask_coverage": round(float(np.mean(hits)), 4) if hits else None,
        "mask_leak": round(sum(measures.leak for measures in of_persons) / area, 4) if area else None,
        "mask_false_area": round(float(np.mean(false)), 4) if false else None,
    }
