"""HTML pages that need no other file and no network: markup, charts, style."""
