"""A photo, from a file or from the camera."""

from __future__ import annotations

import streamlit as st

from pose_demo import sample
from pose_demo.io.images import encode_image, read_image
from pose_demo.pipeline import Pipeline, Result
from pose_demo.settings import Settings
from pose_demo.types import Frame, Image, InputError
from pose_demo.ui.components import player
from pose_demo.ui.models import plan_for
from pose_demo.ui.panels import match, status
from pose_demo.ui.session import Session

_TYPES = ["jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "gif"]
_EXAMPLE = 45  # a frame of the dance with the arms up


def photo(session: Session, settings: Settings) -> None:
    """Show a photo with everything the settings ask for."""
    shown = st.container()
    way = st.segmented_control("From", ["File", "Camera"], default="File", key="photo-way", required=True)
    if way == "Camera":
        upload = st.camera_input("Take a picture", key="snapshot")
    else:
        upload = st.file_uploader("Choose a photo", type=_TYPES, key="photo")
    with shown:
        if upload is None:
            _show(session, settings, sample.frame(_EXAMPLE).image, live=False)
            st.caption("This is the drawn dancer; choose a photo below to see yours.")
            return
        try:
            picture = read_image(upload.getvalue(), upload.name)
        except InputError as error:
            st.error(str(error), icon=":material/broken_image:")
            return
        _download(_show(session, settings, picture, live=way == "Camera"))


def _show(session: Session, settings: Settings, picture: Image, *, live: bool) -> Result | None:
    plan = plan_for(session, settings, session.still_plan, live=live)
    if plan is None:
        player.show(picture)
        return None
    session.use_still(plan)
    result = Pipeline().process(Frame(picture), plan)
    player.show(result.image)
    if not result.persons:
        st.info(
            "Nobody was found in this picture. Try another model, or a lower person confidence.",
            icon=":material/person_off:",
        )
    height, width = result.image.shape[:2]
    status.show(
        {"Persons": str(result.persons), "Time": f"{result.milliseconds:.0f} ms", "Size": f"{width} × {height}"}
    )
    for place, judgement in enumerate(result.judgements, start=1):
        name = f"Person {place}" if len(result.judgements) > 1 else "Likeness"
        st.html(match.verdict(judgement, name, settings.match.similarity))
    return result


def _download(result: Result | None) -> None:
    if result is not None:
        st.download_button(
            "Download PNG",
            lambda: encode_image(result.image),  # only when asked: a large picture takes a second
            "pose.png",
            "image/png",
            icon=":material/download:",
        )
