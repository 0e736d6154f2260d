"""Activation functions that the networks leave to their callers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_MAX_LOGIT = 80  # exp of more overflows float32; the probability is 0 or 1 far below that


def sigmoid(logits: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Probabilities in [0, 1]."""
    return np.asarray(1 / (1 + np.exp(-logits.clip(-_MAX_LOGIT, _MAX_LOGIT))))
