"""Which of the drawn dancers has which track id."""

from __future__ import annotations

import numpy as np


def who(poses, truth):
    """The track id of each dancer who is seen (id -> id): the pose nearest to them, within a tenth of their height."""
    offers = []
    for dancer in (dancer for dancer in truth if (dancer.scores > 0).sum() >= 6):
        seen, height = dancer.scores > 0, np.ptp(dancer.xy[:, 1])
        for pose in poses:
            off = np.linalg.norm(pose.as_coco().xy - dancer.xy, axis=1)[seen]
            offers.append((float(np.median(off)) / height, dancer.track_id, pose.track_id))
    found: dict[int, int] = {}
    for off, dancer_id, track_id in sorted(offers):
        if off < 0.1 and dancer_id not in found and track_id not in found.values():
            found[dancer_id] = track_id
    return found
