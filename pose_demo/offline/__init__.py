"""Processing without a browser: runs, video jobs, stills, comparison, evaluation."""
