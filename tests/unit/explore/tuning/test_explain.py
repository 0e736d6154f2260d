"""The sentences of candidates, and the joint that is missed most, on alignments with a few made keypoints."""

from dataclasses import replace

import numpy as np
import pytest
from known_poses import LEFT_WRIST, moved, scored, standing

from pose_demo.explore.tuning import explain
from pose_demo.explore.tuning.explain import Weakness, weakness
from pose_demo.metrics.alignment import align
from pose_demo.skeletons import COCO_17

COUNT, CONFIDENCE = 20, 0.3
RIGHT_KNEE = COCO_17.index("right_knee")
CROSSING = (-30.0, -40.0)  # moves the left wrist of `standing` from (30, 80) to (0, 40), within the torso
FAR = 50.0  # pixels, half a torso length
MISSED = range(5)  # the frames in which a joint is missed


def aligned(truth, estimates):
    times = [index / 10 for index in range(len(truth))]
    return align(estimates, truth, times, [len(poses) for poses in estimates])


def one_person(true_poses, missed=MISSED, joint=LEFT_WRIST):
    """The alignment of one person whose joint is far off in the missed frames, and correct in the others."""
    estimates = [moved(pose, joint, FAR * (index in missed)) for index, pose in enumerate(true_poses)]
    return aligned([(pose,) for pose in true_poses], [(pose,) for pose in estimates])


def still(count=COUNT):
    return [standing()] * count


# ---- the joint


def test_nothing_is_missed():
    assert weakness(one_person(still(), missed=()), CONFIDENCE) is None
    assert weakness(aligned([()], [()]), CONFIDENCE) is None


def test_the_joint_that_is_missed_most_and_how_often():
    assert weakness(one_person(still()), CONFIDENCE) == Weakness("left wrist", 0.25, "")
    assert weakness(one_person(still(), joint=RIGHT_KNEE), CONFIDENCE) == Weakness("right knee", 0.25, "")


def test_a_joint_below_the_confidence_is_missed():
    estimates = [(scored(standing(), RIGHT_KNEE, 0.25 if index < 4 else 1.0),) for index in range(COUNT)]
    alignment = aligned([(pose,) for pose in still()], estimates)
    assert weakness(alignment, CONFIDENCE) == Weakness("right knee", 0.2, "")
    assert weakness(alignment, 0.2) is None


def test_rare_misses_are_not_mentioned():
    assert weakness(one_person(still(60), missed=[7]), CONFIDENCE) is None  # 1.7 %
    assert weakness(one_person(still(40), missed=[7]), CONFIDENCE) == Weakness("left wrist", 0.025, "")


def test_keypoints_that_are_not_visible_are_not_missed():
    poses = [scored(pose, LEFT_WRIST, 0.0 if index < 3 else 1.0) for index, pose in enumerate(still())]
    assert weakness(one_person(poses), CONFIDENCE) == Weakness("left wrist", pytest.approx(2 / 17), "")
    assert weakness(one_person([scored(pose, LEFT_WRIST, 0.0) for pose in still()]), CONFIDENCE) is None


# ---- when it is missed


def crossing(frames):
    return [moved(standing(), LEFT_WRIST, *(CROSSING if index in frames else (0, 0))) for index in range(COUNT)]


def test_an_arm_that_crosses_the_body():
    found = weakness(one_person(crossing(MISSED)), CONFIDENCE)
    assert found == Weakness("left wrist", 0.25, "when it crosses the body")


def test_an_arm_that_crosses_the_body_as_often_when_it_is_found():
    assert weakness(one_person(crossing(range(COUNT))), CONFIDENCE).condition == ""
    assert weakness(one_person(crossing([0, 1, 7, 8, 9])), CONFIDENCE).condition == ""  # 2 of 5 misses


def test_no_other_joint_crosses_the_body():
    poses = [moved(standing(), RIGHT_KNEE, 15, -100) if index in MISSED else standing() for index in range(COUNT)]
    assert weakness(one_person(poses, joint=RIGHT_KNEE), CONFIDENCE).condition == ""


def test_an_unknown_torso_is_not_crossed():
    """Annotations have (0, 0) for keypoints whose position is not known."""

    def without_hips(pose):
        xy, scores = pose.xy.copy(), pose.scores.copy()
        xy[11:13], scores[11:13] = 0, 0
        return replace(pose, xy=xy, scores=scores)

    poses = [without_hips(pose) if index in MISSED else pose for index, pose in enumerate(still())]
    poses = [moved(pose, LEFT_WRIST, -30, -100) if index in MISSED else pose for index, pose in enumerate(poses)]
    assert weakness(one_person(poses), CONFIDENCE) == Weakness("left wrist", 0.25, "")


def jumping(frames, step=30.0, joint=RIGHT_KNEE):
    """A joint that moves between one frame and the next in these frames."""
    offsets = np.cumsum([step * (index in frames) * (-1) ** index for index in range(COUNT)])
    return [moved(standing(), joint, 0, float(offset)) for offset in offsets]


def test_a_joint_that_moves_fast():
    frames = (6, 7, 11, 12, 15)
    found = weakness(one_person(jumping(frames), frames, RIGHT_KNEE), CONFIDENCE)
    assert found == Weakness("right knee", 0.25, "when it moves fast")
    assert weakness(one_person(jumping(frames), (1, 2, 3, 4, 9), RIGHT_KNEE), CONFIDENCE).condition == ""


def test_a_joint_does_not_move_to_another_frame_or_person():
    """The second person appears in the frame after the first one disappears, elsewhere, and is missed in it."""
    first, second = standing(100, track_id=1), standing(500, track_id=2)
    truth = [(first,)] * 10 + [(second,)] * 10
    estimates = [(first,)] * 10 + [(moved(second, RIGHT_KNEE, FAR),)] + [(second,)] * 9
    assert weakness(aligned(truth, estimates), CONFIDENCE) == Weakness("right knee", 0.05, "")
    gap = [(standing(100),)] * 10 + [()] + [(standing(500),)] * 9
    estimates = [*gap[:11], (moved(standing(500), RIGHT_KNEE, FAR),), *gap[12:]]
    assert weakness(aligned(gap, estimates), CONFIDENCE).condition == ""


def test_a_joint_does_not_move_from_an_unknown_position():
    def unknown(pose):
        xy, scores = pose.xy.copy(), pose.scores.copy()
        xy[RIGHT_KNEE], scores[RIGHT_KNEE] = 0, 0
        return replace(pose, xy=xy, scores=scores)

    poses = [unknown(pose) if index in (4, 9) else pose for index, pose in enumerate(still())]
    assert weakness(one_person(poses, (5, 10), RIGHT_KNEE), CONFIDENCE).condition == ""


def test_a_person_who_is_not_detected():
    estimates = [() if index in (3, 4, 5) else (pose,) for index, pose in enumerate(still())]
    found = weakness(aligned([(pose,) for pose in still()], estimates), CONFIDENCE)
    assert (found.missed, found.condition) == (pytest.approx(0.15), "where the person is not detected")


def test_a_person_who_is_never_detected():
    """All misses are without a detection, but so are all frames: it is no condition."""
    found = weakness(aligned([(pose,) for pose in still()], [()] * COUNT), CONFIDENCE)
    assert (found.missed, found.condition) == (1.0, "")


# ---- sentences

WRIST = Weakness("left wrist", 0.254, "when it crosses the body")
KNEE = Weakness("right knee", 0.1, "")


def measures(accuracy, ms=10.0, **more):
    return {"accuracy": accuracy, "f1": None, "ms_p50": ms, "fps": 1000 / ms, **more}


def test_the_sentence_of_the_most_accurate_candidate():
    assert explain.best_sentence(measures(0.91234), "accuracy", None) == "the highest accuracy (0.912)"
    assert explain.best_sentence(measures(0.9, f1=0.75), "f1", KNEE) == (
        "the highest F1 score (0.750); misses the right knee (10 %)"
    )
    assert explain.best_sentence(measures(None), "accuracy", WRIST) == (
        "the highest accuracy (unknown); misses the left wrist when it crosses the body (25 %)"
    )


@pytest.mark.parametrize(
    ("accuracy", "ms", "sentence"),
    [
        (0.85, 10.0, "accuracy lower by 0.050 than Thunder at 0.25 of the time"),
        (0.895, 4.0, "the same accuracy as Thunder at 0.1 of the time"),
        (None, 20.0, "accuracy lower by 0.900 than Thunder at 0.5 of the time"),
    ],
)
def test_the_sentence_of_another_candidate(accuracy, ms, sentence):
    found = explain.comparison(measures(accuracy, ms), measures(0.9, 40.0), "Thunder", "accuracy", None)
    assert found == sentence


def test_the_sentence_of_a_candidate_that_is_too_slow():
    assert explain.too_slow(measures(0.9, 80.0), 30.0) == (
        "the fastest of the models tried, but it does not reach 30 fps (12.5)"
    )
