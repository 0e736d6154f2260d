"""The models' weights: which files there are, where they are, and how they are fetched."""

from pose_demo.weights.manifest import Part, Source, Weight
from pose_demo.weights.store import (
    WEIGHTS,
    MissingWeights,
    Progress,
    Status,
    fetch,
    fetch_all,
    models_dir,
    path,
    status,
)

__all__ = [
    "WEIGHTS",
    "MissingWeights",
    "Part",
    "Progress",
    "Source",
    "Status",
    "Weight",
    "fetch",
    "fetch_all",
    "models_dir",
    "path",
    "status",
]
