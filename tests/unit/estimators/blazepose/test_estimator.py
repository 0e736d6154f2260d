"""BlazePose on a stream of one person, with fake networks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from blazepose_nets import HIGH_LOGIT, LOW_LOGIT, detector_pool, landmark_pool, landmark_rows, world_rows

from pose_demo.estimators.blazepose.estimator import BlazePose
from pose_demo.estimators.blazepose.heatmap import mean_peak
from pose_demo.estimators.blazepose.landmarks import LandmarkNet
from pose_demo.estimators.detection import DetectionOptions
from pose_demo.geometry import Roi
from pose_demo.skeletons import BLAZEPOSE_33
from pose_demo.types import Frame, InputError

UPRIGHT = (0.5, 0.5), (0.5, 0.3)  # in a 640 x 480 frame: center point (320, 240), a ROI of 320 pixels
OPTIONS = DetectionOptions(person_confidence=0.5)


class Stream:
    """A BlazePose on fake networks, with frames at 30 fps."""

    def __init__(self, person=UPRIGHT, **options):
        self.detector, self.landmarks = detector_pool(person), landmark_pool()
        self.blazepose = BlazePose(self.detector, self.landmarks, **options)
        self.timestamp = 0.0

    def estimate(self, size=(640, 480), options=OPTIONS):
        self.timestamp += 1 / 30
        return self.blazepose.estimate(Frame(np.zeros((*size[::-1], 3), np.uint8), self.timestamp), options)

    @property
    def runs(self):
        """Inferences of the detector and of the landmark network."""
        return self.detector.runs, self.landmarks.runs


def test_a_pose_has_keypoints_in_frame_pixels_and_scores():
    stream = Stream()
    rows = landmark_rows(stream.landmarks)
    rows[0, :2], rows[:33, 3:] = (0, 256), math.log(3)
    (pose,) = stream.estimate().poses
    assert pose.skeleton is BLAZEPOSE_33 and pose.xy.dtype == pose.scores.dtype == np.float32
    assert pose.xy[0] == pytest.approx((160, 400), abs=1e-3) and pose.xy[1] == pytest.approx((320, 240), abs=1e-3)
    assert pose.scores == pytest.approx(np.full(33, 0.75)) and pose.score == pytest.approx(0.9)
    assert pose.track_id is None


def test_world_keypoints_are_in_the_axes_of_the_frame():
    stream = Stream(person=((0.5, 0.5), (0.7, 0.5)))  # lying: the head is on the right
    world_rows(stream.landmarks)[0] = 0.1, -0.6, -0.2  # the nose above the hips in the upright crop
    world_rows(stream.landmarks)[33] = 9  # no keypoint
    (pose,) = stream.estimate().poses
    assert pose.world.shape == (33, 3) and pose.world.dtype == np.float32
    assert pose.world[0] == pytest.approx((0.6, 0.1, -0.2), abs=1e-6) and not pose.world[1:].any()


@pytest.mark.parametrize("rotated", [False, True])
def test_a_pose_keeps_its_values_while_the_network_processes_the_next_frame(rotated):
    """The outputs are memory of the interpreter, which other streams share."""
    stream = Stream(person=((0.5, 0.5), (0.7, 0.5)) if rotated else UPRIGHT)
    (pose,) = stream.estimate().poses
    before = pose.xy.copy(), pose.scores.copy(), pose.world.copy()
    for output in stream.landmarks.outputs:
        output[:] = 7
    for values, kept in zip((pose.xy, pose.scores, pose.world), before, strict=True):
        assert np.array_equal(values, kept)


@pytest.mark.parametrize("logits", [(math.log(3), -math.log(4)), (-math.log(4), math.log(3))])
def test_a_keypoint_scores_the_lower_of_visibility_and_presence(logits):
    stream = Stream()
    landmark_rows(stream.landmarks)[:33, 3:] = logits
    (pose,) = stream.estimate().poses
    assert pose.scores == pytest.approx(np.full(33, 0.2))


def test_a_tracked_person_is_not_detected_again():
    stream = Stream()
    for _ in range(3):
        assert stream.estimate().poses
    assert stream.runs == (1, 3)


def test_the_next_roi_comes_from_the_last_keypoints():
    stream = Stream(smooth_roi=False)
    landmark_rows(stream.landmarks)[33:35, :2] = (128, 64), (192, 64)
    stream.estimate()
    roi = stream.blazepose.track.roi
    assert (roi.center_x, roi.center_y, roi.width) == pytest.approx((320, 240 - 80, 2 * 80 * 1.25), abs=1e-3)
    assert roi.rotation == pytest.approx(math.pi / 2, abs=1e-6)


def test_a_smoothed_roi_hardly_moves_with_jitter():
    moved = []
    for smooth_roi in (True, False):
        stream = Stream(smooth_roi=smooth_roi)
        stream.estimate()
        before = stream.blazepose.track.roi
        landmark_rows(stream.landmarks)[33:35, 0] += 2
        stream.estimate()
        moved.append(stream.blazepose.track.roi.center_x - before.center_x)
    # 2 of 256 crop pixels are 2.5 of the ROI's 320. Without the margin its side is 256, so the speed is 0.293 sides a
    # second, and after its filter (1 Hz, 1/30 s) 0.0507. The cutoff is 0.01 + 10 * 0.0507 = 0.517 Hz, the gain 0.0978.
    assert moved == pytest.approx([2.5 * 0.0978, 2.5], rel=0.005)


@pytest.mark.parametrize("presence", [0.49, math.nan])
def test_a_lost_person_is_detected_again_in_the_next_frame(presence):
    stream = Stream()
    stream.estimate()
    stream.landmarks.outputs[1][:] = presence
    assert not stream.estimate().poses and stream.runs == (1, 2)
    stream.landmarks.outputs[1][:] = 0.5
    assert stream.estimate().poses and stream.runs == (2, 3)


def test_a_person_who_leaves_the_frame_is_not_tracked():
    stream = Stream()
    landmark_rows(stream.landmarks)[33:35, 0] = 5000
    assert stream.estimate().poses
    assert stream.blazepose.track is None


def test_without_a_person_the_detector_runs_on_every_frame():
    stream = Stream(person=None)
    for _ in range(3):
        assert not stream.estimate().poses
    assert stream.runs == (3, 0)


def test_a_person_who_is_too_small_is_ignored():
    stream = Stream(person=((0.5, 0.5), (0.5, 0.499)))
    assert not stream.estimate().poses and stream.runs == (1, 0)


@pytest.mark.parametrize("reason", ["reset", "another size"])
def test_tracking_restarts_after_a_reset_or_a_change_of_the_frame_size(reason):
    stream = Stream()
    stream.estimate()
    if reason == "reset":
        stream.blazepose.reset()
    assert stream.estimate((640, 480) if reason == "reset" else (320, 240)).poses
    assert stream.runs == (2, 2)


def test_nothing_is_tracked_in_static_image_mode():
    stream = Stream(static_image_mode=True)
    stream.estimate()
    stream.estimate()
    assert stream.runs == (2, 2)


@pytest.mark.parametrize(("confidence", "returned"), [(0.89, True), (0.91, False)])
def test_a_person_below_the_confidence_is_tracked_but_not_returned(confidence, returned):
    stream = Stream()
    stream.estimate()
    assert bool(stream.estimate(options=DetectionOptions(person_confidence=confidence)).poses) == returned
    assert stream.estimate().poses and stream.runs == (1, 3)


@pytest.mark.parametrize(
    ("score", "peak", "static_image_mode", "starts"),
    [
        (0.65, 0.0, False, True),  # the detector is certain
        (0.55, 0.0, False, False),  # as in an empty room
        (0.55, 0.6, False, True),  # distinct keypoints
        (0.35, 0.6, False, False),
        (0.45, 0.0, True, True),  # a photo has no next frame
        (0.35, 0.6, True, False),
    ],
)
def test_tracking_starts_with_a_certain_score_or_distinct_keypoints(score, peak, static_image_mode, starts):
    stream = Stream(static_image_mode=static_image_mode)
    stream.detector.outputs[1][0] = math.log(score / (1 - score))
    stream.landmarks.outputs[2][5, 5] = math.log(peak / (1 - peak)) if peak else LOW_LOGIT
    found = [bool(stream.estimate().poses) for _ in range(2)]
    assert found == [starts, starts]
    assert (stream.blazepose.track is not None) == starts


@pytest.mark.parametrize("confidence", [0.0, 0.2, 0.6, 0.8])
def test_the_roi_does_not_depend_on_the_person_confidence(confidence):
    """Two detections of one person are averaged, the second one with a score of 0.55."""
    stream = Stream()
    rows, scores = stream.detector.outputs
    rows[1], scores[1] = rows[0], math.log(0.55 / 0.45)
    rows[1, 4:8] += 20
    (pose,) = stream.estimate(options=DetectionOptions(person_confidence=confidence)).poses
    # A shift of 20 of 224 input pixels, with a weight of 0.55 in 1.55.
    assert pose.xy[0] == pytest.approx(np.array((320, 240)) + 640 / 224 * 20 * 0.55 / 1.55, abs=0.1)


def test_the_peak_is_the_mean_of_the_highest_probability_in_each_heatmap():
    heatmaps = np.full((64, 64, 4), LOW_LOGIT, np.float32)
    heatmaps[3, 4, 0] = heatmaps[60, 1, 2] = HIGH_LOGIT
    heatmaps[9, 9, 1] = 0
    assert mean_peak(heatmaps) == pytest.approx((1 + 0.5 + 1 + 0) / 4)


def test_no_mask_without_segmentation():
    assert Stream().estimate().mask is None


def test_the_mask_has_the_frame_size_and_covers_the_roi():
    stream = Stream(enable_segmentation=True)
    stream.landmarks.outputs[3][:128] = HIGH_LOGIT
    stream.landmarks.outputs[3][128:] = LOW_LOGIT
    mask = stream.estimate().mask
    assert mask.shape == (480, 640) and mask.dtype == np.uint8
    assert (mask[85:235, 165:475] == 255).all() and not mask[245:].any() and not mask[:, :155].any()


def test_without_a_returned_person_the_mask_is_empty():
    stream = Stream(person=None, enable_segmentation=True)
    mask = stream.estimate().mask
    assert mask.shape == (480, 640) and not mask.any()
    stream = Stream(enable_segmentation=True)
    stream.landmarks.outputs[3][:] = HIGH_LOGIT
    assert stream.estimate().mask.any()
    assert not stream.estimate(options=DetectionOptions(person_confidence=1.0)).mask.any()


def test_invoke_only_runs_the_landmark_network():
    stream = Stream()
    stream.estimate()
    stream.blazepose.invoke_only()
    assert stream.runs == (1, 2)


def test_anything_but_an_rgb_image_is_refused():
    with pytest.raises(InputError, match="expected"):
        Stream().blazepose.estimate(Frame(np.zeros((48, 64), np.uint8)), OPTIONS)


# ---- the landmark network -------------------------------------------------------------------------------------------


def test_the_input_is_scaled_to_0_to_1_and_border_pixels_are_replicated():
    pool, image = landmark_pool(), np.zeros((256, 256, 3), np.uint8)
    image[:] = (255, 51, 0)
    LandmarkNet(pool).infer(image, Roi.square(0, 0, 256))
    assert pool.input[255, 255] == pytest.approx((1, 0.2, 0)) and pool.input[0, 0] == pytest.approx((1, 0.2, 0))


def test_a_roi_of_the_input_size_is_not_resampled():
    pool, image = landmark_pool(), np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)
    LandmarkNet(pool).infer(image, Roi.square(128, 128, 256))
    assert np.allclose(pool.input, image / 255, atol=1e-6)


def test_a_large_roi_is_sampled_at_pixels_not_between_them():
    """With half-pixel centers, which other networks use, these would be means of four pixels."""
    pool, image = landmark_pool(), np.random.default_rng(0).integers(0, 256, (1024, 1024, 3), np.uint8)
    LandmarkNet(pool).infer(image, Roi.square(512, 512, 1024))
    assert np.allclose(pool.input, image[::4, ::4] / 255, atol=1e-6)


def test_keypoints_and_auxiliary_landmarks_are_refined_by_the_heatmaps():
    pool = landmark_pool()
    pool.outputs[2][30, 34, :] = HIGH_LOGIT  # within three cells of the middle, (32, 32)
    landmarks = LandmarkNet(pool).infer(np.zeros((256, 256, 3), np.uint8), Roi.square(128, 128, 256))
    assert landmarks.xy == pytest.approx(np.tile((34 * 4, 30 * 4), (33, 1)))
    assert landmarks.center_point == pytest.approx((34 * 4, 30 * 4))


def test_no_result_is_a_view_of_an_output_tensor():
    pool, image = landmark_pool(), np.zeros((256, 256, 3), np.uint8)
    landmarks = LandmarkNet(pool).infer(image, Roi.square(128, 128, 256), segmentation=True)
    for array in (landmarks.xy, landmarks.scores, landmarks.center_point, landmarks.scale_point, landmarks.mask):
        assert not any(np.shares_memory(array, output) for output in pool.outputs)
