"""A body that dances in the plane of the image: known keypoints, known lag, known errors of limbs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pose_demo.dance.sequence import PoseSequence
from pose_demo.skeletons import COCO_17

SIZE = (640, 480)
BEAT = 0.5  # seconds

# Each limb of arms and legs: where it begins, where it ends, its length in pixels.
_CHAINS = {
    "left upper arm": ("left_shoulder", "left_elbow", 60), "left forearm": ("left_elbow", "left_wrist", 50),
    "right upper arm": ("right_shoulder", "right_elbow", 60), "right forearm": ("right_elbow", "right_wrist", 50),
    "left thigh": ("left_hip", "left_knee", 80), "left shin": ("left_knee", "left_ankle", 75),
    "right thigh": ("right_hip", "right_knee", 80), "right shin": ("right_knee", "right_ankle", 75),
}  # fmt: skip
_TRUNK = {
    "nose": (0, -150), "left_eye": (6, -156), "right_eye": (-6, -156), "left_ear": (14, -152), "right_ear": (-14, -152),
    "left_shoulder": (35, -110), "right_shoulder": (-35, -110), "left_hip": (22, 0), "right_hip": (-22, 0),
}  # fmt: skip


def frame_times(duration: float, fps: float, start: float = 0.0) -> np.ndarray:
    return start + np.arange(round(duration * fps)) / fps


def body(times, angles, trunk=0.0, scale=1.0) -> PoseSequence:
    """A sequence from the angles of the limbs of arms and legs.

    Args:
        times: ``(N,)`` seconds.
        angles: limb -> ``(N,)`` degrees between the limb and hanging down, positive outwards.
        trunk: ``(N,)`` pixels to the right.
    """
    xy = np.zeros((len(times), 17, 2))
    for name, position in _TRUNK.items():
        xy[:, COCO_17.index(name)] = position
    for limb, (start, end, length) in _CHAINS.items():
        radians = np.radians(angles[limb]) * (1 if limb.startswith("left") else -1)
        step = length * np.stack((np.sin(radians), np.cos(radians)), axis=-1)
        xy[:, COCO_17.index(end)] = xy[:, COCO_17.index(start)] + step
    xy = scale * xy + (320, 260)
    xy[:, :, 0] += np.reshape(trunk, (-1, 1))
    return PoseSequence(np.asarray(times, float), xy.astype(np.float32), np.ones((len(times), 17), np.float32), SIZE)


def dance(times, seed=0, delay=0.0, style=None, degrees=4.0, lowered=None, scale=1.0) -> PoseSequence:
    """A dance of random moves on the beat, which `seed` determines, performed with a delay in seconds.

    Args:
        style: seed of the dancer's own deviations, constant and slow ones of ``degrees`` each.
        lowered: (side, degrees, start, end) of an arm that is lower, in seconds of the dance.
    """
    moments = np.asarray(times, float) - delay
    angles = _moves(moments, seed)
    rng = np.random.default_rng(style)
    for limb in angles if style is not None else ():
        waves = [
            np.sin(2 * np.pi * (f * moments + p)) for f, p in zip(rng.uniform(0.1, 0.35, 3), rng.random(3), strict=True)
        ]
        angles[limb] = angles[limb] + degrees * (rng.normal() + sum(waves) * np.sqrt(2 / 3))
    if lowered:
        side, error, start, end = lowered
        for part in ("upper arm", "forearm"):
            angles[f"{side} {part}"] = angles[f"{side} {part}"] - error * ((moments >= start) & (moments < end))
    return body(times, angles, scale=scale)


def _moves(moments, seed):
    rng = np.random.default_rng((seed, 7))
    counts = np.arange(-10, 200)
    ranges = {"upper arm": (40, 150), "forearm": (30, 170), "thigh": (2, 30), "shin": (0, 12)}
    angles = {}
    for limb in _CHAINS:
        poses = rng.uniform(*ranges[limb.split(" ", 1)[1]], len(counts))
        beat = moments / BEAT
        index = np.floor(beat).astype(int)
        t = np.clip((beat - index) / 0.7, 0, 1)  # it arrives before the next beat and waits
        first, second = poses[index + 10], poses[index + 11]
        angles[limb] = first + (second - first) * t * t * (3 - 2 * t)
    return angles


def noisy(sequence: PoseSequence, pixels: float, seed: int) -> PoseSequence:
    """The sequence with noise of a standard deviation in pixels, as of a pose model."""
    rng = np.random.default_rng((seed, 3))
    noise = rng.normal(0, pixels, sequence.xy.shape)
    scores = np.clip(rng.normal(0.7, 0.12, sequence.scores.shape), 0.31, 1)
    return replace(sequence, xy=(sequence.xy + noise).astype(np.float32), scores=scores.astype(np.float32))


def hidden(sequence: PoseSequence, start: float, end: float, *parts: str) -> PoseSequence:
    """The sequence without some keypoints, such as "ankle", from start to end in seconds; without any: all of them."""
    names = [any(part in name for part in parts) or not parts for name in COCO_17.keypoints]
    rows = (sequence.timestamps >= start) & (sequence.timestamps < end)
    return replace(sequence, scores=np.where(np.outer(rows, names), np.float32(0), sequence.scores))


def every(sequence: PoseSequence, count: int, first: int = 0) -> PoseSequence:
    """Every ``count``-th frame."""
    rows = slice(first, None, count)
    return replace(sequence, timestamps=sequence.timestamps[rows], xy=sequence.xy[rows], scores=sequence.scores[rows])
