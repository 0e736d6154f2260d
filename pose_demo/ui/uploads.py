"""What visitors bring along: their own reference pose, background picture and glasses."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import streamlit as st

from pose_demo.io.images import read_image, read_rgba
from pose_demo.io.video import VideoReader
from pose_demo.matching.options import OWN
from pose_demo.matching.reference import Reference
from pose_demo.pipeline import Pipeline, Result
from pose_demo.types import Frame, Image, InputError
from pose_demo.ui import state
from pose_demo.ui.models import plan_for
from pose_demo.ui.session import Session

COUNTDOWN = 3.0  # seconds to take the pose after the button is pressed
_THUMBNAIL = 320  # pixels of the longer side
_PICTURES = ["jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff"]
_VIDEOS = ["mp4", "mov", "m4v", "mkv", "webm", "avi"]


def own_reference(session: Session) -> None:
    """The ways to a reference of one's own."""
    if st.session_state["match.reference"] != OWN:
        st.caption("Choose **Own** to take a pose from a photo, a video, a file or the live picture.")
        return
    st.button(
        "Take it from the picture in 3-2-1",
        icon=":material/timer_3:",
        on_click=_count_down,
        args=(session,),
        width="stretch",
    )
    upload = st.file_uploader("Photo, video or saved pose", type=[*_PICTURES, *_VIDEOS, "json"], key="reference-file")
    second = 0.0
    if upload is not None and upload.name.rsplit(".", 1)[-1].lower() in _VIDEOS:
        second = st.number_input("Second of the video", 0.0, step=0.5, key="reference-second")
    if upload is not None:
        _read_once(session, "reference", (upload.file_id, second), lambda: _use_file(session, upload, second))
    if session.assets.reference:
        st.download_button(
            "Save this pose", session.assets.reference.to_json(), "pose.json", "application/json", width="stretch"
        )


def _count_down(session: Session) -> None:
    session.capture_at = time.monotonic() + COUNTDOWN


def _read_once(session: Session, kind: str, identity: object, use: Callable[[], None]) -> None:
    """Read an upload when it is new, and say what is wrong with it for as long as it is there."""
    if session.read.get(kind) != identity:
        session.read[kind], session.problems[kind] = identity, ""
        try:
            use()
        except InputError as error:
            session.problems[kind] = str(error)
    if session.problems[kind]:
        st.error(session.problems[kind], icon=":material/broken_image:")


def _use_file(session: Session, upload: Any, second: float) -> None:
    ending = upload.name.rsplit(".", 1)[-1].lower()
    if ending == "json":
        reference = Reference.from_json(upload.getvalue())
    else:
        picture = _moment(upload, second) if ending in _VIDEOS else read_image(upload.getvalue(), upload.name)
        reference = _find(session, picture, upload.name)
    session.assets = replace(session.assets, reference=reference)


def _moment(upload: Any, second: float) -> Image:
    with VideoReader(upload, upload.name) as reader:
        for frame in reader:
            if frame.timestamp >= second:
                return frame.image
    raise InputError(f"{upload.name}: it ends before second {second:g}; choose an earlier one")


def _find(session: Session, picture: Image, name: str) -> Reference:
    plan = plan_for(session, state.chosen(), session.still_plan)
    if plan is None:
        raise InputError("the model is not available; choose another one")
    session.use_still(plan)
    return from_result(Pipeline().process(Frame(picture), plan), name)


def from_result(result: Result, name: str) -> Reference:
    """The pose of the person a result is surest of.

    Raises:
        InputError: nobody, or too little of them, is in the picture.
    """
    if not result.estimate.poses or result.source is None:
        raise InputError("nobody was found in that picture; choose one that shows the whole body, or another model")
    pose = max(result.estimate.poses, key=lambda it: it.score)
    width = result.source.size[0]
    unmirrored = pose.mirrored(width) if result.mirrored else pose
    return Reference.from_pose(unmirrored, result.source.size, name, _thumbnail(result.source.image))


def _thumbnail(picture: Image) -> Image:
    scale = min(1.0, _THUMBNAIL / max(picture.shape[:2]))
    height, width = picture.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def capture_when_due(session: Session) -> float | None:
    """Take the reference from the live picture when its time has come; returns the seconds left before that."""
    if session.capture_at is None:
        return None
    left = session.capture_at - time.monotonic()
    if left > 0:
        return left
    session.capture_at = None
    result = session.live.status().result
    try:
        silent = session.live.status().silent_s
        if result is None or silent is None or silent > 1:
            raise InputError("there is no live picture now; press START or choose the dancer first")
        session.assets = replace(session.assets, reference=from_result(result, "live picture"))
        st.rerun()
    except InputError as error:
        st.toast(str(error), icon=":material/person_off:")
    return None


def background_picture(session: Session) -> None:
    """The picture for behind the person."""
    upload = st.file_uploader("Background picture", type=_PICTURES, key="background-file")

    def use() -> None:
        if upload is not None:
            session.assets = replace(session.assets, background=read_image(upload.getvalue(), upload.name))

    if upload is not None:
        _read_once(session, "background", upload.file_id, use)
    elif session.assets.background is not None:  # its uploader was hidden for a while
        st.caption("Your last picture is in use.")


def glasses(session: Session) -> None:
    """Glasses of one's own."""
    upload = st.file_uploader("Your own glasses (PNG, transparent)", type="png", key="glasses-file")

    def use() -> None:
        if upload is not None:
            session.assets = replace(session.assets, images={"glasses": read_rgba(upload.getvalue(), upload.name)})

    if upload is not None:
        _read_once(session, "glasses", upload.file_id, use)
    elif session.assets.images and st.button("Back to the drawn glasses", width="stretch"):
        session.assets = replace(session.assets, images={})
        session.read.pop("glasses", None)
