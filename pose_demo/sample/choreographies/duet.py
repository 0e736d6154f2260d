"""For two: in mirror image, in canon, as call and response, and together."""

from __future__ import annotations

from pose_demo.messages import message
from pose_demo.sample.choreographies.moves import (
    BACK_RIGHT,
    BEND_LEFT,
    BEND_RIGHT,
    CLAP,
    CLAP_HIGH,
    CLOSE_RIGHT,
    DOWN,
    FOLDED,
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
    SWAY_LEFT,
    SWAY_RIGHT,
    UP,
    arms,
    both,
)  # fmt: skip
from pose_demo.sample.choreography import Choreography, Part
from pose_demo.sample.keyframes import Keyframe
from pose_demo.sample.posture import mirrored

_MIRROR_IMAGE = (
    HOME | both(DOWN),
    STEP_LEFT | arms(HIGH, LOW),
    CLOSE_RIGHT | both(CLAP),
    BACK_RIGHT | arms(LOW, HIGH),
    HOME | both(CLAP),
    HOME | arms(UP, HIPS),
    HOME | arms(OUT, HIPS),
    HOME | both(HIPS),
)
_CANON = (
    HOME | both(LOW),
    HOME | both(CLAP_HIGH),
    SQUAT | both(GOALPOST),
    HOME | both(OUT),
)
_WAITING = (
    HOME | both(HIPS),
    HOME | SWAY_LEFT | both(HIPS),
    HOME | SWAY_RIGHT | both(FOLDED),
    HOME | both(HIPS),
)
_CALL = (
    HOME | both(FOLDED),
    STEP_LEFT | arms(UP, OUT),
    HOME | both(CLAP),
    STEP_RIGHT | both(GOALPOST),
)
_RESPONSE = (
    HOME | both(CLAP),
    BEND_LEFT | arms(HIPS, UP),
    HOME | both(GOALPOST),
    BEND_RIGHT | arms(UP, HIPS),
)
_TOGETHER = (
    HOME | both(CLAP),
    HOME | arms(GOALPOST, SCARECROW),
    HOME | arms(SCARECROW, GOALPOST),
    HOME | both(CLAP),
    STEP_LEFT | both(HIGH),
    CLOSE_RIGHT | both(LOW),
    BACK_RIGHT | both(GOALPOST),
    HOME | both(CLAP),
)
_ENDING = (
    HOME | both(LOW),
    SQUAT | both(GOALPOST),
    HOME | both(UP),
    HOME | both(CLAP_HIGH),
    STEP_LEFT | arms(OUT, HIGH),
    STEP_LEFT | arms(HIGH, HIPS),
    HOME | both(CLAP),
    HOME | both(LOW),
)


def _mirror_image(part: Part) -> tuple[Keyframe, ...]:
    return tuple(mirrored(count) for count in part)


CHOREOGRAPHY = Choreography(
    name="duet",
    title=message("Duet"),
    bpm=104,
    parts=(
        (*_MIRROR_IMAGE, *_CANON, *_WAITING, *_CALL, *_WAITING, *_TOGETHER, *_ENDING),
        (*_mirror_image(_MIRROR_IMAGE), *_WAITING, *_CANON, *_WAITING, *_RESPONSE, *_TOGETHER, *_mirror_image(_ENDING)),
    ),
)
