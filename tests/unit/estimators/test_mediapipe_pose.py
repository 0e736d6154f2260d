"""MediaPipe's landmarker: increasing timestamps, and closing that never blocks."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from models import needs
from pose_demo.estimators import DetectionOptions, EstimatorOptions, mediapipe_pose
from pose_demo.estimators.mediapipe_pose import MediaPipePose
from pose_demo.types import Frame

# A landmarker in a reference cycle deadlocks the thread that collects it, so this runs in another process.
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


class FakeLandmarker:
    """Detects no person; records the timestamps in milliseconds."""

    def __init__(self):
        self.timestamps = []

    def detect_for_video(self, image, timestamp_ms):
        self.timestamps.append(timestamp_ms)
        return SimpleNamespace(pose_landmarks=[], pose_world_landmarks=[], segmentation_masks=None)

    def close(self): ...


@pytest.fixture
def landmarker(monkeypatch):
    landmarker = FakeLandmarker()
    monkeypatch.setattr(mediapipe_pose, "_landmarker", lambda *_: landmarker)
    monkeypatch.setattr(mediapipe_pose, "_mediapipe_image", lambda image: image)
    return landmarker


def process(estimator, *timestamps):
    for timestamp in timestamps:
        estimator.estimate(Frame(np.zeros((48, 64, 3), np.uint8), timestamp), DetectionOptions())


def test_the_landmarkers_timestamps_are_milliseconds_that_always_increase(landmarker):
    process(MediaPipePose("mediapipe-lite", EstimatorOptions()), 0.0, 0.1, 0.1, 0.1, 0.2, 0.15, 0.3)
    assert landmarker.timestamps == [0, 100, 101, 102, 200, 201, 300]


def test_after_a_reset_the_landmarkers_clock_jumps_ahead_and_follows_the_frames_again(landmarker):
    estimator = MediaPipePose("mediapipe-lite", EstimatorOptions())
    process(estimator, 5.0, 5.1)
    estimator.reset()
    process(estimator, 0.0, 0.1, 0.2)
    assert landmarker.timestamps == [5000, 5100, 6100, 6200, 6300]
