"""A dialog to send the page as a link: with the settings and the reference pose, in the language of who opens it."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

import streamlit as st

from pose_demo.effects import EFFECTS, name_of
from pose_demo.matching.options import OWN
from pose_demo.messages import message
from pose_demo.plan import Uploads
from pose_demo.settings import Settings
from pose_demo.ui import share
from pose_demo.ui.components import link
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr
from pose_demo.ui.webrtc.ice import is_loopback

DIALOG = "share"
_FILES = {  # by the source
    "Photo": message("the photo"),
    "Video file": message("the video"),
    "Explore": message("footage and results"),
}


def button(session: Session) -> None:
    """Show the button that opens the dialog."""
    st.button(
        tr("Share"),
        key="share-button",
        icon=":material/ios_share:",
        type="tertiary",
        on_click=session.show_dialog,
        args=(DIALOG,),
    )


def panel(session: Session, settings: Settings) -> None:
    """Show the dialog if it is open."""
    if session.dialog == DIALOG:
        show = st.dialog(tr("Share"), on_dismiss=partial(session.show_dialog, ""))(_content)
        show(session, settings)


def _content(session: Session, settings: Settings) -> None:
    uploads = session.uploads.current
    page = (st.context.url or "").split("?")[0].rstrip("/")
    address = f"{page}/?{urlencode(share.address_texts(settings, uploads))}"
    has_pose = settings.match.reference == OWN and uploads.reference is not None
    if has_pose:
        st.markdown(tr("The link opens this page with your settings and your reference pose."))
    else:
        st.markdown(tr("The link opens this page with your settings."))
    if not link.show(address.rstrip("?")):
        st.caption(tr("It is too long for a QR code."))
    if missing := _left_out(settings, uploads):
        text = tr(
            "Not in the link: {files}. Send the files as well; they are chosen again there.", files=", ".join(missing)
        )
        st.caption(text)
    if is_loopback(address):
        st.caption(tr("This address works on this computer only."))


def _left_out(settings: Settings, uploads: Uploads) -> list[str]:
    """What a link cannot contain, in words."""
    images = [EFFECTS[effect].title for effect in map(name_of, settings.effects) if effect in uploads.images]
    return [
        *(
            [tr("the background image")]
            if settings.background.mode == "image" and uploads.background is not None
            else []
        ),
        *(tr("the image for {effect}", effect=tr(title)) for title in images),
        *([tr(_FILES[source])] if (source := st.session_state["source"]) in _FILES else []),
    ]
