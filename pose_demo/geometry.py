"""Regions of interest: what part of a frame a network sees, and how its output maps back to frame pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.types import Box, Image, Mask

Matrix = npt.NDArray[np.float64]
Coordinates = npt.NDArray[np.floating]

UNIT_RANGE = (np.arange(256) / 255).astype(np.float32)  # pixel value to [0, 1], for `look_up_into`


@dataclass(frozen=True, slots=True)
class Roi:
    """A rectangle in frame pixels, possibly rotated; it may extend beyond the frame.

    Attributes:
        center_x, center_y: its center.
        width, height: lengths of its sides; a negative width mirrors its crops (`mirrored`).
        rotation: radians, clockwise on the screen.
    """

    center_x: float
    center_y: float
    width: float
    height: float
    rotation: float = 0.0

    @classmethod
    def letterbox(cls, frame_size: tuple[int, int], aspect: float = 1.0) -> Roi:
        """The smallest ROI of ``aspect`` (width / height) that contains the whole frame, centered on it."""
        frame_width, frame_height = frame_size
        width = max(frame_width, frame_height * aspect)
        return cls(frame_width / 2, frame_height / 2, width, width / aspect)

    @classmethod
    def square(cls, center_x: float, center_y: float, side: float, rotation: float = 0.0) -> Roi:
        """A square ROI around a center."""
        return cls(center_x, center_y, side, side, rotation)

    def matrix(self, size: tuple[int, int], *, half_pixel_centers: bool = True) -> Matrix:
        """The affine transform ``(2, 3)`` from pixel indices of a crop to pixel indices of the frame.

        Args:
            size: (width, height) of the crop in pixels.
            half_pixel_centers: pixel i covers [i, i + 1), so that its center i + 0.5 maps to a center. Without it
                index 0 maps to the ROI's corner, as in MediaPipe.
        """
        width, height = size
        cos, sin = math.cos(self.rotation), math.sin(self.rotation)
        scale_x, scale_y = self.width / width, self.height / height
        a, b, c, d = cos * scale_x, -sin * scale_y, sin * scale_x, cos * scale_y
        shift = 0.5 if half_pixel_centers else 0.0
        u, v = width / 2 - shift, height / 2 - shift
        x, y = self.center_x - a * u - b * v - shift, self.center_y - c * u - d * v - shift
        return np.array([[a, b, x], [c, d, y]])

    def crop_into(
        self, image: Image, out: Image, *, border: int = cv2.BORDER_CONSTANT, half_pixel_centers: bool = True
    ) -> None:
        """Resample the ROI of ``image`` bilinearly into ``out``, uint8 ``(height, width, 3)``.

        Args:
            image: the whole frame.
            out: the array to write, such as a network's input tensor.
            border: OpenCV's border mode for what lies outside the frame; black by default.
            half_pixel_centers: see `matrix`.

        Raises:
            RuntimeError: see `check_written_in_place`.
        """
        height, width = out.shape[:2]
        warp(image, self.matrix((width, height), half_pixel_centers=half_pixel_centers), out, border)

    def is_near(self, other: Roi, tolerance: float) -> bool:
        """Whether two ROIs of the same rotation differ in center and size by less than ``tolerance``, a fraction."""
        differences = (
            (self.center_x - other.center_x) / self.width,
            (self.center_y - other.center_y) / self.height,
            (self.width - other.width) / self.width,
            (self.height - other.height) / self.height,
        )
        return self.rotation == other.rotation and max(map(abs, differences)) < tolerance

    def resample_at(self, crop: Mask, pixels: tuple[int, int, int, int], *, half_pixel_centers: bool = True) -> Mask:
        """Resample ``crop``, a mask of the ROI, bilinearly at pixels of the frame: the inverse of `crop_into`.

        Args:
            crop: uint8 ``(height, width)``.
            pixels: x0, y0, x1, y1, those of the result; 0 outside the ROI.
            half_pixel_centers: see `matrix`; the same as for the crop, else the mask is shifted.
        """
        (x0, y0, x1, y1), (height, width) = pixels, crop.shape
        to_frame = self.matrix((width, height), half_pixel_centers=half_pixel_centers)
        to_crop = np.asarray(cv2.invertAffineTransform(to_frame), np.float64)
        to_crop[:, 2] += to_crop[:, :2] @ (x0, y0)
        mask = np.empty((y1 - y0, x1 - x0), np.uint8)
        warp(crop, to_crop, mask, cv2.BORDER_CONSTANT)
        return mask

    def mirrored(self) -> Roi:
        """The same rectangle, its crops flipped horizontally; coordinates in them map to the same frame pixels."""
        return replace(self, width=-self.width)

    def to_frame(self, xy: Coordinates) -> Matrix:
        """Map points ``(..., 2)`` normalized to the ROI ([0, 1]) to frame pixels."""
        matrix = self.matrix((1, 1), half_pixel_centers=False)
        return np.asarray(xy @ matrix[:, :2].T + matrix[:, 2])

    def world_to_frame(self, world: Coordinates) -> Matrix:
        """Rotate world points ``(..., 3)`` from the axes of the ROI to those of the frame; origin, scale and z stay.

        Source: MediaPipe's WorldLandmarkProjectionCalculator.
        """
        cos, sin = math.cos(self.rotation), math.sin(self.rotation)
        return np.asarray(world @ np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]]))

    def box_to_frame(self, box: Box) -> Box:
        """Map a box normalized to the ROI ([0, 1]) to frame pixels: the axis-aligned box around its corners."""
        corners = self.to_frame(np.array([(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]))
        (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
        return replace(box, x0=float(x0), y0=float(y0), x1=float(x1), y1=float(y1))

    def bounding_box(self) -> Box:
        """The axis-aligned box around the ROI."""
        return self.box_to_frame(Box(0.0, 0.0, 1.0, 1.0))


def upright_rotation(base: Coordinates, tip: Coordinates) -> float:
    """The rotation in [-pi, pi) of a ROI in which ``tip`` is above ``base``, both ``(2,)``."""
    dx, dy = float(tip[0] - base[0]), float(tip[1] - base[1])
    return wrapped(math.atan2(dx, -dy))


def wrapped(angle: float) -> float:
    """The same angle in [-pi, pi)."""
    return (angle + math.pi) % (2 * math.pi) - math.pi


def warp(image: Image, matrix: Matrix, out: Image, border: int) -> None:
    """Resample ``image`` bilinearly into ``out``; ``matrix`` (2, 3) maps indices of ``out`` to those of ``image``.

    Raises:
        RuntimeError: see `check_written_in_place`.
    """
    height, width = out.shape[:2]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    result = cv2.warpAffine(image, matrix, (width, height), dst=out, flags=flags, borderMode=border)
    check_written_in_place(result, out)


def check_written_in_place(result: object, out: npt.NDArray[np.generic]) -> None:
    """Check that OpenCV wrote into the array it was given.

    Raises:
        RuntimeError: OpenCV allocated a new array because ``out`` has another shape, type or layout than the result;
            a network would then process the previous frame again.
    """
    if result is not out and not np.shares_memory(np.asarray(result), out):
        raise RuntimeError(f"OpenCV could not write in place into an array of shape {out.shape} and type {out.dtype}")


def look_up_into(image: Image, table: npt.NDArray[np.float32], out: npt.NDArray[np.float32]) -> None:
    """Write ``table``, 256 values, at the values of ``image`` into ``out``, such as a network's input tensor.

    Raises:
        RuntimeError: see `check_written_in_place`.
    """
    check_written_in_place(cv2.LUT(image, table, dst=out), out)


def clip_box(box: Box, frame_size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """The integer pixels (x0, y0, x1, y1) of a box inside the frame; None when no part of it is inside."""
    width, height = frame_size
    x0, y0 = max(0, math.floor(box.x0)), max(0, math.floor(box.y0))
    x1, y1 = min(width, math.ceil(box.x1)), min(height, math.ceil(box.y1))
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None
