"""The built-in choreographies. A new one is a file here and a line in the registry."""

from pose_demo.sample.choreographies import disco, duet, first_steps, jumps, reach_and_clap
from pose_demo.sample.choreography import Choreography

CHOREOGRAPHIES: dict[str, Choreography] = {
    choreography.name: choreography
    for choreography in (
        first_steps.CHOREOGRAPHY,
        reach_and_clap.CHOREOGRAPHY,
        jumps.CHOREOGRAPHY,
        disco.CHOREOGRAPHY,
        duet.CHOREOGRAPHY,
    )
}
