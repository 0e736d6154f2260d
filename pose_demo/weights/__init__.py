"""The weight files of the models: where they are and whether they are right. `fetching` downloads them."""

from pose_demo.weights.manifest import WEIGHTS, Part, Source, WeightFile
from pose_demo.weights.progress import Progress
from pose_demo.weights.store import MissingWeights, WeightStatus, models_dir, path, status

__all__ = [
    "WEIGHTS",
    "MissingWeights",
    "Part",
    "Progress",
    "Source",
    "WeightFile",
    "WeightStatus",
    "models_dir",
    "path",
    "status",
]
