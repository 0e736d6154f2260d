"""A person against a reference pose: how alike, which limbs are off, and what to do about it."""
