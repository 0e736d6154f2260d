"""The rows of poses of the game. A new one is one line in `ROWS`."""

from __future__ import annotations

ROWS: dict[str, tuple[str, ...]] = {
    "easy": ("t-pose", "hands-on-hips", "arms-up", "cactus", "star"),
    "party": ("disco", "side-bend", "cactus", "side-kick", "star"),
    "balance": ("t-pose", "tree", "warrior", "side-kick", "lunge"),
}
