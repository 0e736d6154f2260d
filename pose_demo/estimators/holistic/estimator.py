"""Hands and faces of the persons of one stream, found by the keypoints of the body and tracked by their own."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pose_demo.estimators.blazepose.roi import is_usable
from pose_demo.estimators.holistic.network import KeypointNet
from pose_demo.estimators.holistic.roi import (
    face_roi_from_body,
    face_roi_from_keypoints,
    hand_roi_from_body,
    hand_roi_from_keypoints,
)
from pose_demo.geometry import Roi
from pose_demo.types import Frame, Image, Keypoints, Points, Pose

# A tracked ROI that differs more from that of the body has lost the hand or the face: the networks also confirm what is
# partly in their ROI. Around hands and faces of photos the distance is below .24 and .09, the ratio below 1.3.
_MAX_HAND_OFFSET, _MAX_FACE_OFFSET = 0.3, 0.15  # distance of the centers in sides of the larger ROI
_MAX_SCALE = 1.5  # ratio of the sides


@dataclass(frozen=True)
class _Part:
    """How a hand or the face is estimated: its network, its ROI by the body and by its own keypoints, see above."""

    net: KeypointNet
    roi_from_body: Callable[[Pose], Roi | None]
    roi_from_keypoints: Callable[[Points], Roi]
    max_offset: float

    def estimate(self, image: Image, pose: Pose, tracked: Roi | None) -> Keypoints | None:
        """The keypoints in an image; None when the part is not visible.

        The network runs in the tracked ROI. Without one it runs twice, as the ROI by the body is only about right: the
        second time in the ROI of its own first keypoints. (MediaPipe corrects the ROI with two further networks.)
        """
        located = self.roi_from_body(pose)
        if located is None:
            return None
        if tracked and self._is_same(tracked, located) and (keypoints := self._infer(image, tracked)):
            return keypoints
        first = self._infer(image, located)
        return first and self._infer(image, self.roi_from_keypoints(first.xy))

    def _is_same(self, roi: Roi, other: Roi) -> bool:
        smaller, larger = sorted((roi.width, other.width))
        offset = math.hypot(roi.center_x - other.center_x, roi.center_y - other.center_y)
        return offset < self.max_offset * larger and larger < _MAX_SCALE * smaller

    def _infer(self, image: Image, roi: Roi) -> Keypoints | None:
        return self.net.infer(image, roi) if is_usable(roi, (image.shape[1], image.shape[0])) else None


class HolisticEstimator:
    """Adds hands and faces to the poses of one stream.

    Args:
        hands, face: the networks; None without them.
        static_image_mode: frames are unrelated images, so nothing is tracked.
    """

    def __init__(self, hands: KeypointNet | None, face: KeypointNet | None, static_image_mode: bool = False) -> None:
        self._parts: dict[str, _Part] = {}
        if hands:
            for side in ("left", "right"):
                find = partial(hand_roi_from_body, side=side)
                self._parts[f"{side}_hand"] = _Part(hands, find, hand_roi_from_keypoints, _MAX_HAND_OFFSET)
        if face:
            self._parts["face"] = _Part(face, face_roi_from_body, face_roi_from_keypoints, _MAX_FACE_OFFSET)
        self._static_image_mode, self._frame_size = static_image_mode, (0, 0)
        self.reset()

    def reset(self) -> None:
        """Forget the tracked ROIs: the next frame is unrelated to the previous one."""
        self._tracked: dict[tuple[int, str], Roi] = {}

    def estimate(self, frame: Frame, poses: Sequence[Pose]) -> tuple[Pose, ...]:
        """The poses with `Pose.parts`; track ids identify the persons, without them their order does."""
        if self._static_image_mode or frame.size != self._frame_size:
            self.reset()
        self._frame_size = frame.size
        tracked, self._tracked = self._tracked, {}
        found = []
        for index, pose in enumerate(poses):
            person = index if pose.track_id is None else pose.track_id
            parts = {}
            for name, part in self._parts.items():
                if keypoints := part.estimate(frame.image, pose, tracked.get((person, name))):
                    parts[name] = keypoints.in_frame(frame.size)
                    self._tracked[person, name] = part.roi_from_keypoints(keypoints.xy)
            found.append(replace(pose, parts=parts))
        return tuple(found)
