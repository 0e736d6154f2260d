"""Matching a person with a reference pose: similarity, error of each limb, and corrective advice."""
