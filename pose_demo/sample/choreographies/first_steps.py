"""For beginners: side steps, arms that open and rise, claps."""

from __future__ import annotations

from pose_demo.messages import message
from pose_demo.sample.choreographies.moves import (
    BACK_LEFT,
    BACK_RIGHT,
    CLAP,
    CLOSE_LEFT,
    CLOSE_RIGHT,
    DOWN,
    GOALPOST,
    HIGH,
    HIPS,
    HOME,
    LOW,
    OUT,
    STEP_LEFT,
    STEP_RIGHT,
    UP,
    arms,
    both,
)
from pose_demo.sample.choreography import Choreography

_SIDE_STEPS = (
    HOME | both(DOWN),
    STEP_LEFT | both(OUT),
    CLOSE_RIGHT | both(CLAP),
    BACK_RIGHT | both(OUT),
    HOME | both(CLAP),
    STEP_RIGHT | arms(LOW, HIGH),
    CLOSE_LEFT | both(DOWN),
    BACK_LEFT | arms(HIGH, LOW),
)
_ARMS = (
    HOME | both(DOWN),
    HOME | arms(OUT, DOWN),
    HOME | both(OUT),
    HOME | arms(UP, OUT),
    HOME | both(UP),
    HOME | arms(UP, HIPS),
    HOME | both(HIPS),
    HOME | both(GOALPOST),
)
_STEPS_WITH_REACH = (
    HOME | both(OUT),
    STEP_LEFT | arms(UP, HIPS),
    HOME | both(HIPS),
    STEP_RIGHT | arms(HIPS, UP),
    HOME | both(CLAP),
    STEP_LEFT | both(HIGH),
    CLOSE_RIGHT | both(LOW),
    BACK_RIGHT | both(GOALPOST),
)
_ENDING = (
    HOME | both(CLAP),
    HOME | both(LOW),
    STEP_RIGHT | both(HIGH),
    CLOSE_LEFT | both(CLAP),
    BACK_LEFT | both(OUT),
    HOME | arms(HIGH, HIPS),
    HOME | arms(HIPS, HIGH),
    HOME | both(LOW),
)

CHOREOGRAPHY = Choreography(
    name="first-steps",
    title=message("First steps"),
    bpm=100,
    parts=((*_SIDE_STEPS, *_ARMS, *_STEPS_WITH_REACH, *_ENDING),),
)
