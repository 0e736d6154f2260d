"""Replay of made-up outputs: the same as `Pipeline`, and each stage runs once."""

from dataclasses import replace

import numpy as np
import pytest
from known_poses import standing
from made_outputs import BASE, VARIANTS, frame_output, outputs_of, pipeline_results, walkers

from pose_demo.explore.replay import stages as replay_module
from pose_demo.explore.replay.stages import Replay, StageCache
from pose_demo.matching import library
from pose_demo.settings import Settings
from pose_demo.tracking.smoothing import SmoothingOptions
from pose_demo.types import Box


def replay_of(outputs):
    return Replay(outputs, library.load(BASE.match.reference))


def assert_equal(replay, settings, results):
    poses, persons = replay.poses(settings), replay.tracked(settings).persons
    for found, count, matched, result in zip(poses, persons, replay.matched(settings), results, strict=True):
        assert count == result.persons
        assert matched == any(state.is_match for state in result.matches)
        for a, b in zip(found, result.estimate.poses, strict=True):
            assert a.track_id == b.track_id and np.array_equal(a.xy, b.xy) and np.array_equal(a.scores, b.scores)


@pytest.mark.parametrize("settings", VARIANTS.values(), ids=VARIANTS)
def test_a_replay_equals_the_pipeline(settings):
    outputs = walkers(40)
    assert_equal(replay_of(outputs), settings, pipeline_results(outputs, settings))


def test_a_replay_equals_the_pipeline_where_keypoints_leave_the_frame_and_come_back():
    frames = [frame_output(index, standing(500 + 250 * np.sin(index / 6), 150)) for index in range(40)]
    outputs = outputs_of(*frames)
    outside = [(pose.xy > np.array(frame.size)).any(axis=1) for frame in frames for pose in frame.poses]
    assert 0 < np.mean(outside) < 1
    for settings in VARIANTS.values():
        assert_equal(replay_of(outputs), settings, pipeline_results(outputs, settings))
    hidden = [not pose.scores.all() for poses in replay_of(outputs).poses(BASE) for pose in poses]
    assert any(hidden) and not all(hidden)


def test_one_replay_serves_settings_in_any_order():
    outputs = walkers(40)
    replay = replay_of(outputs)
    for settings in [*VARIANTS.values(), *reversed(VARIANTS.values()), *VARIANTS.values()]:
        assert_equal(replay, settings, pipeline_results(outputs, settings))


def test_the_variants_differ():
    """Otherwise the tests above could not fail."""
    replay = replay_of(walkers(40))
    matched = {name: replay.matched(settings) for name, settings in VARIANTS.items()}
    assert len(set(matched.values())) >= 3 and any(any(each) for each in matched.values())
    assert len({np.concatenate([p.xy for f in replay.poses(s) for p in f]).tobytes() for s in VARIANTS.values()}) == 4


def test_a_change_of_the_frame_size_keeps_the_tracks():
    frames = [frame_output(index, standing(500 + index, 100)) for index in range(6)]
    smaller = [replace(frame, timestamp=(6 + i) / 30, size=(320, 240)) for i, frame in enumerate(frames)]
    half = [replace(f, poses=tuple(replace(p, xy=p.xy / 2) for p in f.poses)) for f in smaller]
    outputs = outputs_of(*frames, *half)
    assert_equal(replay_of(outputs), BASE, pipeline_results(outputs, BASE))
    assert {pose.track_id for poses in replay_of(outputs).poses(BASE) for pose in poses} == {1}


def test_frames_without_persons():
    outputs = outputs_of(*(frame_output(index) for index in range(4)))
    replay = replay_of(outputs)
    assert replay.poses(BASE) == ((),) * 4 and replay.matched(BASE) == (False,) * 4
    assert replay.tracked(BASE).persons == (0,) * 4


def test_boxes_are_persons():
    box, chair = Box(10, 10, 50, 150, 0.9, "person"), Box(200, 10, 250, 60, 0.9, "chair")
    outputs = outputs_of(frame_output(0, boxes=(box, chair)), frame_output(1), model="yolov3-tiny")
    settings = Settings(model="yolov3-tiny")
    assert Replay(outputs).tracked(settings).persons == (1, 0)
    assert Replay(outputs).tracked(replace(settings, person_confidence=0.95)).persons == (0, 0)


def test_without_a_reference_nothing_is_matched():
    assert Replay(walkers(3)).matched(BASE) is None
    assert Replay(walkers(3)).scores(BASE) == ((), (), ())


def test_poses_of_a_model_that_smooths_itself_are_not_smoothed_again():
    outputs = walkers(10, model="mediapipe-lite")
    settings = Settings(model="mediapipe-lite")
    replay = Replay(outputs)
    assert replay.poses(settings) is replay.tracked(settings).poses


def test_each_stage_runs_once_for_settings_that_agree_in_it(monkeypatch):
    calls = {"track": 0, "smooth": 0, "match": 0}

    def counted(name, method):
        def call(self, settings):
            calls[name] += 1
            return method(self, settings)

        return call

    for name in calls:
        monkeypatch.setattr(Replay, f"_{name}", counted(name, getattr(Replay, f"_{name}")))
    replay = replay_of(walkers(5))
    for threshold in np.linspace(0, 1, 50):
        replay.matched(replace(BASE, match=replace(BASE.match, similarity=float(threshold))))
    assert calls == {"track": 1, "smooth": 1, "match": 1}
    replay.matched(replace(BASE, confidence=0.5))
    assert calls == {"track": 1, "smooth": 1, "match": 2}
    replay.matched(replace(BASE, smooth=SmoothingOptions(beta=0.9)))
    assert calls == {"track": 1, "smooth": 2, "match": 3}
    replay.matched(replace(BASE, person_confidence=0.9))
    assert calls == {"track": 2, "smooth": 3, "match": 4}


def test_the_cache_keeps_the_last_results_of_each_stage():
    cache, computed = StageCache(2), []

    def get(stage, key):
        return cache.get(stage, key, lambda: computed.append((stage, key)) or key * 10)

    assert [get("a", 1), get("a", 2), get("a", 1), get("b", 1)] == [10, 20, 10, 10]
    assert computed == [("a", 1), ("a", 2), ("b", 1)]
    get("a", 3)  # evicts 2, which was used before 1
    assert get("a", 1) == 10 and len(computed) == 4
    get("a", 2)
    assert computed[-1] == ("a", 2)
    assert replay_module._CACHED_RESULTS >= 2
