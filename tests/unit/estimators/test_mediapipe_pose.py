"""MediaPipe's landmarker is closed safely, also by the garbage collector."""

from __future__ import annotations

import subprocess
import sys

from models import needs

# A landmarker in a reference cycle dead-locks the thread that collects it, so this runs in another process.
_COLLECT_ESTIMATORS = """
import gc
from pose_demo import sample
from pose_demo.estimators import DetectionOptions, load

for attempt in range(3):
    estimator = load("mediapipe-lite")
    estimator.estimate(sample.frame(0), DetectionOptions())
    cycle = [estimator]
    cycle.append(cycle)
    del estimator, cycle
    gc.collect()
print("done")
"""


def test_an_estimator_in_a_reference_cycle_does_not_block_the_garbage_collector():
    needs("mediapipe-lite")
    process = subprocess.run([sys.executable, "-c", _COLLECT_ESTIMATORS], capture_output=True, text=True, timeout=60)
    assert process.stdout.strip() == "done", process.stderr
