"""Beside the picture: the reference, how well it is matched, and what to change."""

from __future__ import annotations

import html

import cv2
import numpy as np
import streamlit as st

from pose_demo.matching import library
from pose_demo.matching.feedback import advice
from pose_demo.matching.hysteresis import Trace
from pose_demo.matching.matcher import Judgement
from pose_demo.matching.options import OFF, OWN
from pose_demo.settings import Settings
from pose_demo.types import Image
from pose_demo.ui.components.drawing import line, picture
from pose_demo.ui.session import Session
from pose_demo.ui.uploads import capture_when_due

_PICTURE = (240, 240)
_TRACE_SECONDS = 15.0
_TRACE_COLOUR = "#12a150"


def panel(session: Session, settings: Settings) -> None:
    """The reference and its live verdict; nothing without a reference."""
    if settings.match.reference == OFF:
        st.html("<span class='pd-nothing'></span>")
        return
    picture = reference_picture(session, settings)
    if picture is not None:
        st.image(picture, caption="Reference", width="stretch")
    _live(session, settings)


def reference_picture(session: Session, settings: Settings) -> Image | None:
    """What the reference looks like; None while there is no own one."""
    if settings.match.reference != OWN:
        return _drawn(settings.match.reference)
    own = session.assets.reference
    if own is None:
        return None
    return own.thumbnail if own.thumbnail is not None else _stick_figure(own.pose.xy)


@st.cache_data(show_spinner=False)
def _drawn(name: str) -> Image:
    return library.picture(name, _PICTURE)


def _stick_figure(xy: np.ndarray) -> Image:
    """A reference that came without a picture."""
    from pose_demo.skeletons import COCO_17

    canvas = np.full((*_PICTURE, 3), 245, np.uint8)
    low, high = xy.min(axis=0), xy.max(axis=0)
    points = ((xy - (low + high) / 2) * (0.8 * _PICTURE[0] / max(high - low)) + _PICTURE[0] / 2).astype(int)
    for a, b in COCO_17.edges:
        cv2.line(canvas, points[a].tolist(), points[b].tolist(), (15, 123, 108), 4, cv2.LINE_AA)
    return canvas


@st.fragment(run_every=0.5)
def _live(session: Session, settings: Settings) -> None:
    left = capture_when_due(session)
    if left is not None:
        st.html(f"<div class='pd-count'>{int(left) + 1}</div>")
        return
    if settings.match.reference == OWN and session.assets.reference is None:
        st.info("Take a pose from the live picture, or upload one at the left.", icon=":material/add_a_photo:")
        return
    result = session.live.status().result
    if result is None or not result.judgements:
        st.caption("Nobody is in the picture.")
        return
    for pose, judgement in zip(result.estimate.poses, result.judgements, strict=True):
        name = f"Person {pose.track_id}" if len(result.judgements) > 1 else "Likeness"
        st.html(verdict(judgement, name, settings.match.similarity))


def verdict(judgement: Judgement, name: str, threshold: float) -> str:
    """One person's score, advice and the last seconds of the score, as HTML."""
    found = judgement.match
    if found.score is None:
        return f"<div class='pd-verdict'><span class='pd-label'>{name}</span><p>{html.escape(found.reason)}</p></div>"
    style = "pd-yes" if judgement.is_match else "pd-no"
    says = "match" if judgement.is_match else "not yet"
    lines = "".join(f"<li>{html.escape(line)}</li>" for line in advice(found))
    return (
        f"<div class='pd-verdict'><span class='pd-label'>{name}</span>"
        f"<div class='{style}'><b>{found.score:.2f}</b> {says}</div>{spark(judgement.trace, threshold)}"
        f"<ul>{lines}</ul></div>"
    )


def spark(trace: Trace, threshold: float) -> str:
    """The score over the last seconds, with the threshold, as a small picture."""
    if not trace:
        return ""
    now = trace[-1][0]
    points = [
        (100 + 100 * (moment - now) / _TRACE_SECONDS, 30 - 30 * score)
        for moment, score in trace
        if score is not None and now - moment <= _TRACE_SECONDS
    ]
    needed = 30 - 30 * threshold
    lines = (
        line([(0, needed), (100, needed)], "#888888", dashes="3 3"),
        line(points, _TRACE_COLOUR, 2),
    )
    return picture(lines, "0 -1 100 32", "pd-spark", f"score of the last {_TRACE_SECONDS:.0f} s")
