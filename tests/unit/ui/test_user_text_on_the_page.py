"""Wherever the page shows a text of a user, it is shown as it is: no image, link or HTML in it is rendered."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import pose_demo.ui
from pose_demo.ui.errors import plain

EVIL = "![x](http://host.example/x.png).mp4"

# What Streamlit reads as Markdown, and the names under which code of the page has texts of users.
_MARKDOWN = "error warning info success toast caption markdown progress checkbox toggle button expander metric".split()
_USER_TEXTS = "name error read_error sound_error problem frame_name".split()
_ESCAPING = ("plain", "visitor_text")
_OWN = ("MODELS", "model", "progress", "error")  # a public message, and names that are ours


def _unescaped(node: ast.AST) -> Iterator[str]:
    """The texts of users in an expression, apart from the arguments of functions that escape them."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ESCAPING:
        return
    if isinstance(node, ast.Attribute):
        if node.attr in _USER_TEXTS and ast.unparse(node.value) not in _OWN:
            yield ast.unparse(node)
        return
    if isinstance(node, ast.Name) and node.id in _USER_TEXTS[1:]:
        yield node.id
    for child in ast.iter_child_nodes(node):
        yield from _unescaped(child)


def _texts(tree: ast.AST) -> Iterator[ast.expr]:
    """What is shown as Markdown."""
    for node in ast.walk(tree):
        function = node.func if isinstance(node, ast.Call) else None
        if isinstance(function, ast.Attribute) and function.attr in _MARKDOWN and ast.unparse(function.value) != "log":
            yield from node.args[:2]


@pytest.mark.parametrize("path", sorted(Path(pose_demo.ui.__file__).parent.rglob("*.py")), ids=lambda path: path.stem)
def test_code_of_the_page_escapes_texts_of_users(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [text for shown in _texts(tree) for text in _unescaped(shown)] == []


def _shown(page: AppTest) -> list[str]:
    """Every text of a page that is read as Markdown."""
    kinds = (page.error, page.warning, page.info, page.toast, page.caption, page.markdown)
    return [element.value for kind in kinds for element in kind] + [box.label for box in page.checkbox]


def _page_of_an_address():
    from pose_demo.ui import share
    from pose_demo.ui.session import current

    share.load_from_url(current())


def test_the_address_of_the_page():
    page = AppTest.from_function(_page_of_an_address)
    page.query_params[EVIL] = "1"
    page.query_params["model"] = EVIL
    page.run()
    assert not page.exception and len(page.toast) == 2
    assert all(plain(EVIL) in text and EVIL not in text for text in _shown(page))


def _page_of_footage(video):
    import io

    from pose_demo.ui.explore import footage, kept
    from pose_demo.ui.session import current

    session, file = current(), io.BytesIO(video)
    file.name = "![x](http:||host.example|x.png).mp4"
    if not session.footage.items:
        footage.keep(lambda: session.footage.add_upload(file))
        footage._note(lambda: ["![x](http://host.example/x.png).mp4: the file is damaged"])
    footage.choose(session)
    kept.st.markdown(f"**All settings** on {kept.plain(session.footage.items[0].name)}")


def test_footage(make_clip):
    page = AppTest.from_function(_page_of_footage, args=(make_clip().read_bytes(),)).run()
    assert not page.exception
    assert any("damaged" in text for text in _shown(page)) and page.checkbox[0].label.startswith(r"\!\[x\]")
    assert not any("![" in text or "](http://h" in text for text in _shown(page))


def _page_of_a_photo(data, name):
    from types import SimpleNamespace

    import streamlit as st

    from pose_demo.settings import Settings
    from pose_demo.ui.session import current
    from pose_demo.ui.sources import photo

    st.file_uploader = lambda *_, **__: SimpleNamespace(getvalue=lambda: data, name=name, file_id="1")
    photo.show(current(), Settings())


def test_a_photo_that_cannot_be_read(monkeypatch):
    import streamlit

    monkeypatch.setattr(streamlit, "file_uploader", streamlit.file_uploader)  # the page replaces it
    page = AppTest.from_function(_page_of_a_photo, args=(b"no image", "![x](http:||a)"), kwargs={}).run()
    assert not page.exception
    assert [error.value.split(":")[0] for error in page.error] == [r"\!\[x\](http"]


def test_a_file_is_not_stored_under_its_name(make_clip):
    from pose_demo.explore.footage.store import FootageStore

    store, file = FootageStore(), io.BytesIO(make_clip().read_bytes())
    file.name = "../../etc/\u202epasswd\0." + "x" * 400
    try:
        footage = store.add_upload(file)
        assert Path(footage.clip.source).name == "footage-1" and footage.name.startswith("passwd.x")
        assert len(footage.name) == 100
    finally:
        store.close()
