"""One size for all frames of a file: those of another size are scaled to fit, centered, with black bars."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from pose_demo.pipeline import Result
from pose_demo.types import Estimate, Image, Points, Pose

Size = tuple[int, int]  # (width, height) in pixels


@dataclass(frozen=True)
class Letterbox:
    """Where an image lies in a larger or smaller one.

    Attributes:
        left, top: of the scaled image, in pixels.
        inner: size of the scaled image.
        outer: size including the black bars.
    """

    left: int
    top: int
    inner: Size
    outer: Size

    @classmethod
    def fit(cls, size: Size, outer: Size) -> Letterbox:
        """The largest copy of an image of ``size`` in one of ``outer``."""
        scale = min(outer[0] / size[0], outer[1] / size[1])
        width, height = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
        return cls((outer[0] - width) // 2, (outer[1] - height) // 2, (width, height), outer)

    def image(self, image: Image) -> Image:
        """The scaled image with its bars."""
        width, height = self.inner
        shrinks = width < image.shape[1]
        out = np.zeros((self.outer[1], self.outer[0], 3), np.uint8)
        out[self.top : self.top + height, self.left : self.left + width] = cv2.resize(
            image, self.inner, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        )
        return out

    def points(self, xy: Points, size: Size) -> Points:
        """Where points of an image of ``size`` lie."""
        scale = np.divide(self.inner, size, dtype=np.float32)
        return np.asarray(xy * scale + np.array((self.left, self.top), np.float32), np.float32)


def size_of(image: Image) -> Size:
    """(width, height) in pixels."""
    return image.shape[1], image.shape[0]


def fit_image(image: Image, size: Size) -> Image:
    """The image in another size; itself if it has that size."""
    return image if size_of(image) == size else Letterbox.fit(size_of(image), size).image(image)


def fit_result(result: Result, size: Size) -> Result:
    """The image and the poses, without boxes, in another size; the result itself if it has that size."""
    own = size_of(result.image)
    if own == size:
        return result
    return replace(
        result, image=fit_image(result.image, size), estimate=Estimate(fit_poses(result.estimate.poses, own, size))
    )


def fit_poses(poses: tuple[Pose, ...], own: Size, size: Size) -> tuple[Pose, ...]:
    """The poses of an image of size ``own``, without boxes, in another size; themselves if it has that size."""
    if own == size:
        return poses
    letterbox = Letterbox.fit(own, size)
    return tuple(replace(pose, xy=letterbox.points(pose.xy, own), box=None) for pose in poses)
