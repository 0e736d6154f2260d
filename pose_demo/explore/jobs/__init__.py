"""Sweeps and tunings of the page, in a process of their own."""
