"""The pose game: a row of still poses, each to be held for a second, for points; begun by raising both hands."""
