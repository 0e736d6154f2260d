"""A button that downloads a file which the server has."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_MAX_BYTES = 20_000_000  # that Streamlit may keep in memory for a button


def file_button(label: str, path: Path, name: str, mime: str, key: str, column: DeltaGenerator | None = None) -> None:
    """Show the button; a large file is read on click.

    Streamlit drops a file that is read on click when two script runs, of any visitors, end before the browser has asked
    for it, which may fail on a slow connection. The visitor can click again.
    """
    (column or st).download_button(
        label,
        path.read_bytes() if path.stat().st_size <= _MAX_BYTES else path.read_bytes,
        name,
        mime,
        icon=":material/download:",
        key=key,
        on_click="ignore",
        width="stretch" if column else "content",
    )
