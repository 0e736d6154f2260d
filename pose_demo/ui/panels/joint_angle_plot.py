"""Curves of the joint angles over the last seconds, with minimum, maximum and range of motion."""

from __future__ import annotations

import streamlit as st

from pose_demo.joint_angles import JOINT_PAIRS, WORLD_KEYPOINTS
from pose_demo.messages import message
from pose_demo.pipeline import Result
from pose_demo.tracking.joint_angle_history import SECONDS, JointAngleHistory
from pose_demo.ui.translation import tr
from pose_demo.ui.widgets import translated_name

_FROM_IMAGE = message("angles in the image: correct for movements parallel to it")
_FROM_WORLD = message("angles in 3D, from world keypoints")
_SIDES = ((message("left"), "blue"), (message("right"), "orange"))  # as in the picture


def panel(result: Result | None, joints: str) -> None:
    """Show the curves of a pair of joints, or of "all"; nothing without a history."""
    if result is None or result.joint_angle_history is None:
        return
    history = result.joint_angle_history
    if history.person is None:
        st.caption(tr("Joint angles: no person in the last {seconds:.0f} s.", seconds=SECONDS))
        return
    shown = [pair for pair in (JOINT_PAIRS if joints == "all" else (joints,)) if pair in JOINT_PAIRS]
    for pair in shown:
        _curves(history, pair)
    st.caption(description(history))


def _curves(history: JointAngleHistory, pair: str) -> None:
    from pose_demo.ui.components.charts import show_angles  # loaded where needed: it takes time and memory

    st.markdown(f"**{translated_name(pair)}** {figures(history, pair)}")
    if any(joint in history.ranges for joint in JOINT_PAIRS[pair]):
        show_angles(history, pair)


def figures(history: JointAngleHistory, pair: str) -> str:
    """The present angle of both sides with minimum, maximum and range, in whole degrees, as Markdown."""
    found = [
        f":{color}-badge[{_angles(history, joint, tr(side))}]"
        for joint, (side, color) in zip(JOINT_PAIRS[pair], _SIDES, strict=True)
        if joint in history.ranges
    ]
    if found:
        return " ".join(found)
    has_joint = any(JOINT_PAIRS[pair][0] in sample.degrees for sample in history.samples)
    return tr("not visible") if has_joint else tr("this model has no keypoints of the feet")


def _angles(history: JointAngleHistory, joint: str, side: str) -> str:
    of, now = history.ranges[joint], history.samples[-1].degrees.get(joint)
    shown = "–" if now is None else f"{now:z.0f}°"
    return tr(
        "{side} **{angle}** · {minimum:z.0f}° to {maximum:z.0f}° · range {range:.0f}°",
        side=side,
        angle=shown,
        minimum=of.minimum,
        maximum=of.maximum,
        range=of.range,
    )


def description(history: JointAngleHistory) -> str:
    """Whose angles they are, and what they are computed from."""
    person = tr("Person {number}, last {seconds:.0f} s", number=history.person, seconds=SECONDS)
    return f"{person} · {source_text(from_world=history.source == WORLD_KEYPOINTS)}"


def source_text(*, from_world: bool) -> str:
    """What joint angles are computed from: world keypoints, or the keypoints in the image."""
    return tr(_FROM_WORLD if from_world else _FROM_IMAGE)
