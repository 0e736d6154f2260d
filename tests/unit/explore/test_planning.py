"""Which networks have to process which clip, and what is known about each clip."""

import json

import pytest

from pose_demo import estimators
from pose_demo.explore.footage.clip import open_clip
from pose_demo.explore.footage.ground_truth import CONSENSUS, TRUE
from pose_demo.explore.planning import clip_contexts, consensus_tasks, inference_tasks
from pose_demo.explore.tasks import Known
from pose_demo.settings import Settings
from pose_demo.types import InputError

COUNT = 6
LIGHT = (Settings(model="movenet-lightning"), 1)
MULTIPOSE = Settings(model="movenet-multipose")
HEAVY = {"movenet-thunder", "movenet-multipose", "blazepose-heavy"}


@pytest.fixture
def ready(monkeypatch):
    """Sets which models are ready; at first all are."""

    def use(*names):
        monkeypatch.setattr(estimators, "is_ready", lambda name: name in names)

    use(*estimators.MODELS)
    return use


@pytest.fixture
def video(make_clip):
    return open_clip(make_clip(COUNT))


@pytest.fixture
def solo():
    return open_clip("sample", COUNT)


def models(tasks):
    return [task.settings.model for task in tasks]


# ---- what is known


def test_the_sample_has_true_keypoints(ready, solo):
    (context,) = clip_contexts([solo], "a reference")
    assert (context.clip, context.known, context.reference) == (solo, Known(TRUE), "a reference")


def test_annotated_clips_have_true_keypoints(ready, video, tmp_path):
    (tmp_path / "coco.json").write_text(json.dumps({"images": [], "annotations": []}))
    annotated = open_clip(video.source)
    annotated = type(annotated)(**{**vars(annotated), "annotations": str(tmp_path / "coco.json")})
    assert clip_contexts([annotated], "")[0].known == Known(TRUE)


def test_other_clips_have_consensus_keypoints_of_the_ready_models(ready, video):
    (all_models,) = clip_contexts([video], "")
    ready("movenet-thunder", "movenet-multipose")
    (two_models,) = clip_contexts([video], "")
    assert all_models.known.kind == two_models.known.kind == CONSENSUS
    assert all_models.known.key != two_models.known.key != ""


def test_nothing_is_known_without_two_ready_models(ready, video):
    ready("movenet-multipose")
    assert clip_contexts([video], "")[0].known == Known()
    assert consensus_tasks(clip_contexts([video], "")) == []


def test_clips_need_different_names(ready, solo):
    with pytest.raises(InputError, match="two clips are named sample; rename one of them"):
        clip_contexts([solo, open_clip("sample:duo", COUNT), open_clip("sample", 3)], "")
    with pytest.raises(InputError, match="expected at least one clip"):
        clip_contexts([], "")


# ---- tasks


def test_every_network_runs_on_every_clip(ready, solo):
    contexts = clip_contexts([solo, open_clip("sample:duo", 4)], "")
    tasks = inference_tasks(contexts, [LIGHT, (MULTIPOSE, 2)])
    assert [(task.clip.name, task.settings.model, task.threads, task.frames) for task in tasks] == [
        ("sample", "movenet-lightning", 1, COUNT),
        ("sample", "movenet-multipose", 2, COUNT),
        ("sample:duo", "movenet-lightning", 1, 4),
        ("sample:duo", "movenet-multipose", 2, 4),
    ]


def test_settings_that_share_an_inference_need_one_task(ready, solo):
    wanted = [LIGHT, (Settings(confidence=0.6, person_confidence=0.5), 1), (Settings(), 2)]
    tasks = inference_tasks(clip_contexts([solo], ""), wanted)
    assert [(task.settings, task.threads) for task in tasks] == [LIGHT, (Settings(), 2)]


def test_the_consensus_needs_its_networks_on_its_clips_only(ready, solo, video):
    contexts = clip_contexts([solo, video], "")
    tasks = inference_tasks(contexts, [LIGHT])
    assert models(tasks[:2]) == ["movenet-lightning", "movenet-lightning"]
    assert set(models(tasks[2:])) == HEAVY and {task.clip for task in tasks[2:]} == {video}
    (task,) = consensus_tasks(contexts)
    assert (task.clip, task.key) == (video, contexts[1].known.key)
    assert {inference.settings.model for inference in task.inferences} == HEAVY


def test_a_network_of_the_consensus_that_is_wanted_runs_once(ready, video, monkeypatch):
    monkeypatch.setattr("pose_demo.live.cpu.cores", lambda: 1)
    tasks = inference_tasks(clip_contexts([video], ""), [(MULTIPOSE, 1)])
    assert sorted(models(tasks)) == sorted(HEAVY)
