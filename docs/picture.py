"""Draws the README's picture: the drawn dancer with the skeleton that MoveNet Thunder finds."""

from pathlib import Path

import numpy as np

from pose_demo import sample
from pose_demo.io.images import write_image
from pose_demo.pipeline import Pipeline
from pose_demo.plan import prepare
from pose_demo.settings import Settings

MOMENTS = (150, 330, 346)

if __name__ == "__main__":
    plan = prepare(Settings(model="movenet-thunder"), still=True)
    pictures = [Pipeline().process(sample.frame(moment, size=(480, 360)), plan).image for moment in MOMENTS]
    write_image(Path(__file__).with_name("dancer.png"), np.hstack(pictures))
