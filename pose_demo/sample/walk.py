"""Walk cycle along a path: a foot steps to the next position of the body and stays there, so that it never slides."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pose_demo.sample.easing import bump, smootherstep, smoothstep
from pose_demo.sample.posture import Posture

PathFunction = Callable[[float], float]  # time in beats -> x in body heights


def walk(beat: float, path: PathFunction) -> Posture:
    """Posture at a time in beats, turned partly in the direction of movement."""
    (left_x, left_lift), (right_x, right_lift) = _step(beat, path), _step(beat + 1, lambda time: path(time - 1))
    speed = path(beat + 0.5) - path(beat - 0.5)
    yaw = 40 * float(np.tanh(6 * speed))
    swing = 24 * float(np.sin(np.pi * beat)) * min(1.0, 8 * abs(speed))
    elevation = 24 + abs(swing) * 0.3
    return Posture(
        pelvis_x=path(beat), pelvis_drop=0.02 + 0.01 * float(np.cos(2 * np.pi * beat)),
        body_yaw=yaw, head_yaw=-0.4 * yaw,
        left_arm_elevation=elevation, left_arm_azimuth=swing * 1.6,
        left_forearm_elevation=28, left_forearm_azimuth=50 + swing,
        right_arm_elevation=elevation, right_arm_azimuth=-swing * 1.6,
        right_forearm_elevation=28, right_forearm_azimuth=50 - swing,
        left_foot_x=left_x + 0.075, left_foot_lift=left_lift, right_foot_x=right_x - 0.075, right_foot_lift=right_lift,
    )  # fmt: skip


def _step(beat: float, path: PathFunction) -> tuple[float, float]:
    """x and lift of a foot that moves during every even beat and rests during every odd one."""
    begin = 2 * float(np.floor(beat / 2))
    t = float(np.clip(beat - begin, 0, 1))
    start, end = path(begin - 0.5), path(begin + 1.5)
    return start + (end - start) * smoothstep(t), bump(t, min(0.05, 0.25 * abs(end - start)))


def oscillation(period: float, amplitude: float, offset: float) -> PathFunction:
    """Sinusoidal path from side to side; period and time offset are in beats."""
    return lambda beat: amplitude * float(np.sin(2 * np.pi * (beat + offset) / period))


def entry_and_exit(period: float, distance: float) -> PathFunction:
    """Path from ``-distance`` to 0 and later to ``distance``, repeated every ``period`` beats.

    Eighths of the period: 1 waiting outside, 1 entering, 4 in the center, 1 leaving, 1 outside.
    """

    def path(beat: float) -> float:
        phase = beat / period % 1
        entry, leaving = np.clip(((phase - 0.125) * 8, (phase - 0.75) * 8), 0, 1)
        return distance * float(smootherstep(leaving) - 1 + smootherstep(entry))

    return path
