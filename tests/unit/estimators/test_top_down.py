"""Two-stage estimation with a hand-made detector and a hand-made model in a simulated world."""

from dataclasses import replace

import numpy as np
import pytest

from pose_demo import estimators
from pose_demo.estimators import DETECTORS, MODELS, OFF, Options, top_down
from pose_demo.estimators.base import ModelInfo
from pose_demo.geometry import Region
from pose_demo.settings import Settings
from pose_demo.skeletons import COCO_17
from pose_demo.types import Box, Estimate, Frame, InputError, Pose

WIDTH, HEIGHT = 640, 480
SETTINGS = Settings(detect_every=5, person_confidence=0.2, max_people=6)
SHAPE = np.random.default_rng(0).uniform((-20, -50), (20, 50), (17, 2))
SHAPE[:4] = (-20, -50), (20, -50), (-20, 50), (20, 50)  # so that its box is 40 by 100


def pose_at(x, y=240.0, score=0.8):
    return Pose(COCO_17, (SHAPE + np.array((x, y))).astype(np.float32), np.full(17, score, np.float32), score)


def box_at(x, y=240.0, score=0.8):
    return Box(x - 20, y - 50, x + 20, y + 50, score)


class World:
    """People at places: x -> how sure the model is of them, the most striking one first.

    As the detector it answers what it is told; as the model it takes the most striking person in the crop who can be
    seen, even when the crop was meant for another.
    """

    def __init__(self):
        self.people = {}
        self.detections = []
        self.detector_calls = self.resets = 0
        self.closed = []
        self.asked = []
        self.crop = None

    # ---- as a detector

    def estimate(self, frame, settings):
        self.detector_calls += 1
        self.asked.append(settings)
        boxes = tuple(found for found in self.detections if isinstance(found, Box))
        poses = tuple(found for found in self.detections if isinstance(found, Pose))
        return Estimate(poses, boxes)

    def reset(self):
        self.resets += 1

    # ---- as a model

    def find(self, image, region, mask=None):
        self.crops.append(region)
        for x, score in self.people.items():
            inside = region.x <= x <= region.x + region.width
            if inside and image[240, min(int(x), WIDTH - 1)].any():
                if mask is not None:
                    view = mask[190:290, int(x) - 20 : int(x) + 20]
                    np.maximum(view, int(score * 100), out=view)
                return pose_at(x, score=score)
        return None

    def region_round(self, pose, frame_size):
        return self.crop and self.crop(pose)

    def bare(self): ...

    def close(self):
        self.closed.append(self)

    # ---- the test's view

    def see(self, pair, *xs, score=0.8, settings=SETTINGS, detected=True, size=(WIDTH, HEIGHT)):
        """One frame with people at ``xs``; what is found, as rounded places."""
        self.people = dict.fromkeys(xs, score)
        self.detections = [box_at(x) for x in xs] if detected is True else list(detected or [])
        self.crops = []
        estimate = pair.estimate(Frame(np.full((size[1], size[0], 3), 90, np.uint8)), settings)
        return [round(float(pose.xy[:4, 0].mean())) for pose in estimate.poses]


@pytest.fixture
def world():
    return World()


@pytest.fixture
def pair(world):
    return top_down.Crowd(world, world, Options())


# ---- when the detector is asked -------------------------------------------------------------------------------------


def test_the_detector_looks_at_every_nth_frame_and_crops_follow_in_between(world, pair):
    calls = []
    for index in range(11):
        assert world.see(pair, 100 + 3 * index, 400 - 3 * index) == [100 + 3 * index, 400 - 3 * index]
        calls.append(world.detector_calls)
    assert calls == [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3]


def test_in_between_only_those_who_are_known_are_looked_for(world, pair):
    world.see(pair, 100)
    assert [world.see(pair, 100, 400) for _ in range(5)] == [[100], [100], [100], [100], [100, 400]]


def test_people_stay_when_the_detector_no_longer_sees_them(world, pair):
    world.see(pair, 100, 400)
    assert all(world.see(pair, 100, 400, detected=[]) == [100, 400] for _ in range(12))


def test_a_loss_sends_for_the_detector_at_once(world, pair):
    world.see(pair, 100, 400)
    assert world.see(pair, 100, 500) == [100]
    assert world.see(pair, 100, 500) == [100, 500]
    assert world.detector_calls == 2


def test_while_there_is_nobody_the_detector_looks_at_every_frame(world, pair):
    for calls in (1, 2, 3):
        assert world.see(pair) == [] and world.detector_calls == calls
    assert world.see(pair, 300) == [300]


def test_on_stills_every_picture_is_the_first(world):
    pair = top_down.Crowd(world, world, Options(still=True))
    assert [world.see(pair, 100, 400), world.see(pair, 100, 300)] == [[100, 400], [100, 300]]
    assert world.see(pair, 100, detected=[]) == [], "nobody is followed"
    assert world.detector_calls == 3


def test_another_size_of_frame_and_a_reset_forget_everybody(world, pair):
    world.see(pair, 100)
    assert world.see(pair, 100, 400, size=(800, 480)) == [100, 400]
    pair.reset()
    assert world.see(pair, 100, 200, 400, size=(800, 480)) == [100, 200, 400]


# ---- who is a person ------------------------------------------------------------------------------------------------


def test_the_pose_decides_who_is_a_person(world, pair):
    assert world.see(pair, 100, detected=[box_at(100, score=0.06)]) == [100]
    assert world.asked[0].person_confidence == pytest.approx(0.05) and not world.asked[0].all_classes
    assert world.see(pair, 100, score=0.19) == []
    assert world.see(pair, 100, score=0.19, settings=replace(SETTINGS, person_confidence=0.1)) == [100]


def test_a_detector_may_be_as_unsure_as_the_viewer_allows(world, pair):
    world.see(pair, settings=replace(SETTINGS, person_confidence=0.01))
    assert world.asked[0].person_confidence == pytest.approx(0.01)


def test_the_pose_has_the_model_s_score_and_the_box_of_its_keypoints(world, pair):
    world.people, world.detections, world.crops = {100: 0.7}, [box_at(110, score=0.3)], []
    (pose,) = pair.estimate(Frame(np.full((HEIGHT, WIDTH, 3), 90, np.uint8)), SETTINGS).poses
    assert pose.score == 0.7 and pose.box == Box(80, 190, 120, 290, 0.7)


def test_two_boxes_of_one_person_are_one_person(world, pair):
    assert world.see(pair, 100, detected=[box_at(100), box_at(108), box_at(118)]) == [100]
    assert len(world.crops) == 3, "the third is too far off to be known before it was looked at, twice"


def test_a_box_of_a_torso_is_not_another_person(world, pair):
    torso = Box(92, 200, 108, 240, 0.5)
    world.see(pair, 100, detected=[box_at(100), torso])
    assert len(world.crops) == 1
    world.see(pair, 100, detected=[replace(torso, score=0.9), box_at(400)])
    assert len(world.crops) == 1


def test_of_two_crops_that_slide_onto_one_person_the_older_stays(world, pair):
    world.see(pair, 100)
    world.see(pair, 100, 130, detected=[])
    for _ in range(4):
        world.see(pair, 100, 190)
    assert world.see(pair, 100, 190) == [100, 190]
    assert world.see(pair, 145, detected=[]) == [145], "only one person is left for the two of them"
    assert world.see(pair, 145, 260) == [145, 260], "the detector is asked at once"


def test_a_neighbour_in_the_crop_is_hidden_for_a_second_look(world, pair):
    # Both crops hold both people, and the model takes the one at 200 each time.
    assert world.see(pair, 200, 250) == [200, 250]
    assert len(world.crops) == 3
    assert world.see(pair, 201, 251, detected=[]) == [201, 251], "in a crop that follows too"


def test_a_known_person_costs_no_second_look_when_the_detector_sees_them_again(world, pair):
    for _ in range(5):
        world.see(pair, 100, 400)
    assert world.see(pair, 100, 400, detected=[box_at(105), box_at(395)]) == [100, 400]
    assert world.detector_calls == 2
    assert len(world.crops) == 2


def test_a_detector_s_keypoints_tell_known_people_too(world, pair):
    poses = [replace(pose_at(x), box=box_at(x)) for x in (101, 399)]
    for _ in range(5):
        world.see(pair, 100, 400, detected=poses)
    world.see(pair, 100, 400, detected=poses)
    assert world.detector_calls == 2 and len(world.crops) == 2


def test_no_more_people_than_asked_for_the_surest_first(world, pair):
    few = replace(SETTINGS, max_people=2)
    seen = [box_at(100, score=0.5), box_at(300, score=0.9), box_at(500, score=0.7)]
    assert world.see(pair, 100, 300, 500, detected=seen, settings=few) == [300, 500]


def test_with_fewer_people_allowed_those_who_were_there_first_stay(world, pair):
    world.see(pair, 300)
    for _ in range(5):
        world.see(pair, 100, 300)
    assert world.see(pair, 100, 300, settings=replace(SETTINGS, max_people=1)) == [300]


def test_what_is_no_rgb_picture_is_refused(pair):
    with pytest.raises(InputError, match="expected"):
        pair.estimate(Frame(np.zeros((48, 64), np.uint8)), SETTINGS)


# ---- where the model looks ------------------------------------------------------------------------------------------


def test_round_a_box_the_crop_is_a_square_of_one_and_a_half_long_sides(world, pair):
    world.see(pair, 100)
    assert world.crops == [Region(25, 165, 150, 150)]


def test_a_model_that_knows_better_gets_its_own_crop(world, pair):
    world.crop = lambda pose: Region(float(pose.xy[0, 0]), 1, 200, 200)
    world.see(pair, 100, detected=[replace(pose_at(100), box=box_at(300))])
    assert world.crops == [Region(80, 1, 200, 200)], "by the detector's keypoints"
    world.see(pair, 104)
    assert world.crops == [Region(80, 1, 200, 200)], "by its own last keypoints"
    world.see(pair, 104)
    assert world.crops == [Region(84, 1, 200, 200)]


def test_nobody_is_looked_for_in_a_crop_of_nothing(world, pair):
    world.see(pair, 100, detected=[Box(100, 240, 101, 241)])
    assert world.crops == []


def test_the_masks_of_all_people_are_laid_over_each_other(world):
    pair = top_down.Crowd(world, world, Options(mask=True))
    world.people, world.crops = {100: 0.9, 300: 0.5, 330: 0.8}, []
    world.detections = [box_at(x) for x in (100, 300, 330)]
    mask = pair.estimate(Frame(np.full((HEIGHT, WIDTH, 3), 90, np.uint8)), SETTINGS).mask
    assert mask.shape == (HEIGHT, WIDTH) and mask.dtype == np.uint8
    assert [mask[240, x] for x in (50, 100, 290, 315, 340, 400)] == [0, 90, 50, 80, 80, 0]


def test_who_is_turned_down_does_not_show_through_the_mask(world):
    pair = top_down.Crowd(world, world, Options(mask=True))
    world.people, world.crops = {100: 0.9, 400: 0.1}, []
    world.detections = [box_at(x) for x in (100, 400)]
    found = pair.estimate(Frame(np.full((HEIGHT, WIDTH, 3), 90, np.uint8)), SETTINGS)
    assert len(found.poses) == 1
    assert found.mask[240, 100] == 90 and found.mask[240, 400] == 0


def test_nobody_has_an_empty_mask_and_without_asking_there_is_none(world, pair):
    frame = Frame(np.full((HEIGHT, WIDTH, 3), 90, np.uint8))
    assert not top_down.Crowd(world, world, Options(mask=True)).estimate(frame, SETTINGS).mask.any()
    assert pair.estimate(frame, SETTINGS).mask is None


def test_similarity_of_poses():
    pose = pose_at(100)
    assert top_down.oks(pose, pose) == pytest.approx(1)
    assert top_down.oks(pose, pose_at(400)) < 1e-3
    near, far = (top_down.oks(pose, pose_at(x)) for x in (102, 110))
    assert 1 > near > far > 0


def test_similarity_listens_to_keypoints_by_their_scores():
    pose, other = pose_at(100), pose_at(100)
    other.xy[9:] += 60
    other.scores[9:] = 0
    assert top_down.oks(pose, other) == pytest.approx(1, abs=1e-4)


# ---- the registry ---------------------------------------------------------------------------------------------------


class Kind:
    """A registry line of a world, and what it was built with."""

    def __init__(self, world):
        self.options = []

        def build(options):
            self.options.append(options)
            return world

        self.info = ModelInfo("kind", "Kind", "tests", (), COCO_17, build, build_region=build)


def test_both_parts_are_built_and_closed(world):
    detector, model = World(), World()
    loaded = top_down.load(Kind(detector).info, Kind(model).info, Options(threads=2))
    loaded.close()
    assert detector.closed and model.closed


def test_a_model_that_looks_at_whole_pictures_only_cannot_be_paired(world):
    kind = Kind(world).info
    with pytest.raises(ValueError, match="whole pictures"):
        top_down.load(kind, replace(kind, build_region=None), Options())


def test_detectors_are_models_that_find_several_and_every_model_of_one_person_takes_them():
    assert set(DETECTORS) <= set(MODELS) and OFF not in DETECTORS
    alone = {name for name in MODELS if not estimators.takes_detector(name)}
    assert alone == {"movenet-multipose", "yolov3-tiny"}


def test_with_a_detector_all_that_matters_to_either_part_makes_a_difference():
    everything = Options(still=True, mask=True, person_confidence=0.9, threads=3)
    kept = estimators.relevant("mediapipe-lite", everything, "movenet-multipose")
    assert kept == everything, "threads matter to the detector only"
    assert estimators.relevant("mediapipe-lite", everything) == replace(everything, threads=Options().threads)
    assert estimators.relevant("movenet-multipose", everything, "yolov3-tiny") == estimators.relevant(
        "movenet-multipose", everything
    )
