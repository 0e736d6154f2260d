"""What the mediapipe package does to those who are careless must not happen here."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pose_demo import weights

# A landmarker in a reference cycle dead-locks the thread that collects it, so another process tries.
_FORGET = """
import gc
from pose_demo import sample
from pose_demo.estimators import Options, load
from pose_demo.settings import Settings

for attempt in range(3):
    estimator = load("mediapipe-lite", Options())
    estimator.estimate(sample.frame(0), Settings(model="mediapipe-lite"))
    cycle = [estimator]
    cycle.append(cycle)
    del estimator, cycle
    gc.collect()
print("alive")
"""


@pytest.mark.skipif(not weights.status("mediapipe-lite").ready, reason="needs models/mediapipe-lite.task")
def test_an_estimator_forgotten_in_a_reference_cycle_does_not_hang_the_process():
    done = subprocess.run([sys.executable, "-c", _FORGET], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "alive", done.stderr
