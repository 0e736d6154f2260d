"""Files in and out: images, video, keypoints, recordings."""
