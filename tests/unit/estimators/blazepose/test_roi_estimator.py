"""One person of several, with nets that say what the test wants."""

from __future__ import annotations

import numpy as np
import pytest
from blazepose_nets import COLD, SURE, detector, landmarks

from pose_demo.estimators.blazepose.roi_estimator import BlazePoseRegion
from pose_demo.geometry import Region
from pose_demo.skeletons import BLAZEPOSE_33

IMAGE = np.zeros((480, 640, 3), np.uint8)
PERSON = (0.5, 0.5), (0.5, 0.3)


def test_somebody_in_a_part_of_the_frame_is_told_in_frame_pixels():
    seen = landmarks()
    seen.outputs[0].reshape(39, 5)[0, :2] = (0, 256)
    pose = BlazePoseRegion(detector(PERSON), seen).find(IMAGE, Region.square(200, 300, 50))
    # The region is 100 wide, so the circle's radius is 20 and the square round the person 50.
    assert pose.skeleton is BLAZEPOSE_33 and pose.score == pytest.approx(0.9)
    assert pose.xy[0] == pytest.approx((175, 325), abs=1e-3) and pose.xy[1] == pytest.approx((200, 300), abs=1e-3)


def test_only_what_lies_in_the_frame_is_looked_at():
    pose = BlazePoseRegion(detector(PERSON), landmarks()).find(IMAGE, Region(-60, 100, 160, 100))
    assert pose.xy[1] == pytest.approx((50, 150), abs=1e-3)


def test_nobody_is_found_beyond_the_frame_or_where_a_net_sees_nobody():
    region = Region.square(200, 300, 50)
    assert BlazePoseRegion(detector(PERSON), landmarks()).find(IMAGE, Region.square(-200, 300, 50)) is None
    assert BlazePoseRegion(detector(None), landmarks()).find(IMAGE, region) is None
    assert BlazePoseRegion(detector(PERSON), landmarks(presence=0.4)).find(IMAGE, region) is None


def test_nothing_is_kept_from_call_to_call():
    nets = detector(PERSON), landmarks()
    model = BlazePoseRegion(*nets)
    for x in (100, 500):
        assert model.find(IMAGE, Region.square(x, 200, 50)).xy[1, 0] == pytest.approx(x, abs=1e-3)
    assert (nets[0].runs, nets[1].runs) == (2, 2)


def test_masks_are_laid_over_each_other():
    seen, mask = landmarks(), np.zeros((480, 640), np.uint8)
    mask[300, 200], mask[0, 0] = 7, 9
    model = BlazePoseRegion(detector(PERSON), seen)
    seen.outputs[3][:] = COLD
    model.find(IMAGE, Region.square(200, 300, 50), mask)
    assert mask[300, 200] == 7
    seen.outputs[3][:] = SURE
    model.find(IMAGE, Region.square(200, 300, 50), mask)
    assert mask[300, 200] == 255 and mask[0, 0] == 9 and mask[300, 300] == 0
