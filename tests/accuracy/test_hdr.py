"""A real model finds the same keypoints on HDR as on SDR."""

import numpy as np
import pytest
from color_frames import tagged, to_hdr, yuv_frame

from models import loaded
from pose_demo import sample
from pose_demo.io.color import to_image
from pose_demo.settings import Settings
from pose_demo.types import Frame

MODEL = "movenet-lightning"


@pytest.mark.parametrize("transfer", [16, 18], ids=["PQ", "HLG"])
def test_keypoints_on_hdr_are_those_on_sdr(transfer):
    image = sample.frame(0, size=(640, 480)).image
    hdr = to_image(tagged(yuv_frame(to_hdr(image, transfer), 9, bits=10), 9, 1, transfer, 9))
    with loaded(MODEL, static_image_mode=True) as estimator:
        poses = [estimator.estimate(Frame(one), Settings(model=MODEL)).poses[0] for one in (hdr, image)]
    distances = np.linalg.norm(poses[0].xy - poses[1].xy, axis=1)
    assert distances.max() < 6, distances
