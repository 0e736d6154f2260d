"""Why a comparison of dances has no number, and what to do."""

from __future__ import annotations

import numpy as np

from pose_demo.dance.grid import MAX_GAP
from pose_demo.matching.limb_angles import BoolArray
from pose_demo.messages import Message, message
from pose_demo.skeletons import COCO_17

TOO_SHORT = message("the reference is too short: choose at least two seconds of it")
REFERENCE_NOT_VISIBLE = message("the reference shows too little of the body here: choose another passage")
NOBODY = message("you are not in the picture here: start with the count-in, and stay in the picture")
FEW_FRAMES = message("too few frames per second: choose a lighter model")  # live
OTHER_WAY = message("you face the other way here: face the camera as the dancer of the reference does")
STILL = message("the reference hardly moves here: timing needs moves")
OTHER_MOVES = message("these are not the moves of the reference, so there is no timing: dance this passage again")
OTHER_DANCE = message(
    "this does not look like the dance of the reference: start with the count-in, dance what it shows"
)
PAIR_NOT_VISIBLE = message("too little of both is visible at the same time")
PAIR_STILL = message("they hardly move: a lag needs moves")
PAIR_OTHER_MOVES = message("their moves differ")
PAIR_OTHER_PARTS = message("they have different parts, and one of them has no timing")

_LITTLE = message("too little of you is visible here: step back, into good light, until all of you is in the picture")
_MISSING = (
    ("shoulder", _LITTLE),
    ("hip", message("step back: your hips and legs are not in the picture")),
    ("knee", message("step back: your legs are not in the picture")),
    ("elbow", message("step back: your arms are not in the picture")),
    ("ankle", message("step back: your feet are not in the picture")),
)
TOO_LITTLE_VISIBLE = tuple(dict.fromkeys(text for _, text in _MISSING))
LIVE = (REFERENCE_NOT_VISIBLE, NOBODY, OTHER_WAY, OTHER_DANCE, *TOO_LITTLE_VISIBLE)
_HARDLY = 0.1  # of the time


def too_little_visible(visible: BoolArray, seconds: float) -> Message:
    """What is missing of the body, or of the video.

    Args:
        visible: ``(frames, 17)`` which keypoints of COCO-17 are visible.
        seconds: duration of these frames.
    """
    shares = visible.mean(axis=0) if len(visible) else np.zeros(len(COCO_17.keypoints))
    if (shares <= _HARDLY).all():
        return NOBODY
    if len(visible) * MAX_GAP < seconds:
        return message("{rate:.1f} frames per second are too few: use a faster model", rate=len(visible) / seconds)
    hidden = {name for name, share in zip(COCO_17.keypoints, shares.tolist(), strict=True) if share < 0.5}
    return next((text for part, text in _MISSING if {f"left_{part}", f"right_{part}"} <= hidden), _LITTLE)


def other_time(start: float, end: float) -> Message:
    """A passage with the moves of another one, in seconds of the reference."""
    return message(
        "these are the moves of {start:.1f} to {end:.1f} s, so there is no timing: dance this passage again",
        start=start,
        end=end,
    )


def other_start(seconds: float) -> Message:
    """A performance that is late by ``seconds`` as a whole; negative: early."""
    if seconds > 0:
        return message(
            "you dance {seconds:.1f} s after the reference: start with the count-in, or cut off the beginning",
            seconds=seconds,
        )
    return message(
        "you dance what the reference shows {seconds:.1f} s later: start with the count-in, or begin it there",
        seconds=-seconds,
    )
