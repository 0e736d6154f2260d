"""Settings that the user keeps to compare them later, and all of them on one frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pose_demo.estimators import MODELS
from pose_demo.imaging import limit_size
from pose_demo.messages import message, plural
from pose_demo.offline.still import process_still
from pose_demo.plan import prepare
from pose_demo.settings import Settings
from pose_demo.types import Image, InputError
from pose_demo.ui import state
from pose_demo.ui.components import still
from pose_demo.ui.errors import plain, visitor_text
from pose_demo.ui.models import threads
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr

_KEPT, _CACHE = "kept-settings", "kept-thumbnails"  # keys of Streamlit's session state
MAX_KEPT = 8
_COLUMNS = 3
_MAX_SIDE = 480  # pixels of a thumbnail


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """One frame processed with some settings.

    Attributes:
        image: a small RGB image.
        ms: processing time of a frame, without loading.
        persons: number of persons.
        score: of the most confident person; None without poses.
    """

    image: Image
    ms: float
    persons: int
    score: float | None


def settings_list() -> list[Settings]:
    """The kept settings, in the order in which they were kept."""
    kept: list[Settings] = st.session_state.setdefault(_KEPT, [])
    return kept


def named() -> dict[str, Settings]:
    """Display name -> kept settings."""
    return {
        message("Kept {number}: {model}", number=number, model=_title(kept)): kept
        for number, kept in enumerate(settings_list(), start=1)
    }


def _title(settings: Settings) -> str:
    return MODELS[settings.model].title


def controls(settings: Settings) -> None:
    """The button that keeps the present settings."""
    kept = settings_list()
    left, right = st.columns([1, 2], vertical_alignment="center")
    left.button(
        tr("Keep these settings"),
        key="keep-settings",
        icon=":material/bookmark_add:",
        on_click=kept.append,
        args=(settings,),
        disabled=settings in kept or len(kept) >= MAX_KEPT,
        width="stretch",
        help=tr("Keeps the settings of the sidebar until you leave, to compare them with others."),
    )
    right.caption(
        tr(
            "{count} kept, at most {limit}. With two or more, all are shown on the same frame.",
            count=len(kept),
            limit=MAX_KEPT,
        )
        if kept
        else tr("Keep settings, then change the sidebar: the kept ones can be chosen as B.")
    )


def thumbnails(session: Session, settings: Settings, frame_name: str, frame: Callable[[], Image]) -> None:
    """The sidebar and all kept settings on one frame; nothing with fewer than two kept.

    Args:
        session: provides the uploads.
        settings: those of the sidebar.
        frame_name: identifies the frame, and is its display name.
        frame: returns the RGB image.
    """
    kept = settings_list()
    named_settings: dict[str, Settings] = {
        message("Kept {number}", number=number): one for number, one in enumerate(kept, start=1)
    }
    if len(kept) < 2:
        return
    if settings not in kept:
        named_settings = {message("Sidebar"): settings, **named_settings}
    st.markdown(tr("**All settings** on {frame}, processed as a still image", frame=plain(frame_name)))
    cache = _cache(frame_name)
    for start in range(0, len(named_settings), _COLUMNS):
        row = list(named_settings.items())[start : start + _COLUMNS]
        for column, (name, one) in zip(st.columns(_COLUMNS), row, strict=False):
            with column.container(border=True, key=f"kept-{name.replace(' ', '-').lower()}"):
                _card(session, name, one, cache, frame)


def _cache(frame_name: str) -> dict[Settings, Thumbnail]:
    """The thumbnails of the current frame; those of another frame are dropped."""
    name, _ = st.session_state.get(_CACHE, ("", {}))
    if name != frame_name:
        st.session_state[_CACHE] = frame_name, {}
    cache: dict[Settings, Thumbnail] = st.session_state[_CACHE][1]
    return cache


def _card(
    session: Session, name: str, settings: Settings, cache: dict[Settings, Thumbnail], frame: Callable[[], Image]
) -> None:
    try:
        if settings not in cache:
            cache[settings] = process(session, settings, frame())
    except InputError as error:
        st.error(visitor_text(error))
    else:
        still.show(cache[settings].image, tr("The frame with {name}", name=name))
    st.markdown(f"**{tr(name)}** · {_title(settings)}")
    if settings in cache:
        st.caption(description(cache[settings]))
    if name != "Sidebar":
        _card_buttons(name, settings)


def _card_buttons(name: str, settings: Settings) -> None:
    with st.container(horizontal=True, gap="small"):
        used = st.button(tr("Use"), key=f"use-{name}", on_click=state.apply, args=(settings,))
        removed = st.button(
            tr("Remove"), key=f"remove-{name}", icon=":material/delete:", on_click=_remove, args=(settings,)
        )
    if used or removed:
        st.rerun()  # the whole page, not only a fragment


def _remove(settings: Settings) -> None:
    settings_list().remove(settings)


def description(thumbnail: Thumbnail) -> str:
    """Time, persons and score."""
    parts = [f"{thumbnail.ms:.0f} ms", tr(plural("{count} person", "{count} persons", thumbnail.persons))]
    if thumbnail.score is not None:
        parts.append(tr("score {score:.2f}", score=thumbnail.score))
    return " · ".join(parts)


def process(session: Session, settings: Settings, image: Image) -> Thumbnail:
    """Process an image on its own. The second of two runs is measured: the first one allocates memory.

    Raises:
        InputError: a model's files are missing.
    """
    uploads = session.uploads.current
    with prepare(settings, uploads=uploads, static_image_mode=True, threads=threads()) as plan:
        process_still(image, plan)
        result = process_still(image, plan)
    score = max((pose.score for pose in result.estimate.poses), default=None)
    return Thumbnail(limit_size(result.image, _MAX_SIDE), result.milliseconds, result.persons, score)
