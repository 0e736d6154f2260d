"""Find the best settings for clips at a frame rate."""
