"""Activation functions that the networks leave to their callers."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Float = TypeVar("Float", bound=np.floating)

_MAX_LOGIT = 80  # exp of more overflows float32; the probability is 0 or 1 far below that


def sigmoid(logits: npt.NDArray[Float]) -> npt.NDArray[Float]:
    """Probabilities in [0, 1]."""
    return np.asarray(1 / (1 + np.exp(-logits.clip(-_MAX_LOGIT, _MAX_LOGIT))))
