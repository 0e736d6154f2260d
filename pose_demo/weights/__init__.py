"""Model files: the manifest, the local files, and fetching."""

from pose_demo.weights.fetching import Progress, fetch, fetch_all
from pose_demo.weights.manifest import WEIGHTS, Part, Source, WeightFile
from pose_demo.weights.store import MissingWeights, WeightStatus, models_dir, path, status

__all__ = [
    "WEIGHTS",
    "MissingWeights",
    "Part",
    "Progress",
    "Source",
    "WeightFile",
    "WeightStatus",
    "fetch",
    "fetch_all",
    "models_dir",
    "path",
    "status",
]
