"""Stand-ins for BlazePose's two nets, which answer what a test tells them to and remember what they were shown."""

from __future__ import annotations

import numpy as np

LANDMARK_SHAPES = (195,), (1,), (64, 64, 39), (256, 256, 1), (117,)
DETECTOR_SHAPES = (2254, 12), (2254, 1)
COLD, SURE = -80.0, 80.0


class ScriptedNet:
    """Answers with ``outputs``, in their order; ``shown`` is the last input, ``runs`` how often it was asked."""

    def __init__(self, side, shapes):
        self.output_shapes = list(shapes)
        self.outputs = [np.zeros(shape, np.float32) for shape in shapes]
        self.shown = np.zeros((side, side, 3), np.float32)
        self.runs = 0

    def read(self, fill, look):
        fill(self.shown)
        self.runs += 1
        return look(self.outputs)

    def bare(self):
        self.runs += 1


def detector(person=None, score=SURE):
    """Sees one person, given as (hips, reach) in fractions of its square input, or nobody."""
    net = ScriptedNet(224, DETECTOR_SHAPES)
    rows, scores = net.outputs
    scores[:] = COLD
    if person is not None:
        anchor = 0.5 / 28  # of the first row
        rows[0, 4:8] = (np.ravel(person) - anchor) * 224
        rows[0, 2:4] = 50
        scores[0] = score
    return net


def landmarks(hips=(0.5, 0.5), reach=(0.5, 0.1), presence=0.9):
    """Sees the 33 keypoints in the middle of its crop and the next region as given, in fractions of the crop."""
    net = ScriptedNet(256, LANDMARK_SHAPES)
    net.outputs[0].reshape(39, 5)[:, :2] = 128
    net.outputs[0].reshape(39, 5)[33:35, :2] = np.array([hips, reach]) * 256
    net.outputs[1][:] = presence
    net.outputs[2][:] = COLD
    return net
