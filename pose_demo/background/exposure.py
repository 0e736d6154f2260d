"""Compensation of the brightness and color changes that a camera's automatic exposure or the light causes."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.imaging import as_uint8
from pose_demo.types import Image, Mask

_BLOCKS_PER_SIDE = 24  # of the longer side: enough for nine numbers
_MIN_USABLE = 0.05  # fraction of the blocks
_DARKEST, _BRIGHTEST = 5, 250  # levels beyond are clipped, so they do not tell by how much a pixel changed
_MAX_ITERATIONS = 6
_TUKEY = 4.685  # residuals of more standard deviations have no weight; 95 % efficiency for Gaussian noise
_MAD_TO_SIGMA = 1.4826
_MIN_SIGMA = 0.5 / 255  # the rounding of levels
_ROUNDING = 0.75  # of the mean of a block, in 0..255
_NEGLIGIBLE = 0.5 / 255  # change of a level from one iteration to the next
_RIDGE = np.array([1e-4, 1e-5, 1e-4])  # where a scene has few levels, a gain is likelier than an offset or a bend
_MIN_SLOPE, _MAX_SLOPE = 0.4, 2.5  # beyond, too few levels of the image are left
_NEWEST_WEIGHT = 0.05  # of a frame in the reference
_LEVELS = np.arange(256) / 255
_LEVEL_POWERS = np.vander(_LEVELS, 3, increasing=True)

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]
Means = npt.NDArray[np.float32]


class ExposureCompensation:
    """Gives the frames of a static camera the brightness and colors of a reference, the mean of the previous ones.

    Each channel has its own curve, a polynomial of degree 2, which covers exposure, white balance, contrast and
    approximately gamma. The fit ignores whatever else has changed, such as a person.

    Attributes:
        succeeded: False when the last frame was far too bright or too dark.
        noise: standard deviation of a level (0..255) of the background in the last frame.
        reference: RGB; None before the first frame.
    """

    def __init__(self) -> None:
        self.succeeded, self.noise = True, 0.0
        self.reference: Image | None = None
        self._mean: Means | None = None
        self._learned = 0
        self._curves: Floats = np.zeros((3, 3))
        self._table: npt.NDArray[np.uint8] | None = None  # (1, 256, 3) compensated levels; None is the identity

    def apply(self, image: Image, foreground: Mask | None) -> Image:
        """The compensated image.

        Args:
            image: RGB, of the same size as the previous ones.
            foreground: nonzero where the previous image showed anything but the background; None if unknown.
        """
        if self._mean is None:
            return image
        result = self._compensate(image)
        if _differs(result, self._mean, foreground):
            self._fit(image, self._mean, foreground)
            result = self._compensate(image)
        self.noise = _noise(result, self._mean)
        return result

    def _fit(self, image: Image, mean: Means, foreground: Mask | None) -> None:
        """Set the curves, and whether they are plausible."""
        excluded = _is_clipped(image) | _is_clipped(mean)
        if foreground is not None:
            excluded |= foreground[..., None] > 0
        usable = _usable(_block_means(as_uint8(excluded * np.uint8(255))) == 0)
        self._curves = fit_curves(_block_means(image) / 255, _block_means(mean) / 255, usable, self._curves)
        slopes = 1 + self._curves[1] + 2 * self._curves[2] * np.array([[0], [1]])  # of the darkest and brightest level
        self.succeeded = bool(slopes.min() >= _MIN_SLOPE and slopes.max() <= _MAX_SLOPE)
        levels = 255 * (_LEVELS[:, None] + _LEVEL_POWERS @ self._curves)
        self._table = np.rint(levels).clip(0, 255).astype(np.uint8)[None]

    def _compensate(self, image: Image) -> Image:
        if self._table is None:
            return image
        result = as_uint8(cv2.LUT(image, self._table))
        # A clipped level may stand for any brighter one; resizing has mixed it with the levels beside it.
        clipped = cv2.dilate(image, np.ones((3, 3), np.uint8)) >= _BRIGHTEST
        np.maximum(result, np.asarray(self.reference), out=result, where=clipped)
        return result

    def learn(self, image: Image, foreground: Mask | None) -> None:
        """Add a compensated image to the reference, except where ``foreground`` is nonzero; None adds all of it."""
        self._learned += 1
        if self._mean is None:
            self._mean = image.astype(np.float32)
        background = None if foreground is None else cv2.bitwise_not(foreground)
        cv2.accumulateWeighted(image, self._mean, max(_NEWEST_WEIGHT, 1 / self._learned), background)
        self.reference = as_uint8(cv2.convertScaleAbs(self._mean))


def _differs(image: Image, mean: Means, foreground: Mask | None) -> bool:
    """Whether the background differs from its mean by more than rounding, in more than a quarter of it."""
    difference = np.abs(_block_means(image) - _block_means(mean))
    if foreground is not None:
        background = _block_means(foreground)[:, 0] == 0
        difference = difference[background] if background.any() else difference
    position = len(difference) * 3 // 4
    return bool(np.partition(difference, position, axis=0)[position].max() > _ROUNDING)


def _block_means(image: Image | Mask | Means) -> Floats:
    """(n, channels) means of blocks; as a block has less noise than a pixel, noise does not flatten the curves."""
    height, width = image.shape[:2]
    scale = min(1.0, _BLOCKS_PER_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    means = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)
    return means.reshape(len(means) * means.shape[1], -1)


def _is_clipped(image: Image | Means) -> Bools:
    return np.asarray((image <= _DARKEST) | (image >= _BRIGHTEST))


def _usable(candidates: Bools) -> Bools:
    """The candidates (n, 3); in a channel with too few of them all blocks."""
    return np.asarray(candidates | (candidates.mean(axis=0) < _MIN_USABLE))


def _noise(image: Image, mean: Means) -> float:
    """Standard deviation of a level (0..255) around its mean, from every fourth row and column."""
    return _MAD_TO_SIGMA * float(np.median(np.abs(image[::4, ::4] - mean[::4, ::4])))


def fit_curves(levels: Floats, expected: Floats, usable: Bools, curves: Floats) -> Floats:
    """Fit one polynomial for each channel by iteratively reweighted least squares with Tukey's biweight.

    Args:
        levels: ``(n, 3)`` of an image, in [0, 1].
        expected: ``(n, 3)`` levels that they should get.
        usable: ``(n, 3)`` which of them to use.
        curves: ``(3, 3)`` where to start: coefficients of degree 0, 1, 2 for each channel, to be added to the level.

    Returns:
        the fitted coefficients.
    """
    powers = np.stack([levels**degree for degree in range(5)])
    target = expected - levels
    for _ in range(_MAX_ITERATIONS):
        residuals = target - np.einsum("knc,kc->nc", powers[:3], curves)
        weights = (1 - (residuals / (_TUKEY * _sigma(residuals, usable))) ** 2).clip(0) ** 2 * usable
        before, curves = curves, _least_squares(powers, target, weights)
        if np.abs(curves - before).sum(axis=0).max() < _NEGLIGIBLE:
            break
    return curves


def _least_squares(powers: Floats, target: Floats, weights: Floats) -> Floats:
    """Polynomials (3 coefficients, channel) for the target (n, channel), from ``powers`` of degree 0..4."""
    moments = np.einsum("nc,knc->ck", weights, powers)
    matrices = moments[:, np.add.outer(range(3), range(3))] + np.diag(_RIDGE * len(target))
    right = np.einsum("nc,knc->ck", weights * target, powers[:3])
    return np.asarray(np.linalg.solve(matrices, right[..., None])[..., 0].T)


def _sigma(residuals: Floats, usable: Bools) -> Floats:
    """Robust standard deviation of each channel."""
    medians = [np.median(np.abs(residuals[usable[:, channel], channel])) for channel in range(3)]
    return np.maximum(_MAD_TO_SIGMA * np.array(medians), _MIN_SIGMA)
