"""Dance files: what they hold, what is rejected, parts and slower ones."""

import json

import numpy as np
import pytest

from pose_demo import sample
from pose_demo.dance.reference import MAX_FRAMES, MAX_TEXT_LENGTH, DanceReference
from pose_demo.dance.sequence import PoseSequence
from pose_demo.types import InputError

SIZE = (640, 480)


def sequence(frames=12, fps=10.0, start=0.0, size=SIZE):
    """The drawn dancer."""
    poses = [sample.ground_truth(3 * index, size=size)[0] for index in range(frames)]
    return PoseSequence.from_poses(start + np.arange(frames) / fps, poses, size)


def reference(**changes):
    return DanceReference(**({"name": "Jumps", "dancers": (sequence(),), "model": "movenet-thunder"} | changes))


def changed(**changes):
    return json.dumps(json.loads(reference().to_json()) | changes)


def with_dancer(**changes):
    dancer = json.loads(reference().to_json())["dancers"][0]
    return changed(dancers=[dancer | changes])


def with_number(value, frame=2, position=0):
    frames = json.loads(reference().to_json())["dancers"][0]["keypoints"]
    frames[frame][position] = value
    return with_dancer(keypoints=frames)


def test_a_dance_is_the_same_after_json():
    bridged = np.arange(12) == 4
    second = sequence(start=0.35)
    second.scores[3] = 0
    made = reference(dancers=(sequence(), second), bridged=(bridged, ~bridged))
    read = DanceReference.from_json(made.to_json())
    assert (read.name, read.model, read.size, read.duration) == ("Jumps", "movenet-thunder", SIZE, pytest.approx(1.45))
    assert [it.tolist() for it in read.bridged] == [bridged.tolist(), (~bridged).tolist()]
    for before, after in zip(made.dancers, read.dancers, strict=True):
        assert after.timestamps == pytest.approx(before.timestamps)
        assert after.scores == pytest.approx(before.scores)
        detected = before.scores.any(axis=1)
        assert after.xy[detected] == pytest.approx(before.xy[detected], abs=0.051)
    assert json.loads(made.to_json())["dancers"][1]["keypoints"][3] == []


def test_a_file_that_would_be_too_large_has_fewer_frames(monkeypatch):
    bridged = np.isin(np.arange(60), [2, 3, 4])
    made = reference(dancers=(sequence(60), sequence(60)), bridged=(bridged, bridged))
    limit = int(0.4 * len(made.to_json()))
    monkeypatch.setattr("pose_demo.dance.reference.MAX_TEXT_LENGTH", limit)
    text = made.to_json()
    read = DanceReference.from_json(text)
    assert len(text) <= limit
    assert read.dancers[1].timestamps == pytest.approx(made.dancers[1].timestamps[::3])
    assert read.dancers[1].xy == pytest.approx(made.dancers[1].xy[::3], abs=0.051)
    assert np.flatnonzero(read.bridged[1]).tolist() == [1]


def test_twenty_minutes_of_two_dancers_in_full_hd_have_all_their_frames():
    rng = np.random.default_rng(0)
    xy, scores = rng.uniform(0, (1920, 1080), (100, 17, 2)), rng.uniform(0.1, 1, (100, 17))
    dancer = PoseSequence(1000 + np.arange(100) / 30, xy.astype(np.float32), scores.astype(np.float32), (1920, 1080))
    assert len(reference(dancers=(dancer, dancer)).to_json()) / 100 * MAX_FRAMES <= MAX_TEXT_LENGTH


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "not JSON"),
        ("[1]", "the file: expected an object with format"),
        ("[" * 1000, "levels"),
        (changed(format="pose_demo.dance/2"), "format: expected 'pose_demo.dance/1'"),
        (changed(skeleton="blazepose-33"), "skeleton: expected 'coco-17'"),
        (changed(name=" "), "name: expected a text of 1 to 100"),
        (changed(model=7), "model: expected the name"),
        (changed(size=[640, 0]), "size: expected a width"),
        (changed(size=[640.5, 480]), "size: expected integers"),
        (changed(more=1), "expected only format"),
        (changed(dancers=[]), "expected 1 to 6 dancers, got 0"),
        (changed(dancers=json.loads(reference().to_json())["dancers"] * 7), "expected 1 to 6 dancers, got 7"),
        (changed(dancers={}), "dancers: expected a list"),
        (with_dancer(keypoints=[]), "expected 1 to 36,000 frames, got 0"),
        (with_dancer(keypoints=[[]] * (MAX_FRAMES + 1)), "expected 1 to 36,000 frames, got 36001"),
        (with_dancer(keypoints=[[]] * 12), "nobody is visible"),
        (with_dancer(keypoints=[[0] * 34] * 12), "expected 51 numbers"),
        (with_dancer(timestamps=[0.0] * 12), "timestamps: expected seconds that increase, got [0.0]"),
        (with_dancer(timestamps=list(range(0, 1200, 100))[:11]), "timestamps: expected 12 numbers"),
        (with_dancer(timestamps=list(range(0, 1800, 150))), "timestamps: expected at most 20 minutes, got 27.5"),
        (with_dancer(bridged=[12]), "bridged: expected numbers of frames"),
        (with_dancer(bridged=[True]), "bridged: expected numbers of frames"),
        (with_number(float("nan")), "expected finite numbers"),
        (with_number("left"), "expected 51 numbers"),
        (with_number(1e30), "positions in or near the image of 640x480"),
        (with_number(-0.1, position=2), "scores from 0 to 1, got [-0.1"),
        (" " * 25_000_001, "at most 25 MB"),
    ],
)
def test_other_texts_are_rejected_with_the_reason(text, expected):
    with pytest.raises(InputError) as error:
        DanceReference.from_json(text)
    assert expected in str(error.value) and str(error.value).startswith("dance file: ")


def test_numbers_that_are_not_finite_are_rejected():
    dancer = sequence()
    dancer.xy[3, 5] = np.nan
    with pytest.raises(InputError, match="positions in or near"):
        reference(dancers=(dancer,))


def test_a_dance_in_8k():
    made = reference(dancers=(sequence(size=(7680, 4320)),))
    assert DanceReference.from_json(made.to_json()).dancers[0].xy == pytest.approx(made.dancers[0].xy, abs=0.06)


def test_all_dancers_are_in_the_same_image():
    with pytest.raises(InputError, match="the same size of image"):
        reference(dancers=(sequence(), sequence(size=(320, 240))))


def test_a_part_of_a_dance_keeps_its_times():
    late = sequence(start=1.0)
    bridged = np.arange(12) == 4
    part = reference(dancers=(sequence(), late), bridged=(bridged, bridged)).trimmed(0.35, 0.75)
    assert len(part.dancers) == 1 and part.dancers[0].timestamps == pytest.approx([0.4, 0.5, 0.6, 0.7])
    assert part.bridged[0].tolist() == [True, False, False, False]
    with pytest.raises(InputError, match=r"nobody dances from 7.0 to 9.0 s"):
        part.trimmed(7, 9)


def test_a_slower_dance_takes_longer():
    slow = reference().at_speed(0.5)
    assert slow.duration == pytest.approx(2 * reference().duration)
    assert slow.dancers[0].xy == pytest.approx(reference().dancers[0].xy)
    for speed in (0.4, 1.1, float("nan")):
        with pytest.raises(InputError, match=r"a speed from 0.5 to 1"):
            reference().at_speed(speed)
