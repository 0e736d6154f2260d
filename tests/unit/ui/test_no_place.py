"""The page where nothing can be stored: it says so, and everything that needs no file goes on."""

from __future__ import annotations

import errno
import tempfile

import pytest
from streamlit.testing.v1 import AppTest

from pose_demo.io import temporary


@pytest.fixture(autouse=True)
def no_place(monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    temporary._locked_folder_in.cache_clear()
    monkeypatch.setattr(tempfile, "mkdtemp", fail)


def _page_with_the_recorder():
    import streamlit as st

    from pose_demo.ui.panels import recorder
    from pose_demo.ui.session import current

    st.button("Record", on_click=recorder.record, args=(current(), "start"))
    recorder.panel(current())


def test_record_says_why_nothing_is_recorded():
    page = AppTest.from_function(_page_with_the_recorder).run()
    page = page.button[0].click().run()
    assert not page.exception
    assert [error.value.split(":")[0] for error in page.error] == ["Not recorded"]
    assert "No space left on device" in page.error[0].value


def _page_with_a_video():
    from types import SimpleNamespace

    import streamlit as st

    from pose_demo.plan import Uploads
    from pose_demo.settings import Settings
    from pose_demo.ui.session import current
    from pose_demo.ui.sources import video

    session = current()
    bench = video._open_sample(session)
    plan = SimpleNamespace(settings=Settings(), uploads=Uploads())
    if st.button("Process all"):
        video._process_all(session, bench, plan)
    if session.jobs.error:
        st.error(session.jobs.error)


def test_process_all_says_why_nothing_is_processed():
    page = AppTest.from_function(_page_with_a_video).run()
    page = page.button[0].click().run()
    assert not page.exception
    assert ["No space left on device" in error.value for error in page.error] == [True]
