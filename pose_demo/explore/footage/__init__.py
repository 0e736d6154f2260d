"""Clips, and what is known about them: true keypoints, consensus keypoints, marked spans."""
