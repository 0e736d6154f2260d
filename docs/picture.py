"""Draw docs/dancer.png and the idle page's video: the drawn dancer with the skeleton that Thunder detects."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pose_demo import Pipeline, Settings, prepare, sample
from pose_demo.io.images import write_image
from pose_demo.io.video_writer import VideoWriter
from pose_demo.sample.dance import loop_length
from pose_demo.ui.components import loop

FRAMES = (150, 330, 346)
STEP = 2  # frames of the dance between two of the video

if __name__ == "__main__":
    with prepare(Settings(model="movenet-thunder"), static_image_mode=True) as plan:
        images = [Pipeline().process(sample.frame(index, size=(480, 360)), plan).image for index in FRAMES]
        write_image(Path(__file__).with_name("dancer.png"), np.hstack(images))
        with VideoWriter(Path(loop.__file__).with_suffix(".mp4"), sample.FPS / STEP, crf=30) as video:
            for index in range(0, loop_length(), STEP):
                image = Pipeline().process(sample.frame(index, size=(640, 480)), plan).image
                video.write(image, index / sample.FPS)
