"""Fragments have a place that stays when Streamlit drops what they drew."""

from __future__ import annotations

import ast
from pathlib import Path

from streamlit.testing.v1 import AppTest

import pose_demo


def _page():
    import streamlit as st

    from pose_demo.ui.fragments import fragment

    @fragment(run_every=60)
    def clock(text: str) -> None:
        st.caption(text)

    clock("first")
    st.caption("between")
    clock("second")


def test_a_fragment_is_the_only_child_of_a_container_that_is_not_part_of_it():
    page = AppTest.from_function(_page).run()
    first, between, second = page.main.children.values()
    assert between.value == "between"
    for container, text in ((first, "first"), (second, "second")):
        assert container.type == "flex_container" and len(container.children) == 1
        assert [caption.value for caption in container.children[0].caption] == [text]


def test_no_part_of_the_page_uses_a_fragment_without_a_container():
    folder = Path(pose_demo.__file__).parent
    users = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "fragment"
    }
    assert users == {"ui/fragments.py"}
