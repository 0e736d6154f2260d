"""Values of more than 8 bits, or of floating point, as 8-bit values."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# White of integers: the highest value of the bit depths that cameras and scanners have.
_INTEGER_WHITES = (255.0, 1023.0, 4095.0, 16383.0, 65535.0)

_OUTLIERS = 0.01  # part of the pixels: highlights, and the marks of missing pixels
_SAMPLES = 1_000_000  # pixels that are looked at to find quantiles
_ROUNDING = 1e-3  # of a level: 90 / 255 * 255 is a little less than 90 in float32


def to_uint8(values: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Scale values to 0..255, so that no image is black or white only because of its type.

    * Black is 0; if there are negative values it is the lowest one, of floats the value that 1 % are below.
    * White of integers is the highest value of 8, 10, 12, 14 or 16 bits, whichever holds them all; else the highest
      value.
    * White of floats is 1, 255 or 65535, if 99 % are below and some come near. HDR values (up to 32) have their white
      between 1 and the value that 1 % exceed, at 2.5 times the median. Other values have it where 1 % exceed it.
    * NaN and minus infinity become black, plus infinity becomes white.
    """
    limits = _black_and_white(values)
    if limits is None:
        return np.where(values > 0, 255, 0).astype(np.uint8)
    scaled = np.empty(values.shape, np.uint8)
    rows = max(1, _SAMPLES * len(values) // max(1, values.size))
    for start in range(0, len(values), rows):  # floats of the whole image would take four times its memory
        scaled[start : start + rows] = _scale(values[start : start + rows], *limits)
    return scaled


def _black_and_white(values: npt.NDArray[Any]) -> tuple[float, float] | None:
    """The values that become 0 and 255; None if no value is finite."""
    if not np.issubdtype(values.dtype, np.floating):
        black = min(0.0, float(values.min()))
        return black, _integer_white(float(values.max()) - black)
    step = max(1, round((values.size / _SAMPLES) ** 0.5))  # over rows and columns, so that every channel counts
    known = np.asarray(values[::step, ::step], np.float32)
    known = known[np.isfinite(known)]
    if not known.size:
        return None
    black = min(0.0, float(np.quantile(known, _OUTLIERS)))
    return black, _float_white(known - black)


def _scale(values: npt.NDArray[Any], black: float, white: float) -> Floats:
    levels = (np.asarray(values, np.float32) - black) * (255.0 / white) + _ROUNDING
    return np.asarray(np.nan_to_num(levels, nan=0.0).clip(0, 255), np.float32)


def _integer_white(highest: float) -> float:
    return next((white for white in _INTEGER_WHITES if highest <= white), highest)


def _float_white(known: Floats) -> float:
    median, highest = (float(value) for value in np.quantile(known, (0.5, 1 - _OUTLIERS)))
    if highest <= 1:
        return 1.0
    if highest < 32:  # 1 is a white surface; a sky ten times as bright must not make everything else black
        return min(highest, max(1.0, 2.5 * median))
    if highest <= 255:
        return 255.0
    return 65535.0 if 65535 / 8 <= highest <= 65535 else highest
