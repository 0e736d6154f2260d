"""Processing without a browser: runs, video jobs, still images, comparison and evaluation."""
