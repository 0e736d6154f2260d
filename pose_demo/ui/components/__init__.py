"""Custom page components."""
