"""The order of the degradation levels, and their description."""

from pose_demo.live.degradation import degradation_levels, describe_changes, same_workload
from pose_demo.settings import Settings


def always_ready(model):
    return True


def changes(**settings):
    """What each level changes against the one before, as name -> value."""
    before = Settings.from_dict(settings)
    found = []
    for after in degradation_levels(before, always_ready):
        found.append({k: v for k, v in after.to_dict().items() if v != before.to_dict()[k]})
        before = after
    return found


def test_first_the_detector_then_the_input_size_then_the_model():
    requested = {"model": "blazepose-heavy", "detector": "movenet-multipose", "frame_rate.lighter_model": True}
    assert changes(**requested) == [
        {"detect_every": 10},
        {"detect_every": 20},
        {"input_size": 0.75},
        {"input_size": 0.5},
        {"model": "blazepose-full"},
        {"model": "blazepose-lite"},
    ]


def test_no_lighter_model_unless_allowed_and_no_detector_level_without_a_detector():
    smaller = [{"input_size": 0.75}, {"input_size": 0.5}]
    assert changes(model="blazepose-heavy") == []
    assert changes(model="movenet-multipose", detector="yolov3-tiny") == smaller == changes(model="yolov3-tiny")


def test_levels_that_change_nothing_are_left_out():
    assert changes(detector="movenet-multipose", detect_every=30, input_size=0.5) == []
    assert changes(detector="movenet-multipose", detect_every=20) == [
        {"detect_every": 30},
        {"input_size": 0.75},
        {"input_size": 0.5},
    ]


def test_a_model_that_is_not_downloaded_is_no_level():
    requested = Settings.from_dict({"model": "blazepose-heavy", "frame_rate.lighter_model": True})
    levels = degradation_levels(requested, lambda model: model != "blazepose-full")
    assert [level.model for level in levels] == ["blazepose-lite"]


def test_changes_are_described_as_short_phrases():
    requested = Settings.from_dict(
        {"model": "movenet-thunder", "detector": "movenet-multipose", "frame_rate.lighter_model": True}
    )
    levels = degradation_levels(requested, always_ready)
    assert describe_changes(requested, requested) == ()
    assert describe_changes(requested, levels[-1]) == (
        "detector every 20 frames",
        "network input at 50 % of its size",
        "MoveNet Lightning instead of MoveNet Thunder",
    )


def test_the_workload_is_what_levels_depend_on():
    settings = Settings()
    assert same_workload(settings, Settings(confidence=0.9, keypoint_names=True))
    for change in (
        {"model": "yolov3-tiny"},
        {"input_size": 0.5},
        {"frame_rate.target": 9},
        {"detector": "movenet-multipose"},
    ):
        assert not same_workload(settings, Settings.from_dict(change))
