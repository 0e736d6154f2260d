"""The dialog that shares the page as a link."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pose_demo.ui.components import link


def _page(mode, own):
    from dataclasses import replace

    import numpy as np
    import streamlit as st

    from pose_demo.matching import library
    from pose_demo.plan import Uploads
    from pose_demo.settings import Settings
    from pose_demo.ui.panels import share_sheet
    from pose_demo.ui.session import current

    session = current()
    st.session_state.setdefault("source", "Video file")
    reference = library.load("star") if own else None
    image = np.zeros((4, 4, 3), np.uint8)
    session.uploads.current = Uploads(reference, image, {"glasses": np.zeros((4, 4, 4), np.uint8)})
    settings = Settings.from_dict({"background.mode": mode, "match.reference": "own", "effects": [{"name": "glasses"}]})
    share_sheet.button(session)
    share_sheet.panel(session, replace(settings, confidence=0.5))


def _open(monkeypatch, mode="image", own=True):
    links = []
    monkeypatch.setattr(link, "show", lambda address, key="link": links.append(address) or len(address) < 800)
    page = AppTest.from_function(_page, args=(mode, own)).run()
    assert not links
    page.button(key="share-button").click().run()
    assert not page.exception
    return links[0], " ".join(element.value for element in (*page.caption, *page.markdown))


def test_the_link_has_the_settings_and_the_own_pose(monkeypatch):
    address, texts = _open(monkeypatch)
    assert "confidence=0.5" in address and "source=Video+file" in address and "pose=" in address
    assert "and your reference pose" in texts


def test_what_cannot_travel_is_named(monkeypatch):
    _, texts = _open(monkeypatch)
    assert "Not in the link: the background image, the image for Thug-life glasses, the video." in texts


def test_nothing_is_named_that_is_not_in_use(monkeypatch):
    address, texts = _open(monkeypatch, mode="blur", own=False)
    assert "the background image" not in texts and "pose=" not in address and "reference pose" not in texts
