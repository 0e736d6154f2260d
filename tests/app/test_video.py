"""The video workbench without a browser."""

from __future__ import annotations

import io
from pathlib import Path

import av
import pytest
from PIL import Image
from sound_files import streams, write_video_with_sound
from streamlit.testing.v1 import AppTest

from models import needs
from pose_demo import sample

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_file(APP, default_timeout=60).run()


def _choose_source(page: AppTest, name: str) -> AppTest:
    return page.segmented_control(key="source").set_value(name).run()


@pytest.fixture
def video(page) -> AppTest:
    """The video workbench with ten seconds of the sample."""
    needs("movenet-lightning")
    return _choose_source(page, "Video file")


def _bench(page: AppTest):
    return page.session_state["session"].workbench.value


def _clip(frames: int = 12) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for index in range(frames):
            image = sample.frame(index, size=(320, 240)).image
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()


def test_the_workbench_steps_by_one_frame(video):
    assert video.button(key="step-back").disabled
    for key, index in (("step-forward", 1), ("step-forward", 2), ("step-back", 1)):
        video.button(key=key).click().run()
        assert not video.exception and _bench(video).index == index


def test_the_workbench_plays_and_pauses(video):
    video.button(key="play").click().run()
    assert _bench(video).playing and video.button(key="play").label == "Pause"
    video.button(key="play").click().run()
    assert not _bench(video).playing and video.button(key="play").label == "Play"


def test_a_change_of_settings_processes_the_current_frame_again(video):
    _bench(video).seek(1.5)
    video.run()
    before = _bench(video).result()
    video.toggle(key="skeleton").set_value(False).run()
    after = _bench(video).result()
    assert after.timestamp == before.timestamp == 1.5 and (after.image != before.image).any()


def test_the_current_frame_becomes_the_reference(video):
    _bench(video).seek(1.5)
    video.run()
    video.button(key="use-as-reference").click().run()
    assert not video.exception and video.segmented_control(key="match.reference").value == "own"
    assert video.session_state["session"].uploads.current.reference.name == "sample at 1.50 s"
    assert [metric.value for metric in video.metric] == ["100 %"]
    video.button(key="step-forward").click().run()
    video.button(key="use-as-reference").click().run()
    assert video.session_state["session"].uploads.current.reference.name == "sample at 1.53 s"


def test_a_frame_without_a_person_does_not_become_the_reference(video):
    video.selectbox(key="model").set_value("yolov3-tiny").run()
    video.button(key="use-as-reference").click().run()
    assert "found no pose" in video.toast[0].value
    assert video.segmented_control(key="match.reference").value == "none"


def test_an_upload_is_processed_as_a_whole(video):
    uploader = video.file_uploader(key="video")
    uploader.set_value(("clip.mp4", _clip(), "video/mp4")).run()
    assert not video.exception and len(_bench(video).timestamps) == 12
    video.button(key="process-all").click().run()
    jobs = video.session_state["session"].jobs
    while jobs.current:
        video.run()
    assert not video.exception and [job.step.report.frames for job in jobs.finished] == [12]
    (text,) = [m.value for m in video.markdown if "**clip.mp4**" in m.value]
    assert "MoveNet Lightning · 12 frames · 12 with a person" in text
    assert not [c for c in video.caption if "other settings" in c.value]
    video.slider(key="confidence").set_value(0.5).run()
    (text,) = [c.value for c in video.caption if "other settings" in c.value]
    assert "Keypoint confidence 0.3 instead of 0.5" in text
    next(b for b in video.button if b.label == "Remove").click().run()
    assert not jobs.finished and not [m for m in video.markdown if "**clip.mp4**" in m.value]


@pytest.mark.parametrize("keeps_sound", [True, False])
def test_the_sound_of_an_upload_is_kept_or_left_out(video, tmp_path, keeps_sound):
    assert not [toggle for toggle in video.toggle if toggle.key == "keep-sound"]  # the sample is silent
    data = write_video_with_sound(tmp_path / "clip.mp4").read_bytes()
    video.file_uploader(key="video").set_value(("clip.mp4", data, "video/mp4")).run()
    assert video.toggle(key="keep-sound").value
    if not keeps_sound:
        video.toggle(key="keep-sound").set_value(False).run()
    for _ in range(2):  # the choice remains
        video.button(key="process-all").click().run()
        jobs = video.session_state["session"].jobs
        while jobs.current:
            video.run()
        assert not video.exception and not jobs.finished[0].step.sound_error
        assert (streams(jobs.finished[0].video)[1] is not None) == keeps_sound
        video.run()


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "not a video"), (_clip()[:400], "not a video"), (b"RIFF\x24\0\0\0WAVEfmt ", "not a video")],
    ids=["0 bytes", "truncated", "audio"],
)
def test_an_invalid_upload_is_reported_and_the_sample_is_shown(video, data, words):
    video.file_uploader(key="video").set_value(("clip.mp4", data, "video/mp4")).run()
    assert not video.exception and words in video.error[0].value
    assert _bench(video).source == "sample" and video.button(key="play")
    video.file_uploader(key="video").set_value(("clip.mp4", _clip(1), "video/mp4")).run()
    assert not video.exception and not video.error
    assert video.button(key="play").disabled and video.button(key="step-forward").disabled


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_is_a_video_with_its_own_times(video, file_format):
    dance = [Image.fromarray(sample.frame(index, size=(320, 240)).image) for index in (0, 4, 8)]
    file = io.BytesIO()
    dance[0].save(file, file_format, save_all=True, append_images=dance[1:], duration=[200, 50, 100])
    name = f"dance.{file_format.lower()}"
    video.file_uploader(key="video").set_value((name, file.getvalue(), "image/gif")).run()
    assert not video.exception and not video.error
    assert _bench(video).timestamps == pytest.approx((0, 0.2, 0.25), abs=1e-6) and _bench(video).frames.name == name
    video.button(key="process-all").click().run()
    jobs = video.session_state["session"].jobs
    while jobs.current:
        video.run()
    assert not video.exception and [job.step.report.frames for job in jobs.finished] == [3]


def test_a_photo_is_named_where_a_video_is_expected(video):
    file = io.BytesIO()
    Image.fromarray(sample.frame(0).image).save(file, "JPEG")
    video.file_uploader(key="video").set_value(("photo.mp4", file.getvalue(), "video/mp4")).run()
    assert not video.exception and "photo.mp4: expected a video, got an image (JPEG)" in video.error[0].value


def test_an_upload_stays_open_when_another_source_was_shown(video):
    video.file_uploader(key="video").set_value(("clip.mp4", _clip(), "video/mp4")).run()
    video = _choose_source(_choose_source(video, "Photo"), "Video file")
    assert _bench(video).frames.name == "clip.mp4"
    next(b for b in video.button if b.label == "Close the video").click().run()
    assert not video.exception and _bench(video).source == "sample"
