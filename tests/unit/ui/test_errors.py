"""Error texts shown to visitors contain no paths of the server."""

from __future__ import annotations

import logging

import pytest
from streamlit.testing.v1 import AppTest

from pose_demo.ui.errors import plain, visitor_text, without_paths


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/var/tmp/pose_demo-x1/result.mp4: cannot be written", "result.mp4: cannot be written"),
        (
            "[Errno 28] No space left on device: '/tmp/pose/keypoints.csv'",
            "[Errno 28] No space left on device: 'keypoints.csv'",
        ),
        ("/srv/my data/pose_demo/result.mp4: the disk is full", "result.mp4: the disk is full"),
        ("/srv/o'neill/result.mp4: the disk is full", "result.mp4: the disk is full"),
        ("cannot copy /srv/a.mp4 and /srv/b.mp4", "cannot copy a.mp4 and b.mp4"),
        (r"C:\Users\Jane Doe\Temp\result.mp4: access denied", "result.mp4: access denied"),
        (r"access denied: 'C:\\Users\\jane\\result.mp4'", "access denied: 'result.mp4'"),
        (r"\\server\share\result.mp4: access denied", "result.mp4: access denied"),
        ("cannot open file:///srv/models/net.tflite", "cannot open file:net.tflite"),
        ("the folder (/srv/models/) is full", "the folder (models) is full"),
        ("POSE_DEMO_MODELS=/srv/models is not writable", "POSE_DEMO_MODELS=models is not writable"),
    ],
)
def test_an_absolute_path_is_replaced_by_the_name_of_the_file(text, shown):
    assert without_paths(text) == shown and visitor_text(text) == plain(shown)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "holiday.mp4: the file is damaged",
        "see https://host.example/a/b.html",
        "operands (3,) / (4,)",
        "read/write, at 30 km/h",
    ],
)
def test_other_text_is_unchanged(text):
    assert without_paths(text) == text


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("holiday 1.mp4: damaged at 1:02 s (0.5)", "holiday 1.mp4: damaged at 1:02 s (0.5)"),
        ("![x](http://host.example/x.png)", r"\!\[x\](http" + "\u2060" + "://host.example/x.png)"),
        ("<img src=x>&lt;", r"\<img src=x\>\&lt;"),
        (":material/home: :smile: :red[x]", ":\u2060material/home: :\u2060smile: :\u2060red\\[x\\]"),
        ("www.host.example a@host.example", "www\u2060.host.example a@\u2060host.example"),
        ("half \ud800", "half ?"),
        ("$x$ `a` **b** _c_ ~d~ |", r"\$x\$ \`a\` \*\*b\*\* \_c\_ \~d\~ \|"),
        ("# a\n- b\n1. c\n+ d", "\\# a\n\\- b\n1\\. c\n\\+ d"),
    ],
)
def test_markdown_of_a_user_is_shown_as_it_is(text, markdown):
    assert plain(text) == markdown


def _page_of_a_failing_job():
    from pathlib import Path

    from pose_demo.offline.job import VideoJob
    from pose_demo.settings import Settings
    from pose_demo.types import InputError
    from pose_demo.ui.session import current
    from pose_demo.ui.sources import video

    def disk_is_full():
        raise InputError("/srv/secret/result.mp4: cannot be written (No space left on device)")
        yield

    session = current()
    if not session.jobs.error:
        job = VideoJob(Path("in.mp4"), "in.mp4", Settings(model="movenet-lightning"))
        job._steps = disk_is_full()
        session.jobs.start(job)
    video.show(session, Settings())


def test_a_full_disk_is_shown_without_the_path_and_logged_with_it(caplog):
    with caplog.at_level(logging.WARNING):
        page = AppTest.from_function(_page_of_a_failing_job).run()
    assert [error.value for error in page.error] == ["result.mp4: cannot be written (No space left on device)"]
    assert caplog.text.count("/srv/secret/result.mp4") == 1


def _page_of_a_failed_recording():
    from types import SimpleNamespace

    from pose_demo.ui.panels import recorder

    recorder._recording(SimpleNamespace(), SimpleNamespace(error="/srv/secret/recording.mp4: cannot be written"))


def test_a_failed_recording_is_shown_without_the_path():
    page = AppTest.from_function(_page_of_a_failed_recording).run()
    assert [warning.value for warning in page.warning] == ["recording.mp4: cannot be written"]


def _page_of_a_failing_stream():
    from dataclasses import replace

    import streamlit as st

    from pose_demo.ui.panels import status
    from pose_demo.ui.session import current

    session = current()
    hidden = "hides" in st.query_params
    failing = replace(session.stream.status(), error="OSError: '/srv/secret/net.tflite' cannot be read", hidden=hidden)
    session.stream.status = lambda: failing
    status.panel(session)


@pytest.mark.parametrize("hides", [False, True])
def test_an_error_of_the_live_stream_is_shown_without_the_path(hides):
    page = AppTest.from_function(_page_of_a_failing_stream)
    page.query_params.update({"hides": "1"} if hides else {})
    (error,) = page.run().error
    consequence = "Frames are hidden, as the settings ask" if hides else "Frames are shown unprocessed"
    assert error.value.split(". ")[0] == f"{consequence}: OSError: 'net.tflite' cannot be read"
