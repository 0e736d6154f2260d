"""One straight line: what goes in, what comes out, and in whose coordinates."""

import numpy as np
import pytest
from fakes import Scripted, plan_of, pose_at

from pose_demo.pipeline import Pipeline
from pose_demo.types import Box, Estimate, Frame, InputError

BLACK = np.zeros((48, 64, 3), np.uint8)
BARE = {"skeleton": False, "keypoints": False, "boxes": False}


def process(estimator, image=BLACK, note="", **settings):
    return Pipeline().process(Frame(image, 1.5), plan_of(estimator, **settings), note)


def test_the_result_carries_what_was_found_when_and_by_whom():
    found = Estimate((pose_at((10, 10)),))
    result = process(Scripted(found))
    (pose,) = result.estimate.poses
    assert np.array_equal(pose.xy, found.poses[0].xy) and np.array_equal(pose.scores, found.poses[0].scores)
    assert result.timestamp == 1.5 and result.model == "movenet-lightning"
    assert result.milliseconds == pytest.approx(sum(result.stages.values())) and "pose" in result.stages


@pytest.mark.parametrize("settings", [{}, {"mirror": "on"}, {"effects": [{"name": "colours"}]}])
def test_the_frame_itself_is_not_drawn_on(settings):
    image = BLACK.copy()
    result = process(Scripted(Estimate((pose_at((10, 10)),))), image, **settings)
    assert not image.any() and not result.source.image.any() and result.image.any()


def test_with_nothing_to_draw_the_picture_is_a_copy_of_the_frame():
    image = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    result = process(Scripted(Estimate((pose_at((10, 10)),))), image, **BARE)
    assert np.array_equal(result.image, image) and not np.shares_memory(result.image, image)


def test_mirrored_the_model_sees_the_true_picture_and_the_viewer_the_flipped_one():
    image = BLACK.copy()
    image[:, :10] = 200
    estimator = Scripted(Estimate((pose_at((5, 24)),), (Box(0, 0, 10, 48),)))
    result = process(estimator, image, mirror="on", **BARE)
    assert estimator.seen[0].image is image
    assert np.array_equal(result.image, image[:, ::-1])
    assert result.estimate.poses[0].xy[0].tolist() == [59, 24] and result.estimate.boxes[0].x0 == 54


def test_mirrored_the_dot_lies_on_the_mirrored_keypoint():
    result = process(Scripted(Estimate((pose_at((5, 24)),))), mirror="on")
    assert result.image[24, 59].any() and not result.image[24, 5].any()


@pytest.mark.parametrize(
    ("found", "persons"),
    [
        (Estimate(), 0),
        (Estimate((pose_at(), pose_at())), 2),
        (Estimate(boxes=(Box(0, 0, 1, 1), Box(0, 0, 1, 1, label="dog"))), 1),
    ],
    ids=["nobody", "two poses", "a person and a dog"],
)
def test_people_are_counted_by_keypoints_or_by_boxes(found, persons):
    assert process(Scripted(found)).persons == persons


@pytest.mark.parametrize(
    ("readout", "note", "shown"), [(True, "9 fps", True), (True, "", False), (False, "9 fps", False)]
)
def test_the_note_is_shown_when_there_is_one_and_it_is_asked_for(readout, note, shown):
    assert process(Scripted(), note=note, readout=readout).image.any() == shown


@pytest.mark.parametrize(
    ("times", "resets"), [((0, 1, 2), 0), ((0, 0, 0), 0), ((5, 6, 0, 1), 1), ((3, 2, 1), 2)], ids=str
)
def test_only_when_time_goes_back_the_model_forgets(times, resets):
    estimator, pipeline = Scripted(), Pipeline()
    for timestamp in times:
        pipeline.process(Frame(BLACK, float(timestamp)), plan_of(estimator))
    assert estimator.resets == resets


@pytest.mark.parametrize("image", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8)], ids=["grey", "rgba"])
def test_what_is_no_rgb_picture_never_reaches_the_model(image):
    estimator = Scripted()
    with pytest.raises(InputError):
        process(estimator, image)
    assert not estimator.seen


# ---- the picture's size ---------------------------------------------------------------------------------------------


def standing(x, factor=1.0):
    """Somebody whose keypoints are spread over 20 pixels."""
    spots = [(x + 5 * (i % 3), 5 + i) for i in range(17)]
    return pose_at(*[(factor * a, factor * b) for a, b in spots])


def test_people_keep_their_numbers_when_the_picture_changes_its_size():
    pipeline = Pipeline()
    for index, factor in enumerate([1, 1, 1, 2, 2, 0.5]):
        people = (standing(10, factor), standing(40, factor)) if index else (standing(40),)
        size = (round(48 * factor), round(64 * factor), 3)
        frame = Frame(np.zeros(size, np.uint8), index / 10)
        found = pipeline.process(frame, plan_of(Scripted(Estimate(people)))).estimate.poses
    assert [pose.track_id for pose in found] == [2, 1]


def test_after_a_change_of_size_keypoints_are_not_smoothed_towards_where_they_were():
    pipeline = Pipeline()
    for index, factor in enumerate([1, 1, 2]):
        frame = Frame(np.zeros((48 * factor, 64 * factor, 3), np.uint8), index / 10)
        (pose,) = pipeline.process(frame, plan_of(Scripted(Estimate((standing(10, factor),))))).estimate.poses
    assert np.allclose(pose.xy, standing(10, 2).xy)


def watched(answers, times, **settings):
    """The results of frames in which a nose is at each of the points, and is watched."""
    estimator, pipeline, results = Scripted(), Pipeline(), []
    plan = plan_of(estimator, **{"smooth.watch": "nose", **settings})
    for point, timestamp in zip(answers, times, strict=True):
        estimator.answer = Estimate((pose_at(point, (0, 40), (60, 0)),))
        results.append(pipeline.process(Frame(BLACK, timestamp), plan))
    return results


def test_a_watched_keypoint_is_told_as_it_came_and_as_it_is_drawn():
    *_, last = watched([(10, 10), (14, 10), (10, 10)], [0, 1 / 30, 2 / 30])
    assert [(moment.place.raw_x, moment.place.raw_y) for moment in last.joint.moments] == [(10, 10), (14, 10), (10, 10)]
    assert last.joint.moments[-1].timestamp == last.timestamp and last.joint.person == 1
    place = last.joint.moments[-1].place
    assert 10 < place.x < 14 and [place.x, place.y] == last.estimate.poses[0].xy[0].tolist()


def test_a_watched_keypoint_is_told_as_the_model_saw_it_though_the_picture_is_mirrored():
    (result,) = watched([(10, 20)], [0], mirror="on")
    assert result.joint.moments[0].place[:4] == (10, 20, 10, 20) and result.estimate.poses[0].xy[0, 0] == 54


def test_without_smoothing_a_watched_keypoint_is_the_same_twice():
    *_, last = watched([(10, 10), (14, 12)], [0, 1], **{"smooth.on": False})
    assert last.joint.moments[-1].place[:4] == (14, 12, 14, 12) and last.joint.smoothed_by == "nobody"


def test_nothing_is_watched_unless_asked_and_time_that_goes_back_begins_anew():
    assert process(Scripted(Estimate((pose_at((10, 10)),)))).joint is None
    assert [len(result.joint.moments) for result in watched([(10, 10)] * 4, [5, 6, 1, 2])] == [1, 2, 1, 2]
