"""Choose footage: add clips, select those to use, and give what is known about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TypeVar

import streamlit as st

from pose_demo import sample
from pose_demo.explore.footage.store import Footage, FootageStore
from pose_demo.io.formats import VIDEO_TYPES
from pose_demo.live import buffer, prometheus
from pose_demo.types import InputError
from pose_demo.ui.components import still
from pose_demo.ui.errors import plain, visitor_text
from pose_demo.ui.once import Once
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr

_COLUMNS = 2  # of cards
_THUMBNAIL_WIDTH = 96  # pixels
_LONG_S = 60.0  # clips from this duration on have a hint
_PROBLEM = "footage-problem"
_ROUND = "footage-round"  # part of the keys of uploaders; another number empties them

Item = TypeVar("Item")

__all__ = ["Footage", "FootageStore", "choose", "keep", "live_clip", "recorded_clip"]


def choose(session: Session) -> None:
    """Show the footage of the session, and the ways to add some."""
    store = session.footage
    _add(session)
    if problem := st.session_state.pop(_PROBLEM, ""):
        st.error(visitor_text(problem), icon=":material/broken_image:")
    if not store.items:
        st.info(
            tr(
                "Add your footage: upload a video, or choose **Keep the last 20 s** under **More**, **Recording** "
                "while a live video runs. Until then, the tools use the sample dancer."
            ),
            icon=":material/movie:",
        )
        return
    for start in range(0, len(store.items), _COLUMNS):
        for column, item in zip(st.columns(_COLUMNS), store.items[start : start + _COLUMNS], strict=False):
            with column.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
                _card(store, item)


def live_clip(session: Session) -> Callable[[], Footage]:
    """A function for `keep` that adds the last seconds of the live stream to the footage."""
    return Once(lambda: session.footage.add_frames(session.stream.buffer.frames(), tr("live video"), buffer.FPS))


def recorded_clip(session: Session, path: Path) -> Callable[[], Footage]:
    """A function for `keep` that adds the camera image of a recording to the footage."""
    return Once(lambda: session.footage.add_file(path, tr("recording")))


def keep(add: Callable[[], Footage]) -> None:
    """Add a clip to the footage; a message reports the result. Used as a callback.

    Args:
        add: see `Once`: Streamlit may stop a callback where it uses ``st``, as for the message, and start it again.
    """
    try:
        footage = add()
    except InputError as error:
        st.toast(visitor_text(error), icon=":material/error:")
        return
    text = tr("**{clip}** ({seconds:.0f} s) is in **Explore** now.", clip=plain(footage.name), seconds=footage.duration)
    st.toast(text, icon=":material/movie:")


# ---- add


def _add(session: Session) -> None:
    store, number = session.footage, st.session_state.setdefault(_ROUND, 0)
    left, right = st.columns([4, 3], vertical_alignment="bottom")
    with left:
        files = f"footage-upload-{number}"
        st.file_uploader(
            tr("Add videos"),
            type=VIDEO_TYPES,
            accept_multiple_files=True,
            key=files,
            on_change=_add_uploads,
            args=(number, Once(lambda: _problems(store.add_upload, st.session_state[files]))),
            help=tr("They are stored on the server until you leave or remove them."),
        )
    with right:
        _add_scenes(store)
        _add_recording(session)


def _add_scenes(store: FootageStore) -> None:
    """A button for each scene: the browser sends a press once, but a chosen pill until it has seen it cleared."""
    help_text = tr("Ten seconds of a drawn dancer, whose true keypoints are known.")
    with st.container(gap="xxsmall"):
        st.markdown(tr(":small[Add a scene of the sample]"), help=help_text)
        with st.container(horizontal=True, gap="xxsmall"):
            for scene in sample.SCENES:
                st.button(
                    tr(scene.capitalize()),
                    key=f"footage-scene-{scene}",
                    on_click=_note,
                    args=(Once(partial(_problems, store.add_sample, [scene])),),
                )


def _add_recording(session: Session) -> None:
    recorder = session.recordings.recorder
    if recorder and not recorder.running and recorder.camera_video:
        st.button(
            tr("Add the recording ({seconds:.0f} s)", seconds=recorder.seconds),
            icon=":material/videocam:",
            key="footage-recording",
            on_click=keep,
            args=(recorded_clip(session, recorder.camera_video),),
            width="stretch",
        )


def _add_uploads(number: int, add: Callable[[], list[str]]) -> None:
    """Store the uploaded videos, and empty the uploader with this number, so that they are not kept in memory too."""
    _note(add)
    st.session_state[_ROUND] = number + 1


def _problems(add: Callable[[Item], object], items: Iterable[Item]) -> list[str]:
    """Add items; returns the messages of errors."""
    problems = []
    for item in items:
        try:
            add(item)
        except InputError as error:
            prometheus.count_refusal("file")
            problems.append(tr(error))
    return problems


def _note(add: Callable[[], list[str]]) -> None:
    """Add items, and note the messages of errors for the page."""
    if problems := add():
        st.session_state[_PROBLEM] = "  \n".join(problems)


# ---- cards


def _card(store: FootageStore, item: Footage) -> None:
    still.show(item.thumbnail, tr("A frame of {clip}", clip=item.name), width=_THUMBNAIL_WIDTH)
    with st.container(width="stretch", gap=None):
        st.checkbox(
            plain(item.name),
            value=item in store.selected,
            key=f"footage-use-{item.name}",
            on_change=lambda: store.select(item.name, st.session_state[f"footage-use-{item.name}"]),
        )
        st.caption(_description(item))
        if item.read_error:
            st.caption(tr(":orange[Damaged: {error}]", error=visitor_text(item.read_error)))
        with st.popover(tr("Edit"), icon=":material/tune:", key=f"footage-edit-{item.name}", width="content"):
            _edit(store, item)


def _description(item: Footage) -> str:
    width, height = item.size
    time = f"{item.duration:.1f} s"
    if (item.start, item.end) != (0.0, item.duration):
        time = tr("{seconds:.1f} s, {start:g} to {end:.1f} s", seconds=item.duration, start=item.start, end=item.end)
    return f"{time} · {width} × {height} · {tr(item.known)}"


def _edit(store: FootageStore, item: Footage) -> None:
    key = f"footage-part-{item.name}"
    if item.duration >= _LONG_S:
        st.caption(tr("{count:,} frames are processed; a shorter part saves time.", count=item.expected_frames))
    step = 0.1
    end = max(step, round(item.duration, 1))
    if end > step:
        st.slider(
            tr("Part to process (s)"),
            0.0,
            end,
            (item.start, min(end, item.end)),
            step=step,
            key=key,
            on_change=lambda: store.set_part(item.name, *st.session_state[key]),
        )
    if not item.clip.scene:
        _annotations(store, item)
    st.button(
        tr("Remove"),
        icon=":material/delete:",
        key=f"footage-remove-{item.name}",
        on_click=store.remove,
        args=(item.name,),
        width="stretch",
    )


def _annotations(store: FootageStore, item: Footage) -> None:
    key = f"footage-annotations-{item.name}-{st.session_state[_ROUND]}"
    st.file_uploader(
        tr("True keypoints (COCO keypoint JSON)"),
        type="json",
        key=key,
        on_change=lambda: _read_annotations(store, item.name, key),
        help=tr("Its images are the frames of the video, by their frame, id or file name."),
    )
    if item.clip.annotations:
        st.button(
            tr("Remove the true keypoints"),
            key=f"footage-forget-{item.name}",
            on_click=store.set_annotations,
            args=(item.name, None),
            width="stretch",
        )


def _read_annotations(store: FootageStore, name: str, key: str) -> None:
    file = st.session_state[key]
    if file is not None:
        _note(partial(_problems, partial(store.set_annotations, name), [file]))
        st.session_state[_ROUND] += 1
