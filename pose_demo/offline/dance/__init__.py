"""Dances from files: read a reference or a performance, compare them, and report what to practise."""
