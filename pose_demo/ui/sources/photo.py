"""A photo, from a file or from the camera."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pose_demo import sample
from pose_demo.estimators import AUTO_DETECTOR, MODELS
from pose_demo.io.animation import is_animation
from pose_demo.io.formats import IMAGE_TYPES
from pose_demo.io.images import encode_image, read_image
from pose_demo.io.limits import PAGE_IMAGE_PIXELS
from pose_demo.live import prometheus
from pose_demo.messages import message
from pose_demo.offline.still import advice_without_person, process_still
from pose_demo.pipeline import Result
from pose_demo.settings import Settings
from pose_demo.types import Image, InputError
from pose_demo.ui.components import player
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.models import still_plan
from pose_demo.ui.panels import match, status
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr
from pose_demo.user_text import display_name

_ORIGINS = (message("File"), message("Camera"))
_EXAMPLE_FRAME = 45  # of the sample; the arms are raised
_ENCODED_AT_ONCE = 3 * 2_000_000  # bytes of an image; a larger one takes up to a second
_REFUSED = "photo-refused"  # the file that was counted last


def show(session: Session, settings: Settings) -> None:
    """Show a processed photo."""
    output = st.container()
    origin = st.segmented_control(
        tr("From"),
        _ORIGINS,
        default="File",
        key="photo-origin",
        format_func=tr,
        required=True,
        persist_state="session",
    )
    if origin == "Camera":
        upload = st.camera_input(tr("Take a picture"), key="camera-photo")
    else:
        upload = st.file_uploader(tr("Choose a photo"), type=IMAGE_TYPES, key="photo")
    with output:
        if upload is None:
            _process(session, settings, sample.frame(_EXAMPLE_FRAME).image, live=False)
            st.caption(tr("This is the sample dancer; choose a photo below."))
            return
        try:
            image = read_image(upload.getvalue(), display_name(upload.name), PAGE_IMAGE_PIXELS)
        except InputError as error:
            if st.session_state.get(_REFUSED) != upload.file_id:
                st.session_state[_REFUSED] = upload.file_id
                prometheus.count_refusal("file")
            st.error(visitor_text(error), icon=":material/broken_image:")
            return
        _download(_process(session, settings, image, live=origin == "Camera"))
        if is_animation(upload):
            st.caption(
                tr("This is the first picture of an animation. Choose **Video file** above to process all of it.")
            )


def _process(session: Session, settings: Settings, image: Image, *, live: bool) -> Result | None:
    plan = still_plan(session, settings, live=live)
    if plan is None:
        player.show_unprocessed(image, settings)
        return None
    result = process_still(image, plan)
    player.show(result.image)
    if not result.persons:
        st.info(tr(advice_without_person(plan.settings, still=True)), icon=":material/person_off:")
    if plan.lacks_detector:
        st.caption(
            tr(
                "At most one person is found: {model}, which finds everybody, is not available.",
                model=MODELS[AUTO_DETECTOR].title,
            )
        )
    height, width = result.image.shape[:2]
    status.badges(
        {
            tr("Persons"): str(result.persons),
            tr("Time"): f"{result.milliseconds:.0f} ms",
            tr("Size"): f"{width} × {height}",
        }
    )
    match.show(result, settings.match.similarity)
    return result


def _download(result: Result | None) -> None:
    if result is not None:
        encode = partial(encode_image, result.image)
        st.download_button(
            tr("Download PNG"),
            encode() if result.image.size <= _ENCODED_AT_ONCE else encode,  # see `file_button`
            "pose.png",
            "image/png",
            icon=":material/download:",
            on_click="ignore",
        )
