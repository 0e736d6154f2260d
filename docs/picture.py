"""Draw docs/dancer.png: the drawn dancer with the skeleton that MoveNet Thunder detects."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pose_demo import Pipeline, Settings, prepare, sample
from pose_demo.io.images import write_image

FRAMES = (150, 330, 346)

if __name__ == "__main__":
    with prepare(Settings(model="movenet-thunder"), static_image_mode=True) as plan:
        images = [Pipeline().process(sample.frame(index, size=(480, 360)), plan).image for index in FRAMES]
    write_image(Path(__file__).with_name("dancer.png"), np.hstack(images))
