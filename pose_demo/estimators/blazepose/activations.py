"""From a net's logits to probabilities."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_BOUND = 80  # exp of more overflows a float32, and the probability is 0 or 1 long before


def sigmoid(logits: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Probabilities in [0, 1]."""
    return np.asarray(1 / (1 + np.exp(-logits.clip(-_BOUND, _BOUND))))
