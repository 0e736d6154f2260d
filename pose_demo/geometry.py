"""Where a net looks in a frame: an axis-aligned region, its warp to the net's input, and the way back."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.types import Box, Image, Points


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle in frame pixels that may reach beyond the frame; what lies outside is black."""

    x: float
    y: float
    width: float
    height: float

    @classmethod
    def letterbox(cls, frame_size: tuple[int, int], aspect: float = 1.0) -> Region:
        """The smallest region of ``aspect`` (width / height) that holds the whole frame, centred on it."""
        w, h = frame_size
        width = max(w, h * aspect)
        height = width / aspect
        return cls((w - width) / 2, (h - height) / 2, width, height)

    @classmethod
    def square(cls, cx: float, cy: float, half: float) -> Region:
        """The square of half side ``half`` round a centre."""
        return cls(cx - half, cy - half, 2 * half, 2 * half)

    def warp(self, image: Image, into: npt.NDArray[np.uint8]) -> None:
        """Resample this region of ``image`` into ``into``, uint8 ``(h, w, 3)``, bilinear.

        Raises:
            RuntimeError: OpenCV wrote somewhere else (``into`` does not fit), so the net would see the last frame.
        """
        h, w = into.shape[:2]
        kx, ky = self.width / w, self.height / h
        # Pixel i covers [i, i + 1): its centre i + 0.5 maps to a centre.
        matrix = np.array([[kx, 0, self.x + kx / 2 - 0.5], [0, ky, self.y + ky / 2 - 0.5]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        result = cv2.warpAffine(image, matrix, (w, h), dst=into, flags=flags, borderMode=cv2.BORDER_CONSTANT)
        if result is not into and not np.shares_memory(result, into):
            raise RuntimeError(f"the input of the net ({into.shape}, {into.dtype}) could not be written in place")

    def to_frame(self, xy: npt.NDArray[np.floating]) -> Points:
        """Map points ``(..., 2)`` given as fractions of the region (0..1) to frame pixels."""
        scale, origin = np.array((self.width, self.height)), np.array((self.x, self.y))
        return np.asarray(xy * scale + origin, np.float32)


def clip_box(box: Box, frame_size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """The whole pixels (x0, y0, x1, y1) of a box inside the frame, or None when nothing of it is inside."""
    w, h = frame_size
    x0, y0 = max(0, int(np.floor(box.x0))), max(0, int(np.floor(box.y0)))
    x1, y1 = min(w, int(np.ceil(box.x1))), min(h, int(np.ceil(box.y1)))
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None
