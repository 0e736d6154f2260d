"""Gestures of one person, as plain functions of keypoints in an upright frame."""

from __future__ import annotations

import numpy as np

from pose_demo.skeletons import COCO_FACE, HAND_21
from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, Keypoints, Pose

_WRISTS = ("left_wrist", "right_wrist")
_FINGERS = ("index_finger", "middle_finger", "ring_finger", "pinky")
_TIPS, _PIPS = ([HAND_21.index(f"{finger}_{joint}") for finger in _FINGERS] for joint in ("tip", "pip"))
_WRIST, _THUMB_MCP, _THUMB_TIP = (HAND_21.index(name) for name in ("wrist", "thumb_mcp", "thumb_tip"))


def both_hands_raised(pose: Pose, confidence: float = DEFAULT_KEYPOINT_CONFIDENCE) -> bool:
    """Whether both wrists are higher than the head, that is than all of its visible keypoints.

    Args:
        pose: in either skeleton.
        confidence: keypoints with a lower score are not visible; a wrist that is not visible is not raised.
    """
    wrists, head = ([pose.skeleton.index(name) for name in names] for names in (_WRISTS, COCO_FACE))
    visible, y = pose.scores >= confidence, pose.xy[:, 1]
    top = y[head][visible[head]].min(initial=np.inf)
    return bool(np.isfinite(top) and visible[wrists].all() and (y[wrists] < top).all())


def thumbs_up(hand: Keypoints, confidence: float = DEFAULT_KEYPOINT_CONFIDENCE) -> bool:
    """Whether the thumb points upwards, within 45 degrees, out of a closed hand.

    Args:
        hand: 21 keypoints.
        confidence: a hand with a lower score does not count.
    """
    if hand.scores.min() < confidence:
        return False
    x, y = hand.xy[_THUMB_TIP] - hand.xy[_THUMB_MCP]
    from_wrist = np.linalg.norm(hand.xy - hand.xy[_WRIST], axis=1)
    is_closed = (from_wrist[_TIPS] < from_wrist[_PIPS]).all()
    is_on_top = hand.xy[_THUMB_TIP, 1] <= hand.xy[:, 1].min()
    return bool(is_closed and is_on_top and -y > abs(x))
