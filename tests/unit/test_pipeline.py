"""The pipeline: inputs, outputs and their coordinates."""

from dataclasses import replace

import numpy as np
import pytest
from dance_streams import DISCO, pose, teacher
from fakes import FakeEstimator, plan_of, pose_at
from game_streams import SIZE
from game_streams import pose as posing
from holistic_nets import open_hand
from matching_body import t_pose

from pose_demo.matching import library
from pose_demo.pipeline import Pipeline
from pose_demo.plan import Uploads, dance_for, game_for
from pose_demo.sample import Performance
from pose_demo.skeletons import COCO_17
from pose_demo.tracking.smoothing import SmoothingOptions
from pose_demo.types import Box, Estimate, Frame, InputError, Pose

BLACK = np.zeros((48, 64, 3), np.uint8)
NOTHING_DRAWN = {"skeleton": False, "keypoints": False, "boxes": False}


def process(estimator, image=BLACK, note="", **settings):
    return Pipeline().process(Frame(image, 1.5), plan_of(estimator, **settings), note)


def test_the_result_has_estimate_timestamp_model_and_stage_times():
    found = Estimate((pose_at((10, 10)),))
    result = process(FakeEstimator(found))
    (pose,) = result.estimate.poses
    assert np.array_equal(pose.xy, found.poses[0].xy) and np.array_equal(pose.scores, found.poses[0].scores)
    assert result.timestamp == 1.5 and result.model == "movenet-lightning"
    assert result.milliseconds == pytest.approx(sum(result.stage_ms.values())) and "pose" in result.stage_ms


@pytest.mark.parametrize("settings", [{}, {"mirror": "on"}, {"effects": [{"name": "color-space"}]}])
def test_the_input_frame_is_not_changed(settings):
    image = BLACK.copy()
    result = process(FakeEstimator(Estimate((pose_at((10, 10)),))), image, **settings)
    assert not image.any() and not result.source.image.any() and result.image.any()


def test_the_output_is_a_copy_of_the_frame_when_nothing_is_drawn():
    image = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    result = process(FakeEstimator(Estimate((pose_at((10, 10)),))), image, **NOTHING_DRAWN)
    assert np.array_equal(result.image, image) and not np.shares_memory(result.image, image)


def test_the_model_processes_the_unmirrored_frame_and_the_output_is_mirrored():
    image = BLACK.copy()
    image[:, :10] = 200
    estimator = FakeEstimator(Estimate((pose_at((5, 24)),), (Box(0, 0, 10, 48),)))
    result = process(estimator, image, mirror="on", **NOTHING_DRAWN)
    assert estimator.frames[0].image is image
    assert np.array_equal(result.image, image[:, ::-1])
    assert result.estimate.poses[0].xy[0].tolist() == [59, 24] and result.estimate.boxes[0].x0 == 54


def test_a_mirrored_keypoint_is_drawn_at_its_mirrored_position():
    result = process(FakeEstimator(Estimate((pose_at((5, 24)),))), mirror="on")
    assert result.image[24, 59].any() and not result.image[24, 5].any()


@pytest.mark.parametrize(
    ("found", "persons"),
    [
        (Estimate(), 0),
        (Estimate((pose_at(), pose_at())), 2),
        (Estimate(boxes=(Box(0, 0, 1, 1), Box(0, 0, 1, 1, label="dog"))), 1),
    ],
    ids=["no person", "two poses", "a person and a dog"],
)
def test_persons_are_counted_by_poses_or_by_boxes(found, persons):
    assert process(FakeEstimator(found)).persons == persons


@pytest.mark.parametrize(
    ("show_fps", "note", "shown"), [(True, "9 fps", True), (True, "", False), (False, "9 fps", False)]
)
def test_the_note_is_drawn_with_show_fps(show_fps, note, shown):
    assert process(FakeEstimator(), note=note, show_fps=show_fps).image.any() == shown


@pytest.mark.parametrize(
    ("times", "resets"), [((0, 1, 2), 0), ((0, 0, 0), 0), ((5, 6, 0, 1), 1), ((3, 2, 1), 2)], ids=str
)
def test_the_model_is_reset_when_time_goes_back(times, resets):
    estimator, pipeline = FakeEstimator(), Pipeline()
    for timestamp in times:
        pipeline.process(Frame(BLACK, float(timestamp)), plan_of(estimator))
    assert estimator.resets == resets


@pytest.mark.parametrize("image", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8)], ids=["gray", "rgba"])
def test_a_frame_that_is_not_rgb_is_refused_before_inference(image):
    estimator = FakeEstimator()
    with pytest.raises(InputError):
        process(estimator, image)
    assert not estimator.frames


def test_tracks_restart_when_time_goes_back():
    pipeline, ids = Pipeline(), []
    for timestamp, people in ((1, (person_at(10), person_at(40))), (2, (person_at(40),)), (0, (person_at(40),))):
        plan = plan_of(FakeEstimator(Estimate(people)))
        ids.append([pose.track_id for pose in pipeline.process(Frame(BLACK, float(timestamp)), plan).estimate.poses])
    assert ids == [[1, 2], [2], [1]]


def leaving(x):
    """A person of 40 keypoints' height whose right side leaves the frame with ``x``."""
    return pose_at((20, 5), (20, 45), (x, 20), (x, 30))


@pytest.mark.parametrize("mirror", ["off", "on"])
@pytest.mark.parametrize("smooth", [True, False])
def test_a_keypoint_is_not_seen_while_it_is_outside_the_frame(smooth, mirror):
    pipeline, seen = Pipeline(), []
    for index, x in enumerate((40, 50, 60, 70, 80, 70, 60, 50, 40)):
        plan = plan_of(FakeEstimator(Estimate((leaving(x),))), mirror=mirror, **{"smooth.on": smooth})
        (pose,) = pipeline.process(Frame(BLACK, index / 30), plan).unmirrored_poses
        inside = ((pose.xy >= 0) & (pose.xy <= (64, 48))).all(axis=1)
        assert not pose.scores[~inside].any() and pose.track_id == 1 and pose.scores[:2].all()
        seen.append(bool(pose.scores[2]))
    assert seen[:5] == [True, True, True, False, False] and seen[5:6] + seen[7:] == [False, True, True]


def test_a_pose_that_is_mostly_outside_the_frame_is_not_compared():
    reference = library.load("star")
    pose = Pose(COCO_17, reference.xy.copy(), np.ones(17, np.float32))
    plan = replace(plan_of(FakeEstimator(Estimate((pose,)))), reference=reference)
    above_the_hips = int(reference.xy[11:13, 1].min()) - 5
    (state,) = Pipeline().process(Frame(np.zeros((above_the_hips, reference.size[0], 3), np.uint8)), plan).matches
    assert state.match.score is None and not state.is_match and "step back" in state.match.reason
    assert "left thigh" in state.match.not_visible


class FakeSegmenter:
    """Returns a mask, and keeps the estimate that it was asked about."""

    mask, estimate, resets = np.full((48, 64), 255, np.uint8), None, 0

    def segment(self, frame, estimate):
        self.estimate = estimate
        return self.mask

    def reset(self):
        self.resets += 1


def test_the_segmenter_provides_the_mask_of_the_persons_whom_the_model_has_found():
    segmenter = FakeSegmenter()
    plan = replace(plan_of(FakeEstimator(Estimate((pose_at((10, 10)),)))), segmenter=segmenter)
    pipeline = Pipeline()
    result = pipeline.process(Frame(BLACK, 1.0), plan)
    assert result.estimate.mask is segmenter.mask and "mask" in result.stage_ms
    assert segmenter.estimate.poses[0].xy[0].tolist() == [10, 10]
    pipeline.process(Frame(BLACK, 0.5), plan)
    assert segmenter.resets == 1  # time went back: another clip


class FakeHolistic:
    """Finds a left hand of every person, 10 pixels further in each frame, and keeps the poses it was given."""

    def __init__(self):
        self.poses, self.resets = [], 0

    def estimate(self, frame, poses):
        self.poses.append(poses)
        hand = open_hand(30 + 10 * len(self.poses), 40)
        return tuple(replace(pose, parts={"left_hand": hand}) for pose in poses)

    def reset(self):
        self.resets += 1


@pytest.mark.parametrize("model", ["movenet-lightning", "mediapipe-full"])  # the second smooths the body itself
@pytest.mark.parametrize("smooth", [True, False])
def test_hands_are_estimated_with_track_ids_and_smoothed_with_the_body(model, smooth):
    holistic, pipeline, xs = FakeHolistic(), Pipeline(), []
    settings = {"model": model, "smooth.on": smooth, "smooth.beta": 0}
    for index in range(3):
        body = pose_at((10 + 2 * index, 10), *[(30, 40)] * 16)
        plan = replace(plan_of(FakeEstimator(Estimate((body,))), **settings), holistic=holistic)
        result = pipeline.process(Frame(BLACK, index / 30), plan)
        xs.append(result.estimate.poses[0].parts["left_hand"].xy[0, 0])
    assert [pose.track_id for (pose,) in holistic.poses] == [1, 1, 1]
    assert list(result.stage_ms) == ["pose", "hands and face", "draw"]
    assert xs[0] == 40 and (40 < xs[2] < 45 if smooth else xs[2] == 60)
    assert (result.estimate.poses[0].xy[0, 0] < 11) == (smooth and model == "movenet-lightning")
    pipeline.process(Frame(BLACK, 0.0), plan)
    assert holistic.resets == 1


def test_hands_are_mirrored_with_the_image_and_score_0_outside_of_it():
    plan = replace(plan_of(FakeEstimator(Estimate((pose_at((10, 10)),))), mirror="on"), holistic=FakeHolistic())
    (pose,) = Pipeline().process(Frame(BLACK), plan).estimate.poses
    hand = pose.parts["left_hand"]
    assert hand.xy[0].tolist() == [64 - 40, 40]
    assert np.array_equal(hand.scores > 0, hand.xy[:, 1] >= 0) and not hand.scores.all()


@pytest.mark.parametrize("mirror", ["off", "on"])
def test_every_pose_is_matched_with_the_reference(mirror):
    reference = library.load("star")
    pose = Pose(COCO_17, reference.xy.copy(), np.ones(17, np.float32))
    plan = replace(plan_of(FakeEstimator(Estimate((pose,))), mirror=mirror), reference=reference)
    width, height = reference.size
    result = Pipeline().process(Frame(np.zeros((height, width, 3), np.uint8)), plan)
    (match,) = result.matches
    assert match.match.score == pytest.approx(1, abs=1e-3) and "match" in result.stage_ms
    assert process(FakeEstimator(Estimate((pose,)))).matches == ()


def test_effects_receive_the_poses_the_mask_the_uploads_and_their_state(monkeypatch):
    contexts = []
    monkeypatch.setattr(
        "pose_demo.effects.apply_all", lambda _, image, context: contexts.append(context) or image.copy()
    )
    mask, images = np.zeros((48, 64), np.uint8), {"glasses": np.zeros((2, 2, 4), np.uint8)}
    plan = plan_of(
        FakeEstimator(Estimate((pose_at((10, 10)),), mask=mask)), effects=[{"name": "canny"}], confidence=0.7
    )
    plan, pipeline = replace(plan, uploads=Uploads(images=images)), Pipeline()
    for timestamp in (0.0, 1.0, 0.0):
        pipeline.process(Frame(BLACK, timestamp), plan)
    first, second, restarted = contexts
    assert len(first.poses) == 1 and first.confidence == 0.7 and first.mask is mask and first.images is images
    assert second.frame.timestamp == 1.0 and second.state is first.state
    assert restarted.state is not first.state  # time went back


# ---- changes of the frame size --------------------------------------------------------------------------------------


def person_at(x, factor=1.0):
    """A person whose keypoints extend over 20 pixels."""
    points = [(x + 5 * (i % 3), 5 + i) for i in range(17)]
    return pose_at(*[(factor * a, factor * b) for a, b in points])


def test_track_ids_are_kept_when_the_frame_size_changes():
    pipeline = Pipeline()
    for index, factor in enumerate([1, 1, 1, 2, 2, 0.5]):
        people = (person_at(10, factor), person_at(40, factor)) if index else (person_at(40),)
        size = (round(48 * factor), round(64 * factor), 3)
        frame = Frame(np.zeros(size, np.uint8), index / 10)
        found = pipeline.process(frame, plan_of(FakeEstimator(Estimate(people)))).estimate.poses
    assert [pose.track_id for pose in found] == [2, 1]


def test_smoothing_restarts_when_the_frame_size_changes():
    pipeline = Pipeline()
    for index, factor in enumerate([1, 1, 2]):
        frame = Frame(np.zeros((48 * factor, 64 * factor, 3), np.uint8), index / 10)
        (pose,) = pipeline.process(frame, plan_of(FakeEstimator(Estimate((person_at(10, factor),))))).estimate.poses
    assert np.allclose(pose.xy, person_at(10, 2).xy)


def plotted(points, times, **settings):
    """The results of frames with the nose at each of the points, with the nose plotted."""
    estimator, pipeline, results = FakeEstimator(), Pipeline(), []
    plan = plan_of(estimator, **{"smooth.plot": "nose", **settings})
    for point, timestamp in zip(points, times, strict=True):
        estimator.result = Estimate((pose_at(point, (0, 40), (60, 0)),))
        results.append(pipeline.process(Frame(BLACK, timestamp), plan))
    return results


def test_the_keypoint_history_has_raw_and_smoothed_positions():
    *_, last = plotted([(10, 10), (14, 10), (10, 10)], [0, 1 / 30, 2 / 30])
    history = last.keypoint_history
    positions = [sample.position for sample in history.samples]
    assert [(position.raw_x, position.raw_y) for position in positions] == [(10, 10), (14, 10), (10, 10)]
    assert history.samples[-1].timestamp == last.timestamp and history.person == 1
    position = positions[-1]
    assert 10 < position.x < 14 and [position.x, position.y] == last.estimate.poses[0].xy[0].tolist()
    assert last.raw_poses[0].xy[0].tolist() == [10, 10] and last.raw_poses[0].track_id == 1


def test_the_keypoint_history_is_unmirrored():
    (result,) = plotted([(10, 20)], [0], mirror="on")
    assert result.keypoint_history.samples[0].position[:4] == (10, 20, 10, 20)
    assert result.estimate.poses[0].xy[0, 0] == 54 and result.raw_poses[0].xy[0, 0] == 10


def test_joint_angles_are_those_of_the_result_and_the_history_has_them_when_plotted():
    plan = plan_of(FakeEstimator(Estimate((t_pose(),))), **{"joint_angles.plot": "elbows", "mirror": "on"})
    result = Pipeline().process(Frame(np.zeros((400, 400, 3), np.uint8), 2.0), plan)
    (angles,) = result.joint_angles
    assert angles.degrees["left_elbow"] == 0 and angles.degrees["left_shoulder"] == pytest.approx(95.71, abs=0.01)
    assert result.joint_angle_history.samples == ((2.0, angles.degrees),)
    assert process(FakeEstimator(Estimate((pose_at((10, 10)),)))).joint_angle_history is None


@pytest.mark.parametrize(("source", "used"), [("auto", "world_keypoints"), ("image", "keypoints")])
def test_joint_angles_are_from_world_keypoints_or_from_the_image(source, used):
    pose = replace(t_pose(), world=np.zeros((17, 3), np.float32))
    result = process(FakeEstimator(Estimate((pose,))), **{"joint_angles.source": source})
    assert [angles.source for angles in result.joint_angles] == [used]


def test_without_smoothing_raw_and_smoothed_positions_are_equal():
    *_, last = plotted([(10, 10), (14, 12)], [0, 1], **{"smooth.on": False})
    assert last.keypoint_history.samples[-1].position[:4] == (14, 12, 14, 12)
    assert last.keypoint_history.smoothed_by == "none"


def test_there_is_no_keypoint_history_without_a_plotted_keypoint_and_it_restarts_when_time_goes_back():
    assert process(FakeEstimator(Estimate((pose_at((10, 10)),)))).keypoint_history is None
    assert [len(result.keypoint_history.samples) for result in plotted([(10, 10)] * 4, [5, 6, 1, 2])] == [1, 2, 1, 2]


def test_mirroring_does_not_show_the_room_as_a_person():
    """The background that was learned is then on the other side."""
    room, pipeline = np.full((48, 64, 3), 90, np.uint8), Pipeline()
    room[:, 8:16] = 220
    settings = {"background.mode": "person-only", "background.mask_source": "knn", **NOTHING_DRAWN}
    for index, mirror in enumerate(["off"] * 20 + ["on"]):
        plan = plan_of(FakeEstimator(Estimate()), mirror=mirror, **settings)
        result = pipeline.process(Frame(room, index / 30), plan)
    assert not result.image.any()


# ---- a dance


def dance_plan_of(found, live=False, **options):
    settings = {f"dance.{name}": value for name, value in options.items()}
    plan = plan_of(FakeEstimator(found), live, **{"dance.reference": "own", "dance.count_in": 1, **settings})
    uploads = Uploads(teacher=teacher(), take=1)
    return replace(plan, uploads=uploads, dance=dance_for(plan.settings, uploads, live))


def test_the_teacher_is_in_the_returned_image_and_keypoints_stay_in_the_pixels_of_the_camera():
    found = Estimate((pose_at((10, 10)),))
    result = Pipeline().process(Frame(BLACK, 1.5), dance_plan_of(found))
    assert result.image.shape == (48, 106, 3) and result.dance.moment.phase == "count-in" and "match" in result.stage_ms
    assert result.estimate.poses[0].xy.tolist() == found.poses[0].xy.tolist()


def test_the_ghost_is_mirrored_with_the_image():
    found = Estimate((pose(Performance(choreography=DISCO), 0.0),))
    frame = Frame(np.zeros((480, 640, 3), np.uint8), 1.0)
    ghosts = [Pipeline().process(frame, dance_plan_of(found, live)).dance.ghost for live in (False, True)]
    assert ghosts[1].xy == pytest.approx(ghosts[0].mirrored(640).xy, abs=1e-3)


def test_timing_is_measured_before_smoothing():
    plan, pipeline = dance_plan_of(Estimate(), end=8.0), Pipeline()
    lagging = replace(plan.settings, smooth=SmoothingOptions(min_cutoff=0.5, beta=0.0))
    plan = replace(plan, settings=lagging)
    late = Performance(choreography=DISCO, delay=0.15)
    for index in range(60):
        plan.pose.estimator.result = Estimate((pose(late, index / 10 - 1),))
        result = pipeline.process(Frame(np.zeros((480, 640, 3), np.uint8), 7 + index / 10), plan)
    assert result.dance.evaluation.timing_ms == pytest.approx(150, abs=10)


def test_a_take_ends_when_the_time_goes_back():
    plan, pipeline = dance_plan_of(Estimate()), Pipeline()
    phases = [pipeline.process(Frame(BLACK, time), plan).dance.moment.phase for time in (5.0, 6.5, 1.0, 2.5)]
    assert phases == ["count-in", "dance", "preview", "preview"]


def test_without_a_teacher_there_is_no_dance():
    plan = plan_of(FakeEstimator(), **{"dance.reference": "own"})
    assert dance_for(plan.settings, Uploads(), live=True) is None
    assert Pipeline().process(Frame(BLACK), plan).dance is None


# ---- the pose game


def game_frames(pipeline, name, times, live=False, image=None, **settings):
    """The results of frames in which somebody is in a pose."""
    found = Estimate((replace(posing(name), track_id=None),)) if name else Estimate()
    plan = plan_of(FakeEstimator(found), live, **{"game.row": "own", "game.poses": ["t-pose", "star"], **settings})
    plan = replace(plan, game=game_for(plan.settings, Uploads()))
    image = np.zeros((SIZE[1], SIZE[0], 3), np.uint8) if image is None else image
    return [pipeline.process(Frame(image, float(time)), plan) for time in times]


def game_until(name, seconds, pipeline=None, **more):
    """Raise both hands, and then be in a pose from the end of the countdown on."""
    pipeline = pipeline or Pipeline()
    game_frames(pipeline, "arms-up", np.arange(10, 11.2, 0.1), **more)
    game_frames(pipeline, "stand", np.arange(11.2, 14.2, 0.1), **more)
    return pipeline, game_frames(pipeline, name, np.arange(14.2, 14.2 + seconds, 0.1), **more)


@pytest.mark.parametrize("live", [False, True])
def test_a_pose_of_the_game_is_held_also_in_a_mirror(live):
    _, results = game_until("t-pose", 1.2, live=live)
    assert [it.similarity > 0.98 for it in results[-1].game.results] == [True]
    assert "match" in results[-1].stage_ms and results[-1].image.any() and not results[-1].matches


def test_the_pictures_of_the_player_have_what_the_output_image_has_without_the_game():
    image = np.full((SIZE[1], SIZE[0], 3), 250, np.uint8)
    _, results = game_until("t-pose", 1.2, image=image, effects=[{"name": "skeleton-only"}], **NOTHING_DRAWN)
    assert not results[-1].game.results[0].picture.any()  # what an effect hides stays hidden
    _, results = game_until("t-pose", 1.2, image=image, **NOTHING_DRAWN)
    assert (results[-1].game.results[0].picture == 250).all()


def test_limbs_are_colored_by_their_error_of_the_pose_to_hold():
    _, (result,) = game_until("star", 0.1, **{"game.poses": ["t-pose"]})
    elbow = result.estimate.poses[0].xy[[5, 7]].mean(axis=0).astype(int)
    assert result.image[elbow[1], elbow[0], 0] > 150  # yellow to red, where the arm is too high


def test_the_game_ends_when_the_time_goes_back():
    pipeline, results = game_until("t-pose", 1.2)
    assert results[-1].game.phase == "pose"
    (result,) = game_frames(pipeline, "t-pose", [3.0])
    assert (result.game.phase, result.game.results) == ("waiting", ())


def test_a_change_of_the_resolution_does_not_matter():
    pipeline, _ = game_until("t-pose", 1.2)
    small = replace(posing("star", scale=0.5), track_id=None)
    plan = plan_of(FakeEstimator(Estimate((small,))), **{"game.row": "own", "game.poses": ["t-pose", "star"]})
    plan = replace(plan, game=game_for(plan.settings, Uploads()))
    for time in np.arange(15.4, 16.8, 0.1):
        result = pipeline.process(Frame(np.zeros((240, 240, 3), np.uint8), float(time)), plan)
    assert result.game.phase == "finished" and all(it.points for it in result.game.results)


def test_without_a_game_its_state_is_gone():
    pipeline, _ = game_until("t-pose", 1.2)
    assert pipeline.process(Frame(BLACK, 15.5), plan_of(FakeEstimator())).game is None
    (result,) = game_frames(pipeline, "t-pose", [15.6])
    assert result.game.phase == "waiting"
