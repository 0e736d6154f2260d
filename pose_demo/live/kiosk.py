"""What an unattended screen shows: one preset after another, until its visitor has left."""

from __future__ import annotations

from dataclasses import dataclass

PRESET_S = 30.0  # until the next preset
EMPTY_S = 10.0  # without a person, after which the next one is another visitor


@dataclass
class Kiosk:
    """Decides what comes next, by the persons in the picture; times are in seconds, monotonic.

    Attributes:
        presets: number of presets.
        preset: index of the one that is shown; None before the first, while the page has its own settings.
    """

    presets: int
    preset: int | None = None
    _changed_at: float | None = None
    _seen_at: float | None = None

    def visitor_has_left(self, persons: int, now: float) -> bool:
        """Whether somebody was in the picture, and nobody is for some time."""
        if persons:
            self._seen_at = now
        return self._seen_at is not None and now - self._seen_at >= EMPTY_S

    def next_preset(self, now: float) -> int | None:
        """The preset to show from now on; None to keep what is shown."""
        self._changed_at = now if self._changed_at is None else self._changed_at
        if now - self._changed_at < PRESET_S:
            return None
        self._changed_at = now
        self.preset = 0 if self.preset is None else (self.preset + 1) % self.presets
        return self.preset

    def stay(self, now: float) -> None:
        """Keep what is shown for the whole time."""
        self._changed_at = now
