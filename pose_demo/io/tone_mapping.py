"""From HDR and wide-gamut video to sRGB: what a standard display shows of it.

FFmpeg's ``zscale`` is missing in PyAV, and the conversion of its ``scale`` filter clips everything above SDR white.

Source: ITU-R BT.2100 (PQ and HLG), BT.2408 (SDR white at 203 cd/m²), IEC 61966-2-1 (sRGB), SMPTE EG 432-1 (P3); the
tone curve is "mobius" of FFmpeg's ``tonemap`` filter.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from pose_demo.types import Image

Floats = npt.NDArray[np.float32]

# Numbers of ITU-T H.273.
PQ, HLG = 16, 18  # transfer functions
BT709, BT2020, DISPLAY_P3 = 1, 9, 12  # primaries

_WHITE = 203.0  # cd/m² of SDR white in HDR
_PEAK = 1000.0  # cd/m² that are shown as the brightest white; the peak of HLG, and of most displays of PQ
_KNEE = 0.85  # of SDR white: darker light is not changed
_SDR_GAMMA = 2.4  # of BT.1886; decoded and encoded alike

_D65 = 0.3127, 0.3290
_CHROMATICITIES = {
    BT709: ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)),
    BT2020: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    DISPLAY_P3: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
_BT2020_LUMINANCE = np.array([[0.2627, 0.6780, 0.0593]], np.float32)

_CODES = 65536
_ROWS = 128  # at a time: the arrays in between fit into the cache


def to_srgb(image: npt.NDArray[np.uint16], transfer: int, primaries: int) -> Image:
    """Convert an image to sRGB.

    Args:
        image: RGB ``(height, width, 3)`` with the full range of 16 bits, not linear.
        transfer: `PQ`, `HLG`, or any other number for SDR.
        primaries: `BT709`, `BT2020` or `DISPLAY_P3`.
    """
    out = np.empty(image.shape, np.uint8)
    for top in range(0, len(image), _ROWS):
        rows = slice(top, top + _ROWS)
        out[rows] = _convert(image[rows], transfer, primaries)
    return out


def _convert(image: npt.NDArray[np.uint16], transfer: int, primaries: int) -> Image:
    light = _decoding(transfer)[image]  # 1 is SDR white
    if transfer == HLG:
        luminance = cv2.transform(light, _BT2020_LUMINANCE)
        light *= (_PEAK / _WHITE) * cv2.pow(luminance, 0.2)[..., None]
    peak = _peak(transfer)
    linear = cv2.transform(light, _to_bt709(primaries) * ((_CODES - 1) / peak))
    return _encoding(transfer)[np.clip(linear, 0, _CODES - 1).astype(np.uint16)]


def _peak(transfer: int) -> float:
    """The brightest light that is not clipped; 1 is SDR white."""
    return _PEAK / _WHITE if transfer in (PQ, HLG) else 1.0


@cache
def _decoding(transfer: int) -> Floats:
    """Light of each code; for HLG light of the scene, whose brightest is 1."""
    code = np.linspace(0, 1, _CODES)
    if transfer == PQ:
        power = code ** (32 / 2523)
        light = (np.maximum(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (16384 / 2610)
        return (light * (10_000 / _WHITE)).astype(np.float32)
    if transfer == HLG:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        return np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12).astype(np.float32)
    return (code**_SDR_GAMMA).astype(np.float32)


@cache
def _encoding(transfer: int) -> npt.NDArray[np.uint8]:
    """The 8-bit value of light that is scaled to 0..65535."""
    light = np.linspace(0, _peak(transfer), _CODES)
    if transfer not in (PQ, HLG):
        return (255 * light ** (1 / _SDR_GAMMA)).round().astype(np.uint8)
    light = _compressed(light)
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return (255 * encoded).round().clip(0, 255).astype(np.uint8)


def _compressed(light: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Light from 0 to the peak as light from 0 to 1; unchanged below the knee, and smooth there."""
    peak, knee = _PEAK / _WHITE, _KNEE
    a = -(knee**2) * (peak - 1) / (knee**2 - 2 * knee + peak)
    b = (knee**2 - 2 * knee * peak + peak) / (peak - 1)
    scale = (b**2 + 2 * b * knee + knee**2) / (b - a)
    return np.where(light <= knee, light, scale * (light + a) / (np.maximum(light, knee) + b))


@cache
def _to_bt709(primaries: int) -> Floats:
    """Linear RGB with ``primaries`` to linear RGB with those of BT.709, ``(3, 3)``; both have the white point D65."""
    matrix = np.linalg.inv(_rgb_to_xyz(BT709)) @ _rgb_to_xyz(primaries)
    return np.asarray(matrix, np.float32)


def _rgb_to_xyz(primaries: int) -> npt.NDArray[np.float64]:
    columns = np.array([_xyz(*point) for point in _CHROMATICITIES[primaries]]).T
    return np.asarray(columns * np.linalg.solve(columns, _xyz(*_D65)))


def _xyz(x: float, y: float) -> npt.NDArray[np.float64]:
    """The color of luminance 1 with this chromaticity."""
    return np.array([x / y, 1, (1 - x - y) / y])
