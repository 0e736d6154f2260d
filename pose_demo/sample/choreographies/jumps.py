"""Jumps: jumping jacks, jumps to the side, knee lifts and turns."""

from __future__ import annotations

from pose_demo.messages import message
from pose_demo.sample.choreographies.moves import (
    CLAP,
    CROUCH,
    DOWN,
    GOALPOST,
    HIGH,
    HIPS,
    HOME,
    LEFT_KNEE,
    LOW,
    OUT,
    RIGHT_KNEE,
    SCARECROW,
    UP,
    WIDE,
    arms,
    both,
    jump,
    shifted,
)  # fmt: skip
from pose_demo.sample.choreography import Choreography
from pose_demo.sample.keyframes import keyframe

_JACKS = (
    HOME | both(DOWN),
    WIDE | both(UP) | jump(0.05),
    HOME | both(LOW) | jump(0.05),
    WIDE | both(HIGH) | jump(0.05),
    HOME | both(CLAP) | jump(0.05),
    CROUCH | both(DOWN),
    HOME | CROUCH | both(HIGH) | jump(0.1),
    HOME | both(OUT),
)
_SIDEWAYS = (
    HOME | both(CLAP),
    shifted(0.14) | arms(HIGH, LOW) | jump(0.05),
    HOME | both(CLAP) | jump(0.05),
    shifted(-0.14) | arms(LOW, HIGH) | jump(0.05),
    HOME | both(HIPS) | jump(0.05),
    CROUCH | both(DOWN),
    WIDE | keyframe(pelvis_drop=0.03, chest_pitch=0) | both(HIGH) | jump(0.09),
    HOME | both(GOALPOST) | jump(0.04),
)
_KNEES = (
    HOME | both(LOW),
    LEFT_KNEE | arms(OUT, UP),
    HOME | both(CLAP),
    RIGHT_KNEE | arms(UP, OUT),
    HOME | both(GOALPOST),
    LEFT_KNEE | both(SCARECROW),
    HOME | both(GOALPOST),
    RIGHT_KNEE | both(HIGH),
)
_TURNS = (
    HOME | both(OUT),
    HOME | keyframe(body_yaw=28, head_yaw=-20) | arms(HIGH, OUT) | jump(0.05),
    HOME | both(HIPS) | jump(0.05),
    HOME | keyframe(body_yaw=-28, head_yaw=20) | arms(OUT, HIGH) | jump(0.05),
    HOME | both(HIPS) | jump(0.05),
    WIDE | keyframe(pelvis_drop=0.06) | both(LOW) | jump(0.05),
    WIDE | keyframe(pelvis_drop=0.02) | both(GOALPOST),
    HOME | both(CLAP) | jump(0.06),
)
_ENDING = (
    shifted(-0.12) | both(DOWN) | jump(0.04),
    shifted(-0.12) | arms(OUT, GOALPOST),
    shifted(0.12) | both(LOW) | jump(0.06),
    shifted(0.12) | arms(GOALPOST, OUT),
    HOME | both(CLAP) | jump(0.05),
    CROUCH | both(DOWN),
    WIDE | keyframe(pelvis_drop=0.02, chest_pitch=0) | both(HIGH) | jump(0.1),
    HOME | both(UP) | jump(0.05),
)

CHOREOGRAPHY = Choreography(
    name="jumps",
    title=message("Jumps"),
    bpm=112,
    parts=((*_JACKS, *_SIDEWAYS, *_KNEES, *_TURNS, *_ENDING),),
)
