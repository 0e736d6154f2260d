"""The world keypoints of the live stream as a skeleton that can be turned."""

from __future__ import annotations

import streamlit as st

from pose_demo.estimators import MODELS
from pose_demo.pipeline import Result
from pose_demo.settings import Settings
from pose_demo.types import Pose
from pose_demo.ui.components import skeleton_3d
from pose_demo.ui.fragments import fragment
from pose_demo.ui.session import Session
from pose_demo.ui.translation import tr

_INTERVAL_S = 0.25


def panel(session: Session, settings: Settings) -> None:
    """Show the skeleton in 3D, once it is opened; nothing for a model without world keypoints."""
    if not MODELS[settings.model].has_world:
        return
    with st.expander(tr("Skeleton in 3D"), icon=":material/3d_rotation:", key="world", on_change="rerun") as expander:
        if expander.open:
            _skeleton(session, settings.confidence)


@fragment(run_every=_INTERVAL_S)
def _skeleton(session: Session, confidence: float) -> None:
    pose = first_person(session.stream.status().result)
    skeleton_3d.show(pose, confidence, key="world-skeleton")
    st.caption(
        tr("World keypoints of MediaPipe Pose, in meters from the middle of the hips; depth is the least accurate.")
    )


def first_person(result: Result | None) -> Pose | None:
    """The pose with the lowest track_id that has world keypoints; None without one."""
    poses = [pose for pose in (result.estimate.poses if result else ()) if pose.world is not None]
    return min(poses, key=lambda pose: pose.track_id or 0, default=None)
