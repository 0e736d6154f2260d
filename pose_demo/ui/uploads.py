"""Uploaded files: reference poses, background images and images for effects."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pose_demo.effects import EFFECTS
from pose_demo.imaging import limit_size
from pose_demo.io.animation import is_animation
from pose_demo.io.formats import IMAGE_TYPES, POSE_TYPES, VIDEO_TYPES, Kind, recognize
from pose_demo.io.images import read_image, read_rgba
from pose_demo.io.limits import KEPT_IMAGE_PIXELS, PAGE, PAGE_IMAGE_PIXELS
from pose_demo.io.seek import end_time, index_at
from pose_demo.io.seekable import open_seekable
from pose_demo.matching.options import OWN
from pose_demo.matching.reference import Reference
from pose_demo.messages import message
from pose_demo.offline.still import best_pose, process_still
from pose_demo.pipeline import Result
from pose_demo.types import Image, InputError
from pose_demo.ui import state
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.models import still_plan
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr
from pose_demo.ui.widgets import translated_name
from pose_demo.user_text import display_name

COUNTDOWN_S = 3.0  # from the button to the capture
_MAX_IDLE_S = 1.0  # of a stream whose last frame may be captured
_NO_VIDEO = message("no live video; turn the camera on or choose the sample dancer first")
_THUMBNAIL_SIDE = 320  # pixels


def reference_pose(session: Session) -> None:
    """Show the ways to set a reference pose."""
    if st.session_state["match.reference"] != OWN:
        own = translated_name(OWN)
        st.caption(tr("Choose **{own}** to use a pose from a photo, a video, a file or the live video.", own=own))
        return
    st.button(
        tr("Capture from live video in 3 s"),
        icon=":material/timer_3:",
        on_click=_start_countdown,
        args=(session,),
        width="stretch",
    )
    file = st.file_uploader(
        tr("Photo, video or saved pose"), type=[*IMAGE_TYPES, *VIDEO_TYPES, *POSE_TYPES], key="reference-file"
    )
    if file is not None:
        seconds = 0.0
        if _is_video(file):
            seconds = st.number_input(tr("Time in the video (s)"), 0.0, step=0.5, key="reference-second")
        _read_once(session, "reference", (file.file_id, seconds), lambda: _read_reference(session, file, seconds))
    if session.uploads.current.reference:
        pose = session.uploads.current.reference.to_json()
        st.download_button(tr("Save this pose"), pose, "pose.json", "application/json", width="stretch")


def _start_countdown(session: Session) -> None:
    """Capture a pose in some seconds; used as a callback."""
    if session.stream.status().result is None:
        st.toast(visitor_text(tr(_NO_VIDEO).capitalize()), icon=":material/videocam_off:")
        return
    session.uploads.capture_at = time.monotonic() + COUNTDOWN_S


def _read_once(session: Session, kind: str, file_id: object, read: Callable[[], None]) -> None:
    if problem := session.uploads.read_once(kind, file_id, read):
        st.error(visitor_text(problem), icon=":material/broken_image:")


def _kind(file: UploadedFile) -> Kind | None:
    file_format = recognize(file)
    return file_format.kind if file_format else None


def _is_video(file: UploadedFile) -> bool:
    return _kind(file) is Kind.VIDEO or is_animation(file)


def _read_reference(session: Session, file: UploadedFile, seconds: float) -> None:
    if _kind(file) is Kind.POSE:
        session.uploads.set_reference(Reference.from_json(file.getvalue()))
        return
    name = display_name(file.name)
    image = _video_image(file, seconds) if _is_video(file) else read_image(file.getvalue(), name, PAGE_IMAGE_PIXELS)
    plan = still_plan(session, state.current_settings())
    if plan is None:
        raise InputError(message("the model is not available; choose another one"))
    session.uploads.set_reference(reference_from(process_still(image, plan), name))


def _video_image(file: UploadedFile, seconds: float) -> Image:
    name = display_name(file.name)
    with closing(open_seekable(file, name, limits=PAGE)) as video:
        if seconds > end_time(video.timestamps):
            raise InputError(
                message(
                    "{name}: the video is shorter than {seconds:g} s; choose an earlier time",
                    name=name,
                    seconds=seconds,
                )
            )
        return video.frame(index_at(video.timestamps, seconds)).image


def reference_from(result: Result, name: str) -> Reference:
    """The person with the highest score in a result, as a reference pose.

    Raises:
        InputError: the result has no person, or too few of their keypoints.
    """
    pose = best_pose(result, name)
    if result.source is None:
        raise InputError(message("{name}: the frame is not available any more; try again", name=name))
    return Reference.from_pose(pose, result.source.size, name, limit_size(result.source.image, _THUMBNAIL_SIDE))


def capture_reference(session: Session) -> float | None:
    """Capture the reference pose from the live video when the countdown is over; returns the seconds left until then.

    None without a countdown.
    """
    if session.uploads.capture_at is None:
        return None
    remaining = session.uploads.capture_at - time.monotonic()
    if remaining > 0:
        return remaining
    session.uploads.capture_at = None
    try:
        session.uploads.set_reference(reference_from(_live_result(session), message("live video")))
        st.rerun()
    except InputError as error:
        st.toast(visitor_text(error), icon=":material/person_off:")
    return None


def _live_result(session: Session) -> Result:
    status = session.stream.status()
    if status.result is None or status.idle_s is None or status.idle_s > _MAX_IDLE_S:
        raise InputError(_NO_VIDEO)
    return status.result


def background_image(session: Session) -> None:
    """Show the uploader of the background image."""
    file = st.file_uploader(tr("Background image"), type=IMAGE_TYPES, key="background-file")
    uploads = session.uploads
    if file is not None:

        def read(file: UploadedFile = file) -> None:
            image = read_image(file.getvalue(), display_name(file.name), KEPT_IMAGE_PIXELS)
            uploads.current = replace(uploads.current, background=image)

        _read_once(session, "background", file.file_id, read)
    elif uploads.current.background is not None:  # its uploader was hidden meanwhile
        st.caption(tr("The image uploaded last is in use."))


def effect_image(session: Session, effect: str) -> None:
    """Show the uploader of an effect's image, if it has one."""
    upload, uploads = EFFECTS[effect].upload, session.uploads
    if upload is None:
        return
    file = st.file_uploader(tr(upload.label), type=IMAGE_TYPES, key=f"{effect}-file", help=tr(upload.help))
    if file is not None:

        def read(file: UploadedFile = file) -> None:
            image = read_rgba(file.getvalue(), display_name(file.name), KEPT_IMAGE_PIXELS)
            uploads.current = replace(uploads.current, images={**uploads.current.images, effect: image})

        _read_once(session, effect, file.file_id, read)
    elif effect in uploads.current.images and st.button(tr("Remove the uploaded image"), width="stretch"):
        uploads.remove_image(effect)
