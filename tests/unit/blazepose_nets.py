"""Fakes of BlazePose's two networks: predefined outputs, and a record of the last input."""

from __future__ import annotations

import numpy as np

LANDMARK_SHAPES = (195,), (1,), (64, 64, 39), (256, 256, 1), (117,)
DETECTOR_SHAPES = (2254, 12), (2254, 1)
LOW_LOGIT, HIGH_LOGIT = -80.0, 80.0  # of the probabilities 0 and 1


class FakePool:
    """An interpreter pool with fixed ``outputs``; ``input`` is the last input tensor, ``runs`` counts inferences."""

    def __init__(self, side, shapes):
        self.output_shapes = list(shapes)
        self.outputs = [np.zeros(shape, np.float32) for shape in shapes]
        self.input = np.zeros((side, side, 3), np.float32)
        self.runs = 0

    def infer(self, fill, read_outputs):
        fill(self.input)
        self.runs += 1
        return read_outputs(self.outputs)

    def invoke_only(self):
        self.runs += 1


def detector_pool(person=None, logit=HIGH_LOGIT):
    """Detects one person, given as (center_point, scale_point) normalized to the square input, or none."""
    pool = FakePool(224, DETECTOR_SHAPES)
    rows, scores = pool.outputs
    scores[:] = LOW_LOGIT
    if person is not None:
        first_anchor = 0.5 / 28
        rows[0, 4:8] = (np.ravel(person) - first_anchor) * 224
        rows[0, 2:4] = 50
        scores[0] = logit
    return pool


def landmark_pool(center_point=(0.5, 0.5), scale_point=(0.5, 0.1), presence=0.9):
    """All 33 keypoints in the middle of the crop, and the given auxiliary landmarks, normalized to the crop."""
    pool = FakePool(256, LANDMARK_SHAPES)
    landmark_rows(pool)[:, :2] = 128
    landmark_rows(pool)[33:35, :2] = np.array([center_point, scale_point]) * 256
    pool.outputs[1][:] = presence
    pool.outputs[2][:] = LOW_LOGIT
    return pool


def landmark_rows(pool):
    """The landmark network's first output as (39, 5): x, y, z in crop pixels, visibility logit, presence logit."""
    return pool.outputs[0].reshape(39, 5)


def world_rows(pool):
    """The landmark network's last output as (39, 3): x, y, z in meters, in the axes of the crop."""
    return pool.outputs[4].reshape(39, 3)
