"""The track ids of the drawn dancers."""

from __future__ import annotations

import numpy as np


def track_ids(poses, ground_truth):
    """Dancer id -> track id of the nearest pose, for each visible dancer with one within 10 % of their height."""
    candidates = []
    for dancer in (dancer for dancer in ground_truth if (dancer.scores > 0).sum() >= 6):
        visible, height = dancer.scores > 0, np.ptp(dancer.xy[:, 1])
        for pose in poses:
            distances = np.linalg.norm(pose.as_coco().xy - dancer.xy, axis=1)[visible]
            candidates.append((float(np.median(distances)) / height, dancer.track_id, pose.track_id))
    found: dict[int, int] = {}
    for distance, dancer_id, track_id in sorted(candidates):
        if distance < 0.1 and dancer_id not in found and track_id not in found.values():
            found[dancer_id] = track_id
    return found
