"""Compare a dance with a reference dance: timing and form, passage by passage."""
