"""A skeleton in 3D that is turned with the mouse, a finger, or the arrow keys."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pose_demo.skeletons import Skeleton
from pose_demo.types import Pose
from pose_demo.ui.translation import tr

_HTML = (
    '<div class="skeleton"><canvas role="slider" tabindex="0" aria-valuemin="-180" aria-valuemax="180"></canvas></div>'
)


@st.cache_resource(show_spinner=False)
def _component():  # type: ignore[no-untyped-def]  # Streamlit does not export the type
    css, js = (Path(__file__).with_suffix(suffix).read_text("utf-8") for suffix in (".css", ".js"))
    return st.components.v2.component("pose_demo_skeleton_3d", html=_HTML, css=css, js=js)


def show(pose: Pose | None, confidence: float, key: str) -> None:
    """Show the world keypoints of a pose, and a floor under its feet; the browser turns them without a rerun.

    Args:
        pose: one with world keypoints; None shows the floor only.
        confidence: keypoints with a lower score are left out.
        key: identifies the component; another pose with the same key replaces the previous one and keeps the view.
    """
    texts = {
        "label": tr("Skeleton in 3D: drag it or use the arrow keys to turn it"),
        "turned": tr("turned by {degrees}°"),
    }
    _component()(data={**skeleton_data(pose, confidence), "texts": texts}, key=key)


def skeleton_data(pose: Pose | None, confidence: float) -> dict[str, object]:
    """The points in meters, null where not visible, and the edges between visible ones with their side."""
    if pose is None or pose.world is None:
        return {"points": [], "edges": []}
    visible = pose.scores >= confidence
    points = [
        [round(value, 3) for value in point] if seen else None
        for point, seen in zip(pose.world.tolist(), visible.tolist(), strict=True)
    ]
    edges = [(a, b, _side(pose.skeleton, a, b)) for a, b in pose.skeleton.edges if visible[a] and visible[b]]
    return {"points": points, "edges": edges}


def _side(skeleton: Skeleton, a: int, b: int) -> str:
    sides = skeleton.sides
    return sides[a] if sides[a] == sides[b] else "center"
