"""Live human pose estimation on a plain CPU: models, matching, backgrounds and effects behind one pipeline."""
