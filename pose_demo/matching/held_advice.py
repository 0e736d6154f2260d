"""Advice that stays long enough to be read and followed."""

from __future__ import annotations

_HOLD_S = 2.0


class HeldAdvice:
    """The advice that is displayed: another one replaces it after it was shown for two seconds, none at once."""

    def __init__(self) -> None:
        self._text = ""
        self._since = float("-inf")

    def update(self, text: str, now: float) -> str:
        """The text to display.

        Args:
            text: the current advice; empty without any, as for a match.
            now: seconds, monotonic.
        """
        may_change = not text or not self._text or now - self._since >= _HOLD_S
        if may_change and text != self._text:
            self._text, self._since = text, now
        return self._text
