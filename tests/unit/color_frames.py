"""Video frames of known colors, made without FFmpeg's conversions."""

from __future__ import annotations

import av
import numpy as np

COLORS = np.array(
    [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (200, 150, 120), (128, 128, 128), (10, 10, 10)], np.uint8
)
BARS = np.repeat(COLORS, 16, axis=0)[None].repeat(16, axis=0)  # 16 x 112

# Red and blue in the luma of each matrix, by its number in ITU-T H.273.
LUMA = {1: (0.2126, 0.0722), 6: (0.299, 0.114), 7: (0.212, 0.087), 9: (0.2627, 0.0593)}


def image_of(size):
    """Bars of the colors as an image of ``size``, a multiple of 16 in height."""
    width, height = size
    columns = np.linspace(0, len(COLORS) - 1e-6, width // 16).astype(int).repeat(16)
    return COLORS[columns][None].repeat(height, axis=0)


def yuv_frame(rgb, matrix, *, full=False, bits=8, pixel_format=None):
    """A frame in 4:2:0.

    Args:
        rgb: values in [0, 1], constant in each 2 x 2 pixels.
        matrix: a key of LUMA.
        full: the full range.
        bits: of each value, 8 or 10.
        pixel_format: by default yuv420p, or yuv420p10le.
    """
    red, blue = LUMA[matrix]
    y = rgb @ np.array([red, 1 - red - blue, blue])
    u, v = (rgb[..., 2] - y) / (2 - 2 * blue), (rgb[..., 0] - y) / (2 - 2 * red)
    low, luma, chroma = (0, 255, 255) if full else (16, 219, 224)
    planes = low + luma * y, 128 + chroma * u[::2, ::2], 128 + chroma * v[::2, ::2]
    frame = av.VideoFrame(rgb.shape[1], rgb.shape[0], pixel_format or ("yuv420p" if bits == 8 else "yuv420p10le"))
    for values, plane in zip(planes, frame.planes, strict=True):
        codes = np.round(values * 2 ** (bits - 8)).clip(0, 2**bits - 1)
        fill(plane, codes, np.uint8 if bits == 8 else np.uint16)
    return frame


def fill(plane, values, dtype=np.uint8):
    """Write values ``(height, width)`` to a plane, whose rows are padded."""
    rows = np.frombuffer(plane, dtype).reshape(plane.height, -1)
    rows[:, : values.shape[1]] = values


def tagged(frame, matrix=2, color_range=0, transfer=2, primaries=2):
    """The frame with tags; by default with none."""
    frame.colorspace, frame.color_range, frame.color_trc, frame.color_primaries = (
        matrix,
        color_range,
        transfer,
        primaries,
    )
    return frame


def as_displayed(frame):
    """The RGB image of an 8-bit frame in 4:2:0 and limited range, by its tagged matrix."""
    red, blue = LUMA[frame.colorspace]
    y, u, v = (np.frombuffer(p, np.uint8).reshape(p.height, -1)[:, : p.width].astype(float) for p in frame.planes)
    y, u, v = (y - 16) / 219, (u - 128).repeat(2, 0).repeat(2, 1) / 224, (v - 128).repeat(2, 0).repeat(2, 1) / 224
    r, b = y + (2 - 2 * red) * v, y + (2 - 2 * blue) * u
    g = (y - red * r - blue * b) / (1 - red - blue)
    return (np.stack([r, g, b], axis=-1) * 255).clip(0, 255)


def to_hdr(image, transfer):
    """An sRGB image as HDR with SDR white at 203 cd/m² and the primaries of BT.2020: values in [0, 1]."""
    srgb = image / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    wide = linear @ np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]]).T
    return (pq if transfer == 16 else hlg)(203 * wide)


def pq(light):
    """PQ of light in cd/m²; ITU-R BT.2100, table 4."""
    power = (light / 10_000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375


def hlg(light):
    """HLG of light in cd/m² of a display of 1000 cd/m²; ITU-R BT.2100, table 5."""
    luminance = (light @ np.array([0.2627, 0.678, 0.0593]))[..., None] / 1000
    scene = light / 1000 * np.maximum(luminance, 1e-6) ** (1 / 1.2 - 1)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), a * np.log(np.maximum(12 * scene - b, 1e-6)) + c)
