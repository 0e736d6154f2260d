"""Videos of one image with the noise of a camera."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pose_demo.types import Frame, Image

_FPS = 30.0


def noisy_frames(image: Image, deviation: float, count: int) -> Iterator[Frame]:
    """``count`` frames of ``image`` at 30 fps with Gaussian noise, the same in each call.

    Args:
        image: RGB.
        deviation: standard deviation of the noise in gray levels.
        count: number of frames.
    """
    random = np.random.default_rng(0)
    for index in range(count):
        noisy = image + random.normal(0, deviation, image.shape)
        yield Frame(noisy.clip(0, 255).astype(np.uint8), index / _FPS)
