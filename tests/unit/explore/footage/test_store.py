"""The footage of one visitor: what is kept, what is refused, and what is deleted."""

from __future__ import annotations

import gettext
import io
import json
from pathlib import Path

import numpy as np
import pytest
from image_files import ANIMATED_FORMATS, animation, file_of

from pose_demo.explore.footage import store as footage_module
from pose_demo.explore.footage.annotations import write_annotations
from pose_demo.explore.footage.clip import Span
from pose_demo.explore.footage.store import MAX_ITEMS, ClipPreview, FootageStore
from pose_demo.io.video import VideoReader
from pose_demo.io.video_writer import VideoWriter
from pose_demo.messages import message
from pose_demo.types import Frame, InputError

SIZE = (64, 48)


def _image(level: int) -> np.ndarray:
    return np.full((SIZE[1], SIZE[0], 3), level, np.uint8)


def _upload(name: str, data: bytes) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = name
    return file


@pytest.fixture
def video(tmp_path) -> bytes:
    """Two seconds at 10 fps, brighter from frame to frame."""
    path = tmp_path / "video.mp4"
    with VideoWriter(path, 10) as writer:
        for index in range(20):
            writer.write(_image(10 * index), index / 10)
    return path.read_bytes()


@pytest.fixture
def store():
    store = FootageStore()
    yield store
    store.close()


def _folder(store: FootageStore) -> Path:
    return Path(store._folder.name)


def test_an_upload_is_stored_and_selected(store, video):
    item = store.add_upload(_upload("dance.mp4", video))
    assert (item.name, item.size, item.frames) == ("dance.mp4", SIZE, 20)
    assert item.duration == pytest.approx(2.0, abs=0.01) and item.fps == pytest.approx(10, abs=0.1)
    assert item.known == "consensus keypoints of the heaviest ready models"
    assert store.selected == [item]
    assert Path(item.clip.source).read_bytes() == video
    assert abs(int(item.thumbnail.mean()) - 100) < 8  # of the frame at one second


@pytest.mark.parametrize("file_format", ANIMATED_FORMATS)
def test_an_animation_is_footage_with_its_own_times(store, file_format):
    item = store.add_upload(_upload("dance.gif", animation(file_format, (200, 100, 100, 300, 100, 100))))
    assert (item.name, item.size, item.frames) == ("dance.gif", SIZE, 6)
    with item.clip.open() as frames:
        assert [frame.timestamp for frame in frames] == pytest.approx([0, 0.2, 0.3, 0.4, 0.7, 0.8], abs=1e-6)
    assert item.clip.expected_frames == 6
    preview = ClipPreview(item.clip)
    assert abs(preview.frame_at(0.5).image.mean() - 90) < 3
    preview.close()


def test_a_still_image_is_named_and_refused(store):
    with pytest.raises(InputError, match=r"photo.gif: expected a video, got an image \(JPEG\)"):
        store.add_upload(_upload("photo.gif", file_of(_image(9), "JPEG")))
    assert not store.items and not list(_folder(store).iterdir())


def test_equal_names_are_numbered(store, video):
    names = [store.add_upload(_upload("dance.mp4", video)).name for _ in range(3)]
    assert names == ["dance.mp4", "dance.mp4 (2)", "dance.mp4 (3)"]


def test_the_sample_has_true_keypoints_and_no_file(store):
    item = store.add_sample("duo")
    assert item.clip.scene == "duo" and item.known == "true keypoints"
    assert item.duration == pytest.approx(10.0) and item.frames == 300
    assert store.bytes == 0
    store.remove(item.name)
    assert store.items == []


@pytest.mark.parametrize(("data", "words"), [(b"", "0 bytes"), (b"not a video" * 100, "not a video")])
def test_an_unreadable_upload_is_refused_and_deleted(store, data, words):
    with pytest.raises(InputError, match=words) as error:
        store.add_upload(_upload("broken.mp4", data))
    assert "broken.mp4" in str(error.value)
    assert store.items == [] and list(_folder(store).iterdir()) == []


def test_too_many_clips_are_refused(store):
    for _ in range(MAX_ITEMS):
        store.add_sample("empty")
    with pytest.raises(InputError, match=f"at most {MAX_ITEMS} clips; remove one"):
        store.add_sample("solo")


def test_too_many_bytes_are_refused_and_deleted(store, video, monkeypatch):
    store.add_upload(_upload("first.mp4", video))
    monkeypatch.setattr(footage_module, "MAX_BYTES", len(video) + 10)
    with pytest.raises(InputError, match="remove other footage"):
        store.add_upload(_upload("second.mp4", video))
    assert store.bytes == len(video)


def test_a_full_disk_is_reported_with_the_name_of_the_upload(store, video, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(footage_module.shutil, "copyfileobj", fail)
    with pytest.raises(InputError, match=r"^dance.mp4: cannot be written \(No space left on device\)"):
        store.add_upload(_upload("dance.mp4", video))
    assert list(_folder(store).iterdir()) == []


class _Uppercase(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return message.replace("cannot be read", "CANNOT BE READ").replace("full", "FULL")


def test_an_error_names_the_upload_in_every_language(store, video, monkeypatch):
    def fail(path, *_):
        reason = InputError(message("full: {name}", name=path.name))
        raise InputError(message("{path}: cannot be read ({reason})", path=path, reason=reason))

    monkeypatch.setattr(footage_module, "open_clip", fail)
    with pytest.raises(InputError) as error:
        store.add_upload(_upload("dance.mp4", video))
    text = error.value.args[0]
    assert text.endswith("dance.mp4: cannot be read (full: dance.mp4)")
    assert text.translated(_Uppercase()).endswith("dance.mp4: CANNOT BE READ (FULL: dance.mp4)")


def test_frames_become_a_video_that_starts_at_zero(store):
    frames = (Frame(_image(40 * index), 7.5 + index / 5) for index in range(5))
    item = store.add_frames(frames, "live video", 5)
    with VideoReader(Path(item.clip.source)) as reader:
        assert [frame.timestamp for frame in reader] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8], abs=0.002)


def test_no_frames_are_refused(store):
    with pytest.raises(InputError, match="start the video first"):
        store.add_frames(iter(()), "live video", 15)
    assert store.items == [] and store.bytes == 0


def test_a_file_is_copied(store, video, tmp_path):
    source = tmp_path / "camera.mp4"
    source.write_bytes(video)
    item = store.add_file(source, "recording")
    source.unlink()
    assert item.name == "recording" and Path(item.clip.source).exists()


def test_remove_deletes_the_files(store, video, tmp_path):
    item = store.add_upload(_upload("dance.mp4", video))
    store.set_annotations(item.name, _annotations(tmp_path, 20))
    store.remove(item.name)
    assert store.items == [] and store.selected == [] and list(_folder(store).iterdir()) == []


def test_close_deletes_the_folder(store, video):
    store.add_upload(_upload("dance.mp4", video))
    folder = _folder(store)
    store.close()
    assert not folder.exists() and store.items == []


def test_selection_follows_the_order_of_the_footage(store):
    first, second = store.add_sample("solo"), store.add_sample("duo")
    store.select(first.name, False)
    assert store.selected == [second]
    store.select(first.name, True)
    assert store.selected == [first, second]


def test_a_part_changes_the_frames_of_the_clip(store, video):
    item = store.add_upload(_upload("dance.mp4", video))
    store.set_part(item.name, 0.5, 1.0)
    part = store.find(item.name)
    assert (part.start, part.end, part.expected_frames) == (0.5, 1.0, 5)
    with part.clip.open() as frames:
        assert len(list(frames)) == 5
    store.set_part(item.name, 0.0, part.duration)
    assert store.find(item.name).clip.end is None


def test_spans_are_kept_in_order(store):
    name = store.add_sample("solo").name
    store.set_spans(name, (Span(4, 5, False), Span(0, 1, True)))
    assert [span.start for span in store.find(name).clip.spans] == [0, 4]


def _annotations(tmp_path, frames: int, size=SIZE) -> io.BytesIO:
    path = tmp_path / "keypoints.json"
    write_annotations(path, [()] * frames, size)
    return _upload("keypoints.json", path.read_bytes())


def test_annotations_make_the_keypoints_known(store, video, tmp_path):
    name = store.add_upload(_upload("dance.mp4", video)).name
    store.set_annotations(name, _annotations(tmp_path, 20))
    item = store.find(name)
    assert item.known == "true keypoints" and json.loads(Path(item.clip.annotations).read_text())["images"]
    store.set_annotations(name, None)
    assert store.find(name).clip.annotations == "" and not Path(item.clip.annotations).exists()


@pytest.mark.parametrize(("frames", "size"), [(21, SIZE), (20, (640, 480))])
def test_annotations_of_another_video_are_refused(store, video, tmp_path, frames, size):
    name = store.add_upload(_upload("dance.mp4", video)).name
    with pytest.raises(InputError, match=r"^keypoints.json: .*choose the file that belongs to this video"):
        store.set_annotations(name, _annotations(tmp_path, frames, size))
    assert store.find(name).clip.annotations == "" and store.bytes == len(video)


def test_a_preview_shows_the_frame_at_a_time(store, video):
    preview = ClipPreview(store.add_upload(_upload("dance.mp4", video)).clip)
    levels = [preview.frame_at(seconds).image.mean() for seconds in (1.9, 0.0, 0.55)]
    preview.close()
    assert levels == pytest.approx([190, 0, 50], abs=8)
