"""Panels beside and below the image."""
