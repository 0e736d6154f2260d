"""Clips: parts of a video, their frames and keys."""

import os
import shutil
import time
from dataclasses import replace

import numpy as np
import pytest
from clips import data_of

from pose_demo import sample
from pose_demo.explore.footage.clip import Clip, Span, open_clip
from pose_demo.io.video_writer import VideoWriter
from pose_demo.types import InputError


@pytest.fixture
def clip(make_clip):
    """20 frames at 10 fps."""
    return open_clip(make_clip(20))


def timestamps(clip):
    with clip.open() as frames:
        return [round(frame.timestamp, 3) for frame in frames]


def skipped(clip):
    with clip.open() as frames:
        list(frames)
        return frames.skipped


def tenths(start, end):
    return [index / 10 for index in range(start, end)]


# ---- parts


def test_a_whole_video(clip):
    assert clip.name == "clip.mp4" and clip.scene is None
    assert timestamps(clip) == tenths(0, 20) and skipped(clip) == 0 and clip.expected_frames == 20


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"max_frames": 5}, (0, 5)),
        ({"max_frames": 99}, (0, 20)),
        ({"start": 0.5}, (5, 20)),
        ({"end": 0.5}, (0, 5)),
        ({"start": 0.5, "end": 1.5}, (5, 15)),
        ({"start": 0.5, "max_frames": 3}, (5, 8)),
        ({"start": 0.5, "end": 0.7, "max_frames": 9}, (5, 7)),
        ({"start": 0.45, "end": 99.0}, (5, 20)),
    ],
    ids=str,
)
def test_a_part_keeps_the_timestamps_of_the_video(clip, part, expected):
    part = replace(clip, **part)
    assert timestamps(part) == tenths(*expected)
    assert skipped(part) == expected[0]
    assert abs(part.expected_frames - len(tenths(*expected))) <= 1


@pytest.mark.parametrize(("name", "count"), [("trimmed", 15), ("late picture", 60)])
def test_frames_are_expected_by_the_time_they_are_shown(tmp_path, name, count):
    (tmp_path / "a.mp4").write_bytes(data_of(name))
    clip = open_clip(tmp_path / "a.mp4")
    assert clip.expected_frames == len(timestamps(clip)) == count
    part = replace(clip, start=0.2, end=0.3 + timestamps(clip)[0])
    assert abs(part.expected_frames - len(timestamps(part))) <= 1


@pytest.mark.parametrize("part", [{"start": 2.0}, {"start": 500.0}, {"start": 1.0, "end": 1.0}], ids=str)
def test_a_part_without_frames_is_refused(clip, part):
    with pytest.raises(InputError, match=r"clip.mp4: no frame from .* s on; choose an earlier start"):
        timestamps(replace(clip, **part))
    assert replace(clip, **part).expected_frames == 1


def test_a_video_of_variable_rate(tmp_path):
    times = [0.0, 0.1, 0.2, 0.7, 0.72, 0.74, 1.5, 2.0]
    with VideoWriter(tmp_path / "variable.mp4") as writer:
        for index, timestamp in enumerate(times):
            writer.write(np.full((48, 64, 3), 20 * index, np.uint8), timestamp)
    clip = open_clip(tmp_path / "variable.mp4")
    assert timestamps(clip) == times
    assert timestamps(replace(clip, start=0.15, end=0.74)) == [0.2, 0.7, 0.72]
    assert skipped(replace(clip, start=0.15)) == 2


def test_a_video_of_one_frame(make_clip):
    clip = open_clip(make_clip(1))
    assert timestamps(clip) == [0.0] and clip.expected_frames == 1


# ---- the sample


@pytest.mark.parametrize("source", ["sample", "sample:solo", "sample:crossing"])
def test_a_scene_of_the_sample(source):
    clip = open_clip(source, 3)
    assert clip.name == source and clip.scene == (source.partition(":")[2] or "solo")
    with clip.open() as frames:
        for index, frame in enumerate(frames):
            np.testing.assert_array_equal(frame.image, sample.frame(index, scene=clip.scene).image)
    assert index == 2


def test_a_long_part_of_the_sample():
    assert open_clip("sample", 1000).expected_frames == 1000
    clip = Clip("sample", "sample", start=1.0, end=1.5)
    assert len(timestamps(clip)) == clip.expected_frames == 15


# ---- what is not a clip


def test_an_image_is_refused(photo):
    with pytest.raises(InputError, match=r"photo.png: expected a video, got an image"):
        open_clip(photo)
    with pytest.raises(InputError, match="expected a video, got an image"):
        _ = Clip("photo", str(photo)).expected_frames


@pytest.mark.parametrize("source", ["missing.mp4", "sample:nowhere", "samples"])
def test_a_missing_file_or_scene_is_refused(source):
    with pytest.raises(InputError):
        open_clip(source)


def test_a_video_that_was_deleted_meanwhile_is_refused(clip):
    os.unlink(clip.source)  # noqa: PTH108 (a text, because the clip is sent to other processes)
    with pytest.raises(InputError, match=r"clip.mp4: cannot be read .*; was it moved or deleted"):
        _ = clip.key


# ---- keys


def test_the_key_depends_on_the_content_and_the_part_only(clip, make_clip, tmp_path):
    same = open_clip(shutil.copy(clip.source, tmp_path / "copy.mp4"), name="another name")
    assert same.key == clip.key and same.name == "another name"
    assert replace(clip, spans=(Span(0, 1, True),), annotations=clip.source).key == clip.key
    parts = [replace(clip, **part) for part in ({"start": 0.5}, {"end": 0.5}, {"max_frames": 5}, {"max_frames": 6})]
    others = [open_clip(make_clip(19, name="other.mp4")), open_clip("sample"), open_clip("sample:duo")]
    assert len({each.key for each in [clip, *parts, *others]}) == 8


def test_the_key_of_a_changed_file_changes(clip, make_clip):
    before = clip.key
    make_clip(21)
    assert clip.key != before


def test_the_key_survives_a_touched_file(clip):
    before = clip.key
    os.utime(clip.source, (time.time() + 100,) * 2)
    assert clip.key == before


def test_the_annotation_key_depends_on_annotations_and_spans(clip, tmp_path):
    (tmp_path / "true.json").write_text("{}")
    annotated = replace(clip, annotations=str(tmp_path / "true.json"))
    spans = [clip.with_spans((Span(0, 1, is_match),)) for is_match in (True, False)]
    assert len({each.annotation_key for each in [clip, annotated, *spans]}) == 4
    before = annotated.annotation_key
    (tmp_path / "true.json").write_text("[]")
    assert annotated.annotation_key != before


def test_spans_are_sorted_and_half_open(clip):
    early, late = Span(0, 0.5, True), Span(0.5, 1, False)
    assert clip.with_spans((late, early)).spans == (early, late)
    assert [span.contains(0.5) for span in (early, late)] == [False, True]
