"""Tracking over frames: track ids, keypoint smoothing, and the history of a keypoint."""
