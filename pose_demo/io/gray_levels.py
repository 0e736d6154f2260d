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
    levels = np.asarray(values, np.float32)
    known = levels[np.isfinite(levels)]
    if not known.size:
        return np.where(levels > 0, 255, 0).astype(np.uint8)
    if np.issubdtype(values.dtype, np.floating):
        known = known[:: max(1, known.size // _SAMPLES)]
        black = min(0.0, float(np.quantile(known, _OUTLIERS)))
        white = _float_white(known - black)
    else:
        black = min(0.0, float(known.min()))
        white = _integer_white(float(known.max()) - black)
    scaled = (levels - black) * (255.0 / white) + _ROUNDING
    return np.asarray(np.nan_to_num(scaled, nan=0.0).clip(0, 255), np.uint8)


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
