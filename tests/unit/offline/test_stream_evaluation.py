"""Measures of streams, compared with values computed by hand."""

import numpy as np
import pytest
from fakes import FakeEstimator, plan_of, pose_at

from models import needs
from pose_demo import sample
from pose_demo.imaging import limit_size
from pose_demo.offline.annotations import AnnotatedPerson
from pose_demo.offline.noise import noisy_frames
from pose_demo.offline.stream_evaluation import StreamEvaluation, jitter, turned
from pose_demo.plan import prepare
from pose_demo.settings import Settings
from pose_demo.types import Box, Estimate

WIDTH, HEIGHT = 80, 60
GRAY = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
BODY = [(20 + k, 10 + 2 * k) for k in range(17)]


def annotated(pose, labeled=range(17)):
    visible = [2.0 * (k in labeled) for k in range(17)]
    return AnnotatedPerson(np.column_stack([pose.xy, visible]).astype(float), 1000.0, Box(20, 10, 36, 42))


PERSON = annotated(pose_at(*BODY))


class Scripted(FakeEstimator):
    """Returns what ``script`` does for the index of a frame and its image."""

    def __init__(self, script):
        super().__init__()
        self.script, self.index = script, 0

    def estimate(self, frame, options):
        self.index += 1
        return Estimate(tuple(self.script(self.index - 1, frame.image)))

    def reset(self):
        super().reset()
        self.index = 0


def measured(script, *images):
    """The summary after images, each with its persons, and the estimator."""
    estimator = Scripted(script)
    evaluation = StreamEvaluation(plan_of(estimator, **{"smooth.on": False}))
    for image, persons in images:
        evaluation.add(image, persons)
    return evaluation.summary(), estimator


def test_noise_has_the_requested_deviation_and_is_the_same_each_time():
    first, second = (np.array([frame.image for frame in noisy_frames(GRAY, 6.0, 3)]) for _ in range(2))
    assert first.std() == pytest.approx(6, abs=0.2) and first.mean() == pytest.approx(99.5, abs=0.3)
    assert (first == second).all() and (first[0] != first[1]).mean() > 0.9
    assert [frame.timestamp for frame in noisy_frames(GRAY, 6.0, 3)] == pytest.approx([0, 1 / 30, 2 / 30])


def test_somebody_in_three_of_thirty_frames_of_an_empty_image_is_a_tenth():
    summary, _ = measured(lambda index, image: [pose_at(*BODY)] * (index < 3), (GRAY, []))
    assert summary == {
        "stream_false_persons": 0.1,
        "stream_found": None,
        "stream_oks": None,
        "stream_jitter": None,
        "stream_turned_oks": None,
    }


def test_a_person_found_in_the_second_half_of_the_stream_has_half_the_oks():
    person = annotated(pose_at(*BODY), labeled=[0])
    summary, _ = measured(lambda index, image: [pose_at(*BODY)] * (index >= 15), (GRAY, [person]))
    assert summary["stream_found"] == summary["stream_oks"] == 0.5
    assert summary["stream_false_persons"] is summary["stream_turned_oks"] is None and summary["stream_jitter"] == 0


def test_oks_is_that_of_the_best_matching_pose():
    """d = 5.2 px, s^2 = 10000, k = 2 * 0.026: exp(-0.5) = 0.6065; the other pose is far away."""
    person = AnnotatedPerson(annotated(pose_at(*BODY), labeled=[0]).keypoints, 10_000.0, Box(20, 10, 36, 42))
    (x, y), far = BODY[0], pose_at((75, 55))
    summary, _ = measured(lambda index, image: [far, pose_at((x + 5.2, y))], (GRAY, [person]))
    assert summary["stream_oks"] == pytest.approx(0.6065, abs=1e-4)


def test_images_with_several_persons_or_without_a_keypoint_are_left_out():
    unlabeled = annotated(pose_at(*BODY), labeled=[])
    summary, estimator = measured(lambda *_: [], (GRAY, [PERSON, PERSON]), (GRAY, [unlabeled]))
    assert set(summary.values()) == {None} and estimator.resets == 0


def test_turned_streams_are_measured_relative_to_the_upright_one():
    """OKS 1/3 upright, found in every third frame; 1 upside down, later on; 0 turned by 90 and 270: 1/3 over 1/3."""
    image = GRAY.copy()
    image[:10, :10] = 255
    upside_down = [(WIDTH - x, HEIGHT - y) for x, y in BODY]

    def script(index, image):
        if image[:5, :5].mean() > 200:
            return [pose_at(*BODY)] * (index % 3 == 0)
        return [pose_at(*upside_down)] if index >= 15 and image[-5:, -5:].mean() > 200 else []

    summary, estimator = measured(script, (image, [PERSON]))
    assert summary["stream_turned_oks"] == 1 and summary["stream_oks"] == pytest.approx(1 / 3, abs=1e-4)
    assert estimator.resets == 4


def test_an_image_and_its_keypoints_are_turned_together():
    image, person = np.zeros((HEIGHT, WIDTH, 3), np.uint8), annotated(pose_at(*[(x + 0.5, y + 0.5) for x, y in BODY]))
    (x, y), before = BODY[3], person.keypoints
    image[y, x] = 255
    for _ in range(4):
        image, person = turned(image, person)
        column, row = person.keypoints[3, :2]
        assert image[int(row), int(column)].all() and np.count_nonzero(image) == 3
    assert image.shape == (HEIGHT, WIDTH, 3) and (person.keypoints == before).all()


def test_jitter_is_the_mean_distance_relative_to_the_person():
    """One keypoint moves by (3, 4), one stays, one has too low a score: (5 + 0) / 2 of 50 pixels are 5 %."""
    first = pose_at((10, 10), (20, 20), (0, 0))
    second = pose_at((13, 14), (20, 20), (30, 30))
    second.scores[2] = 0.2
    assert jitter([first, second], 50, 0.3) == pytest.approx(5)
    assert jitter([first, None, second], 50, 0.3) is None
    assert jitter([first, None, first, second], 50, 0.3) == pytest.approx(5)


def test_jitter_is_the_mean_over_the_images_and_begins_after_the_first_frames():
    def script(index, image):
        step = {0: 0, 1: 1, 2: 5}[int(image[0, 0, 0] > 80) + int(image[0, 0, 0] > 170)]
        shift = step * (index % 2) if index >= 5 else 30 * index
        return [pose_at((20 + shift, 10))]

    person = annotated(pose_at(*BODY), labeled=[0])  # 32 pixels high; moves by 0, 1 and 5 pixels
    summary, _ = measured(script, *[(np.full_like(GRAY, gray), [person]) for gray in (20, 120, 220)])
    assert summary["stream_jitter"] == pytest.approx(100 * 2 / 32, abs=1e-4)


def test_a_drawn_dancer_is_found_upright_and_turned_and_the_empty_room_is_empty():
    needs("movenet-lightning")
    (pose,) = sample.ground_truth(30)
    person = AnnotatedPerson(np.column_stack([pose.xy / 2, [2.0] * 17]), 8000.0, Box(0, 0, 90, 200))
    with prepare(Settings.from_dict({"model": "movenet-lightning", "smooth.on": False})) as plan:
        evaluation = StreamEvaluation(plan)
        evaluation.add(limit_size(sample.frame(30).image, 320), [person])
        evaluation.add(limit_size(sample.frame(0, scene="empty").image, 320), [])
    summary = evaluation.summary()
    assert summary["stream_false_persons"] == 0 and summary["stream_found"] == 1
    assert summary["stream_oks"] > 0.8 and summary["stream_turned_oks"] > 0.5 and 0 < summary["stream_jitter"] < 2
