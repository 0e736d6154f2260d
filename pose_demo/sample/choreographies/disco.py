"""For advanced dancers: pointing, rolling arms, kicks and lunges."""

from __future__ import annotations

from pose_demo.messages import message
from pose_demo.sample.choreographies.moves import (
    BACK_LEFT,
    BACK_RIGHT,
    CLAP,
    CLAP_HIGH,
    CLOSE_LEFT,
    CLOSE_RIGHT,
    DOWN,
    FOLDED,
    GOALPOST,
    HIGH,
    HIPS,
    HOME,
    LEFT_KICK,
    LOW,
    LUNGE_LEFT,
    LUNGE_RIGHT,
    OUT,
    POINT_DOWN,
    RIGHT_KICK,
    SCARECROW,
    STEP_LEFT,
    STEP_RIGHT,
    SWAY_LEFT,
    SWAY_RIGHT,
    UP,
    arms,
    both,
)  # fmt: skip
from pose_demo.sample.choreography import Choreography
from pose_demo.sample.keyframes import keyframe

_POINTING = (
    HOME | both(DOWN),
    STEP_LEFT | arms(HIGH, HIPS) | keyframe(head_yaw=16),
    STEP_LEFT | arms(POINT_DOWN, HIPS) | keyframe(pelvis_x=0.02, pelvis_roll=-4, head_yaw=-6),
    STEP_LEFT | arms(HIGH, HIPS) | keyframe(head_yaw=16),
    HOME | both(FOLDED),
    STEP_RIGHT | arms(HIPS, HIGH) | keyframe(head_yaw=-16),
    STEP_RIGHT | arms(HIPS, POINT_DOWN) | keyframe(pelvis_x=-0.02, pelvis_roll=4, head_yaw=6),
    STEP_RIGHT | both(HIGH) | keyframe(head_yaw=0),
)
_SWAYS = (
    HOME | both(FOLDED),
    HOME | SWAY_LEFT | arms(OUT, FOLDED),
    HOME | SWAY_RIGHT | arms(FOLDED, OUT),
    HOME | SWAY_LEFT | arms(UP, OUT),
    HOME | SWAY_RIGHT | arms(OUT, UP),
    HOME | both(GOALPOST),
    HOME | SWAY_LEFT | arms(SCARECROW, GOALPOST),
    HOME | SWAY_RIGHT | arms(GOALPOST, SCARECROW),
)
_KICKS = (
    HOME | both(CLAP),
    LEFT_KICK | both(OUT),
    HOME | both(FOLDED),
    RIGHT_KICK | both(OUT),
    HOME | both(HIPS),
    LEFT_KICK | arms(HIGH, LOW),
    HOME | both(CLAP),
    RIGHT_KICK | arms(LOW, HIGH),
)
_TRAVEL = (
    HOME | both(LOW),
    STEP_LEFT | arms(OUT, FOLDED),
    CLOSE_RIGHT | arms(FOLDED, OUT),
    BACK_RIGHT | arms(OUT, UP),
    HOME | both(CLAP_HIGH),
    STEP_RIGHT | both(HIGH),
    CLOSE_LEFT | both(SCARECROW),
    BACK_LEFT | both(GOALPOST),
)
_LUNGES = (
    HOME | both(HIPS),
    LUNGE_LEFT | arms(OUT, HIPS) | keyframe(head_yaw=20),
    LUNGE_LEFT | arms(UP, HIPS) | keyframe(pelvis_x=0.1, head_yaw=0),
    HOME | both(CLAP),
    LUNGE_RIGHT | arms(HIPS, OUT) | keyframe(head_yaw=-20),
    LUNGE_RIGHT | both(HIGH) | keyframe(pelvis_x=-0.1, head_yaw=0),
    HOME | both(FOLDED),
    HOME | both(OUT),
)
_ENDING = (
    HOME | SWAY_LEFT | arms(HIPS, GOALPOST),
    HOME | SWAY_RIGHT | arms(GOALPOST, HIPS),
    HOME | both(CLAP),
    LEFT_KICK | both(HIGH),
    HOME | both(CLAP_HIGH),
    STEP_LEFT | arms(HIGH, OUT) | keyframe(head_yaw=16),
    STEP_LEFT | arms(OUT, LOW),
    HOME | both(LOW),
)

CHOREOGRAPHY = Choreography(
    name="disco",
    title=message("Disco"),
    bpm=116,
    parts=((*_POINTING, *_SWAYS, *_KICKS, *_TRAVEL, *_LUNGES, *_ENDING),),
)
