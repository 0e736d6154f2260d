"""For beginners: claps in front and overhead, reaches, bends and squats."""

from __future__ import annotations

from pose_demo.messages import message
from pose_demo.sample.choreographies.moves import (
    BACK_LEFT,
    BACK_RIGHT,
    BEND_LEFT,
    BEND_RIGHT,
    CLAP,
    CLAP_HIGH,
    CLOSE_LEFT,
    CLOSE_RIGHT,
    DOWN,
    GOALPOST,
    HIGH,
    HIPS,
    HOME,
    LOW,
    OUT,
    SCARECROW,
    SQUAT,
    STEP_LEFT,
    STEP_RIGHT,
    UP,
    arms,
    both,
)  # fmt: skip
from pose_demo.sample.choreography import Choreography

_CLAPS = (
    HOME | both(DOWN),
    HOME | both(CLAP),
    HOME | both(CLAP_HIGH),
    HOME | both(OUT),
    HOME | both(CLAP),
    HOME | both(LOW),
    HOME | both(CLAP_HIGH),
    HOME | both(GOALPOST),
)
_BENDS = (
    HOME | both(HIPS),
    BEND_LEFT | arms(HIPS, UP),
    HOME | both(HIPS),
    BEND_RIGHT | arms(UP, HIPS),
    HOME | both(CLAP),
    STEP_LEFT | arms(HIGH, OUT),
    HOME | both(CLAP),
    STEP_RIGHT | arms(OUT, HIGH),
)
_FOREARMS = (
    HOME | both(OUT),
    HOME | arms(GOALPOST, SCARECROW),
    HOME | arms(SCARECROW, GOALPOST),
    HOME | both(GOALPOST),
    STEP_LEFT | both(SCARECROW),
    CLOSE_RIGHT | both(CLAP),
    BACK_RIGHT | both(HIGH),
    HOME | both(CLAP_HIGH),
)
_SQUATS = (
    HOME | both(OUT),
    SQUAT | both(LOW),
    HOME | both(UP),
    SQUAT | both(GOALPOST),
    HOME | both(CLAP),
    STEP_RIGHT | arms(UP, OUT),
    CLOSE_LEFT | both(HIPS),
    BACK_LEFT | arms(OUT, UP),
)
_ENDING = (
    HOME | both(LOW),
    HOME | both(OUT),
    HOME | both(HIGH),
    HOME | both(CLAP_HIGH),
    BEND_LEFT | both(HIGH),
    SQUAT | BEND_RIGHT | both(OUT),
    HOME | both(UP),
    HOME | both(CLAP),
)

CHOREOGRAPHY = Choreography(
    name="reach-and-clap",
    title=message("Reach and clap"),
    bpm=108,
    parts=((*_CLAPS, *_BENDS, *_FOREARMS, *_SQUATS, *_ENDING),),
)
