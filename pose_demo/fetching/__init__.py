"""How model files get onto this machine; ``pose_demo.weights`` is what the rest of the project uses of it."""
