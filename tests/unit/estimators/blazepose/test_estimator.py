"""One person through a stream, with nets that say what the test wants."""

from __future__ import annotations

import math

import numpy as np
import pytest
from blazepose_nets import COLD, SURE, detector, landmarks

from pose_demo.estimators.blazepose.estimator import BlazePose
from pose_demo.estimators.blazepose.landmarks import LandmarkNet
from pose_demo.estimators.blazepose.roi import Roi
from pose_demo.settings import Settings
from pose_demo.skeletons import BLAZEPOSE_33
from pose_demo.types import Frame, InputError

UPRIGHT = (0.5, 0.5), (0.5, 0.3)  # in a 640 x 480 frame: hips at (320, 240), a region of 320 pixels
SETTINGS = Settings(person_confidence=0.5)


class Stream:
    """A BlazePose on scripted nets, and a clock."""

    def __init__(self, person=UPRIGHT, **options):
        self.detector, self.landmarks = detector(person), landmarks()
        self.blazepose = BlazePose(self.detector, self.landmarks, **options)
        self.now = 0.0

    def look(self, size=(640, 480), settings=SETTINGS):
        self.now += 1 / 30
        return self.blazepose.estimate(Frame(np.zeros((*size[::-1], 3), np.uint8), self.now), settings)

    @property
    def runs(self):
        return self.detector.runs, self.landmarks.runs


def test_a_pose_is_told_in_frame_pixels_with_its_scores():
    stream = Stream()
    rows = stream.landmarks.outputs[0].reshape(39, 5)
    rows[0, :2], rows[:33, 3] = (0, 256), math.log(3)
    (pose,) = stream.look().poses
    assert pose.skeleton is BLAZEPOSE_33 and pose.xy.dtype == pose.scores.dtype == np.float32
    assert pose.xy[0] == pytest.approx((160, 400), abs=1e-3) and pose.xy[1] == pytest.approx((320, 240), abs=1e-3)
    assert pose.scores == pytest.approx(np.full(33, 0.75)) and pose.score == pytest.approx(0.9)
    assert pose.track_id is None


def test_who_was_found_is_followed_without_the_detector():
    stream = Stream()
    for _ in range(3):
        assert stream.look().poses
    assert stream.runs == (1, 3)


def test_the_next_region_comes_from_the_last_keypoints():
    stream = Stream(steady=False)
    stream.landmarks.outputs[0].reshape(39, 5)[33:35, :2] = (128, 64), (192, 64)
    stream.look()
    roi = stream.blazepose.track.roi
    assert (roi.x, roi.y, roi.size) == pytest.approx((320, 240 - 80, 2 * 80 * 1.25), abs=1e-3)
    assert roi.rotation == pytest.approx(math.pi / 2, abs=1e-6)


def test_a_steady_region_hardly_follows_a_tremble():
    moved = []
    for steady in (True, False):
        stream = Stream(steady=steady)
        stream.look()
        before = stream.blazepose.track.roi
        stream.landmarks.outputs[0].reshape(39, 5)[33:35, 0] += 2
        stream.look()
        moved.append(stream.blazepose.track.roi.x - before.x)
    # 2 of 256 crop pixels are 2.5 of the region's 320. Without the margin its side is 256: 0.293 sides a second, of
    # which 0.173 counts at once (1 Hz, 1/30 s). The filter opens to 0.01 + 10 * 0.0507 = 0.517 Hz and goes 0.0978 on.
    assert moved == pytest.approx([2.5 * 0.0978, 2.5], rel=0.005)


@pytest.mark.parametrize("presence", [0.49, math.nan])
def test_who_is_lost_is_searched_for_in_the_next_frame(presence):
    stream = Stream()
    stream.look()
    stream.landmarks.outputs[1][:] = presence
    assert not stream.look().poses and stream.runs == (1, 2)
    stream.landmarks.outputs[1][:] = 0.5
    assert stream.look().poses and stream.runs == (2, 3)


def test_who_leaves_the_frame_is_not_followed():
    stream = Stream()
    stream.landmarks.outputs[0].reshape(39, 5)[33:35, 0] = 5000
    assert stream.look().poses
    assert stream.blazepose.track is None


def test_nobody_is_searched_for_in_every_frame():
    stream = Stream(person=None)
    for _ in range(3):
        assert not stream.look().poses
    assert stream.runs == (3, 0)


def test_a_person_too_small_to_see_is_passed_over():
    stream = Stream(person=((0.5, 0.5), (0.5, 0.499)))
    assert not stream.look().poses and stream.runs == (1, 0)


@pytest.mark.parametrize("reason", ["reset", "another size"])
def test_tracking_starts_over(reason):
    stream = Stream()
    stream.look()
    if reason == "reset":
        stream.blazepose.reset()
    assert stream.look((640, 480) if reason == "reset" else (320, 240)).poses
    assert stream.runs == (2, 2)


def test_stills_have_nothing_to_do_with_each_other():
    stream = Stream(still=True)
    stream.look()
    stream.look()
    assert stream.runs == (2, 2)


@pytest.mark.parametrize(("confidence", "found"), [(0.89, True), (0.91, False)])
def test_who_is_less_sure_than_asked_for_is_left_out_but_followed(confidence, found):
    stream = Stream()
    stream.look()
    assert bool(stream.look(settings=Settings(person_confidence=confidence)).poses) == found
    assert stream.look().poses and stream.runs == (1, 3)


def test_no_mask_unless_asked_for():
    assert Stream().look().mask is None


def test_the_mask_is_of_the_frames_size_and_where_the_region_is():
    stream = Stream(mask=True)
    stream.landmarks.outputs[3][:128] = SURE
    stream.landmarks.outputs[3][128:] = COLD
    mask = stream.look().mask
    assert mask.shape == (480, 640) and mask.dtype == np.uint8
    assert (mask[85:235, 165:475] == 255).all() and not mask[245:].any() and not mask[:, :155].any()


def test_without_anybody_the_mask_is_empty():
    stream = Stream(person=None, mask=True)
    mask = stream.look().mask
    assert mask.shape == (480, 640) and not mask.any()
    found = Stream(mask=True)
    found.landmarks.outputs[3][:] = SURE
    assert found.look().mask.any()
    assert not found.look(settings=Settings(person_confidence=1.0)).mask.any()


def test_bare_runs_the_landmark_net():
    stream = Stream()
    stream.look()
    stream.blazepose.bare()
    assert stream.runs == (1, 2)


def test_what_is_no_picture_is_refused():
    with pytest.raises(InputError, match="expected"):
        Stream().blazepose.estimate(Frame(np.zeros((48, 64), np.uint8)), SETTINGS)


# ---- what the landmark net is shown ---------------------------------------------------------------------------------


def test_the_crop_is_zero_to_one_and_goes_on_beyond_the_frame():
    net, image = landmarks(), np.zeros((256, 256, 3), np.uint8)
    image[:] = (255, 51, 0)
    LandmarkNet(net).look(image, Roi(0, 0, 256))
    assert net.shown[255, 255] == pytest.approx((1, 0.2, 0)) and net.shown[0, 0] == pytest.approx((1, 0.2, 0))


def test_a_pixel_of_the_frame_is_a_pixel_of_the_crop_where_sizes_agree():
    net, image = landmarks(), np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)
    LandmarkNet(net).look(image, Roi(128, 128, 256))
    assert np.allclose(net.shown, image / 255, atol=1e-6)


def test_a_large_region_is_sampled_at_its_pixels_not_between_them():
    """Half a pixel beside, as other nets are fed, these would be the means of four pixels."""
    net, image = landmarks(), np.random.default_rng(0).integers(0, 256, (1024, 1024, 3), np.uint8)
    LandmarkNet(net).look(image, Roi(512, 512, 1024))
    assert np.allclose(net.shown, image[::4, ::4] / 255, atol=1e-6)


def test_keypoints_and_the_next_region_follow_the_heat_map():
    net = landmarks()
    net.outputs[2][30, 34, :] = SURE  # within three cells of the middle, (32, 32)
    found = LandmarkNet(net).look(np.zeros((256, 256, 3), np.uint8), Roi(128, 128, 256))
    assert found.xy == pytest.approx(np.tile((34 * 4, 30 * 4), (33, 1)))
    assert found.hips == pytest.approx((34 * 4, 30 * 4))


def test_nothing_of_the_answer_is_a_view_of_the_net():
    net = landmarks()
    found = LandmarkNet(net).look(np.zeros((256, 256, 3), np.uint8), Roi(128, 128, 256), mask=True)
    for array in (found.xy, found.scores, found.hips, found.reach, found.mask):
        assert not any(np.shares_memory(array, output) for output in net.outputs)
