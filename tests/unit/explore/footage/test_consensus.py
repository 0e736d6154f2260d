"""Consensus keypoints of made-up poses."""

import numpy as np
import pytest
from known_poses import LEFT_WRIST, moved, scored, standing
from made_outputs import frame_output, outputs_of

from pose_demo.explore.footage import consensus as consensus_module
from pose_demo.explore.footage.clip import open_clip
from pose_demo.explore.footage.consensus import consensus, consensus_inferences, consensus_key, consensus_settings
from pose_demo.explore.footage.ground_truth import consensus_keypoints

MODELS = ("movenet-thunder", "movenet-multipose", "mediapipe-heavy")  # the last one smooths by itself


def agreed(*by_model, frames=1):
    """The persons of the consensus of models that found these poses, in every frame."""
    outputs = [
        outputs_of(*(frame_output(index, *poses) for index in range(frames)), model=model)
        for model, poses in zip(MODELS, by_model, strict=False)
    ]
    return [frame.poses for frame in consensus(outputs).frames]


def test_models_that_agree():
    ((person,),) = agreed([standing(320)], [standing(323)], [standing(318)])
    np.testing.assert_allclose(person.xy, standing(320).xy)  # the most accurate model's
    assert person.scores.tolist() == [1.0] * 17


def test_a_keypoint_on_which_nobody_agrees_is_unknown():
    apart = [standing(), moved(standing(), LEFT_WRIST, dx=25), moved(standing(), LEFT_WRIST, dx=-25)]
    ((person,),) = agreed(*([pose] for pose in apart))
    assert np.flatnonzero(person.scores == 0).tolist() == [LEFT_WRIST]


def test_the_agreement_of_the_others_outvotes_the_most_accurate_model():
    apart = [moved(standing(), LEFT_WRIST, dx=60), standing(), moved(standing(), LEFT_WRIST, dx=5)]
    ((person,),) = agreed(*([pose] for pose in apart))
    np.testing.assert_allclose(person.xy[LEFT_WRIST], standing().xy[LEFT_WRIST])
    assert person.scores[LEFT_WRIST] == 1


@pytest.mark.parametrize(("pixels", "score"), [(19.5, 1), (20.5, 0)])
def test_keypoints_agree_within_a_fifth_of_the_torso(pixels, score):
    ((person,),) = agreed([standing()], [moved(standing(), LEFT_WRIST, dx=pixels)])
    assert person.scores[LEFT_WRIST] == score


def test_unconfident_keypoints_do_not_count():
    ((person,),) = agreed([standing()], [scored(standing(), LEFT_WRIST, 0.1)])
    assert person.scores[LEFT_WRIST] == 0 and person.scores.sum() == 16


def test_a_person_whom_only_one_model_found_does_not_count():
    ((person,),) = agreed([standing(100), standing(500)], [standing(102)], [standing(98)])
    np.testing.assert_allclose(person.xy, standing(100).xy)
    assert agreed([standing()], [], []) == [()] and agreed([], [], []) == [()]


def test_several_persons_in_any_order():
    (persons,) = agreed([standing(100), standing(500)], [standing(502), standing(101)], [standing(499)])
    assert [round(float(person.xy[0, 0])) for person in persons] == [100, 500]


def test_a_person_whom_the_most_accurate_model_missed():
    ((person,),) = agreed([], [standing(100)], [standing(103)])
    np.testing.assert_allclose(person.xy, standing(100).xy)


def test_a_person_with_too_few_agreed_keypoints_does_not_count():
    few = standing()
    for keypoint in range(4, 17):
        few = scored(few, keypoint, 0.0)
    assert agreed([few], [few]) == [()]


def test_the_frames_keep_times_sizes_and_what_was_skipped():
    outputs = [outputs_of(*(frame_output(i, standing(), size=(320, 240)) for i in range(3)), model=m) for m in MODELS]
    found = consensus(outputs)
    assert found.timestamps == outputs[0].timestamps and {frame.size for frame in found.frames} == {(320, 240)}


def test_the_persons_of_the_consensus_get_track_ids():
    outputs = [
        outputs_of(*(frame_output(i, standing(100 + i), standing(500 - i)) for i in range(5)), model=m) for m in MODELS
    ]
    known = consensus_keypoints(consensus(outputs))
    assert known.kind == "consensus"
    assert [[pose.track_id for pose in poses] for poses in known.poses] == [[1, 2]] * 5


# ---- which models


def test_the_heaviest_ready_model_of_each_family(monkeypatch):
    ready = {"movenet-lightning", "movenet-multipose", "blazepose-full"}
    monkeypatch.setattr("pose_demo.estimators.is_ready", lambda model: model in ready)
    found = [(settings.model, settings.detector) for settings in consensus_settings()]
    assert found == [
        (model, "movenet-multipose") for model in ("movenet-lightning", "movenet-multipose", "blazepose-full")
    ]
    monkeypatch.setattr("pose_demo.estimators.is_ready", lambda model: model == "movenet-lightning")
    assert consensus_settings() == () and consensus_inferences(1) == ()


def test_the_key_depends_on_clip_and_models_not_on_threads(monkeypatch):
    monkeypatch.setattr("pose_demo.estimators.is_ready", lambda model: True)
    clip, inferences = open_clip("sample", 3), consensus_inferences(1)
    key = consensus_key(clip, inferences)
    assert key == consensus_key(clip, consensus_inferences(2))
    assert key != consensus_key(clip, inferences[:2]) and key != consensus_key(open_clip("sample", 4), inferences)
    monkeypatch.setattr(consensus_module, "VERSION", 99)
    assert key != consensus_key(clip, inferences)
