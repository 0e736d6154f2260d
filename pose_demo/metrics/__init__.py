"""Measures of poses: accuracy against known keypoints, agreement of two models, jitter and lag."""
