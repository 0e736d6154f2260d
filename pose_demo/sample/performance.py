"""Performances of a choreography, with known deviations: images and ground-truth keypoints at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pose_demo.sample.body import BODIES, Body
from pose_demo.sample.camera import Camera
from pose_demo.sample.choreography import Choreography
from pose_demo.sample.easing import smoothstep
from pose_demo.sample.posture import Posture, lower_arm
from pose_demo.sample.rendering import camera_for, render, true_poses
from pose_demo.sample.rig import Rig, build_rig
from pose_demo.sample.style import Style
from pose_demo.types import Frame, Pose

_BODY_HEIGHT = 0.68  # of the reference body, relative to the image: raised hands stay in it during a jump
_WIDTH = 1.7  # visible for one dancer, in body heights
_SPACING = 1.2  # between dancers, in body heights
_RAMP = 0.25  # seconds in which an arm is lowered and raised again


@dataclass(frozen=True)
class LoweredArm:
    """An arm lower than in the choreography.

    Attributes:
        side: 'left' or 'right'.
        degrees: how far it is rotated at the shoulder; an arm is never lowered beyond hanging.
        start, end: seconds of the choreography between which it is lowered completely.
    """

    side: str
    degrees: float
    start: float
    end: float

    def applied(self, posture: Posture, timestamp: float) -> Posture:
        """A posture with the arm lowered."""
        distance = max(self.start - timestamp, timestamp - self.end, 0)
        if distance >= _RAMP:
            return posture
        return lower_arm(posture, self.side, self.degrees * smoothstep(1 - distance / _RAMP))


@dataclass(frozen=True, kw_only=True)
class Performance:
    """One dancer's performance of a choreography.

    Attributes:
        choreography: what is danced.
        part: index of the dancer in the choreography.
        delay: seconds by which the performance is late; negative: early.
        style: the dancer's own style; None for the exact moves.
        body: proportions and appearance.
        lowered: an arm lower than in the choreography.
        mirrored: whether left and right are exchanged, as by a dancer who faces the teacher.
    """

    choreography: Choreography
    part: int = 0
    delay: float = 0.0
    style: Style | None = None
    body: Body = BODIES["a"]
    lowered: LoweredArm | None = None
    mirrored: bool = False

    def posture(self, timestamp: float) -> Posture:
        """Posture at ``timestamp``, seconds since count 1 of the choreography."""
        time = timestamp - self.delay
        if self.style is None:
            posture = self.choreography.posture(time, self.part)
        else:
            posture = self.style.applied(self.choreography.posture(self.style.time(time), self.part), time)
        if self.lowered:
            posture = self.lowered.applied(posture, time)
        return posture.mirrored() if self.mirrored else posture


def performances(choreography: Choreography, *, bodies: Sequence[Body] = ()) -> tuple[Performance, ...]:
    """Exact performances of all parts of a choreography, by different bodies."""
    bodies = bodies or tuple(BODIES.values())
    return tuple(
        Performance(choreography=choreography, part=part, body=bodies[part % len(bodies)])
        for part in range(choreography.dancers)
    )


def performance_frame(dancers: Sequence[Performance], timestamp: float, *, size: tuple[int, int] = (640, 480)) -> Frame:
    """Render performers side by side, the first one on the right of the image.

    Args:
        dancers: one performance each.
        timestamp: seconds since count 1 of the choreography; may be negative.
        size: (width, height) in pixels; a wide image suits many dancers.
    """
    return Frame(render(*view(dancers, timestamp, size)), timestamp)


def performance_poses(
    dancers: Sequence[Performance], timestamp: float, *, size: tuple[int, int] = (640, 480)
) -> tuple[Pose, ...]:
    """Ground-truth COCO-17 keypoints of the image that ``performance_frame`` renders, with track ids 1, 2 ...

    Keypoints outside the image or occluded by another dancer have the score 0, all others 1.
    """
    return tuple(true_poses(*view(dancers, timestamp, size)))


def view(dancers: Sequence[Performance], timestamp: float, size: tuple[int, int]) -> tuple[list[Rig], Camera]:
    """The dancers at a time, and the camera that shows all of them."""
    places = _SPACING * ((len(dancers) - 1) / 2 - np.arange(len(dancers)))
    rigs = [
        build_rig(dancer.posture(timestamp), dancer.body, (float(x), 0.0))
        for dancer, x in zip(dancers, places, strict=True)
    ]
    return rigs, camera_for(size, _WIDTH + _SPACING * (len(dancers) - 1), _BODY_HEIGHT)
