"""A reference pose as a short text, for a link."""

from __future__ import annotations

import base64
import binascii

import numpy as np

from pose_demo.matching.reference import Reference
from pose_demo.messages import message
from pose_demo.skeletons import COCO_17
from pose_demo.types import InputError

NAME = "shared pose"
_KEYPOINT = np.dtype([("xy", ">u2", 2), ("score", "u1")])  # in parts of the pose's larger side, and of 1
_SIDE = 1000  # pixels of the image around a pose that was read
_MAX_XY, _MAX_SCORE = 65535, 255


def to_text(reference: Reference) -> str:
    """The keypoints in 114 characters that an address may contain; without the name and the image.

    Position and size in the image are lost, which do not matter for a match.
    """
    low = reference.xy.min(axis=0)
    side = max(float(np.ptp(reference.xy, axis=0).max()), 1e-6)
    rows = np.zeros(len(COCO_17.keypoints), _KEYPOINT)
    rows["xy"] = np.rint((reference.xy - low) / side * _MAX_XY)
    rows["score"] = np.ceil(reference.scores * _MAX_SCORE - 1e-3)  # none falls below a confidence
    return base64.urlsafe_b64encode(rows.tobytes()).decode().rstrip("=")


def from_text(text: str) -> Reference:
    """The reference of the text of `to_text`.

    Raises:
        InputError: it is no such text, for example because a part of the link is missing.
    """
    try:
        data = base64.b64decode(text.encode("ascii") + b"==", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        data = b""
    if len(data) != len(COCO_17.keypoints) * _KEYPOINT.itemsize:
        raise InputError(
            message(
                "pose: expected the keypoints of a shared link, got {count} characters; copy it again", count=len(text)
            )
        )
    rows = np.frombuffer(data, _KEYPOINT)
    xy = (rows["xy"] * (_SIDE / _MAX_XY)).astype(np.float32)
    return Reference(NAME, xy, (rows["score"] / _MAX_SCORE).astype(np.float32), (_SIDE, _SIDE))
