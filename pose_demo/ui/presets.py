"""Presets: named settings for common purposes."""

from __future__ import annotations

from pose_demo.settings import Settings

_CHANGES: dict[str, dict[str, object]] = {
    "Skeleton": {},
    "Match my pose": {"model": "movenet-thunder", "match.reference": "star"},
    "Office background": {
        "model": "blazepose-full",
        "background.mode": "blur",
        "skeleton": False,
        "keypoints": False,
    },
    "Party": {
        "model": "blazepose-full",
        "background.mode": "gradient",
        "skeleton": False,
        "keypoints": False,
        "effects": [{"name": "trails"}, {"name": "glasses"}],
    },
    "Privacy": {"effects": [{"name": "skeleton-only"}]},
}

PRESETS: dict[str, Settings] = {name: Settings.from_dict(changes) for name, changes in _CHANGES.items()}
