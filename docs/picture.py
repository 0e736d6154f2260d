"""Draw the dancer with the skeleton that Thunder detects: docs/dancer.png, the idle page's video, a link's preview.

Also the icon of the page.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from pose_demo import Pipeline, Settings, prepare, sample
from pose_demo.io.images import write_image
from pose_demo.io.video_writer import VideoWriter
from pose_demo.plan import Plan
from pose_demo.sample.dance import loop_length
from pose_demo.types import Image
from pose_demo.ui import html_head
from pose_demo.ui.components import loop

FRAMES = (150, 330, 346)
PREVIEW_FRAMES = (150, 346)
STEP = 2  # frames of the dance between two of the video


def preview(plan: Plan) -> Image:
    """Two moments of the dance side by side, in the size that messengers show."""
    width, height = html_head.PREVIEW_SIZE
    images = [
        Pipeline().process(sample.frame(index, size=(width // 2, height)), plan).image for index in PREVIEW_FRAMES
    ]
    return np.hstack(images)


def icon() -> Image:
    """A stick figure, for the tab of the browser."""
    canvas = np.full((64, 64, 3), (15, 123, 108), np.uint8)
    keypoints = np.array([(32, 24), (14, 10), (50, 30), (30, 42), (18, 58), (46, 56)])
    for start, end in ((0, 1), (0, 2), (0, 3), (3, 4), (3, 5)):
        cv2.line(canvas, keypoints[start].tolist(), keypoints[end].tolist(), (255, 255, 255), 4, cv2.LINE_AA)
    cv2.circle(canvas, (33, 14), 6, (255, 210, 90), -1, cv2.LINE_AA)
    return canvas


if __name__ == "__main__":
    with prepare(Settings(model="movenet-thunder"), static_image_mode=True) as plan:
        images = [Pipeline().process(sample.frame(index, size=(480, 360)), plan).image for index in FRAMES]
        write_image(Path(__file__).with_name("dancer.png"), np.hstack(images))
        write_image(html_head.PICTURES["preview.jpg"], preview(plan))
        write_image(html_head.PICTURES["icon.png"], icon())
        with VideoWriter(Path(loop.__file__).with_suffix(".mp4"), sample.FPS / STEP, crf=30) as video:
            for index in range(0, loop_length(), STEP):
                image = Pipeline().process(sample.frame(index, size=(640, 480)), plan).image
                video.write(image, index / sample.FPS)
