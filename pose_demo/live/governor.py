"""The governor: a frame-rate controller that chooses a degradation level."""

from __future__ import annotations

import math

from pose_demo.settings import FrameRateOptions

_SETTLING_S = 2.5  # after a level change; the frame rate is averaged over two seconds
_HEADROOM = 1.5  # the achievable rate must exceed the target by this factor before quality is restored
_MIN_WAIT_S, _MAX_WAIT_S = 5.0, 160.0  # of headroom before quality is restored; doubled after each failure
_TRIAL_S = 30.0  # a restored level must hold the rate for so long to count as a success


class Governor:
    """Chooses the degradation level from the measured frame rate. Time comes from the caller.

    Attributes:
        target_level: the degradation level to use from now on; 0 is full quality.
        overloaded: the rate was missed in the last seconds although the last level is active.
    """

    def __init__(self) -> None:
        self.target_level, self.overloaded = 0, False
        self._level, self._level_since = 0, -math.inf
        self._headroom_since, self._last_slow = math.inf, -math.inf
        self._wait_s, self._trial = _MIN_WAIT_S, False

    def update(
        self, now: float, options: FrameRateOptions, level: int, levels_left: int, fps: float, busy: float
    ) -> None:
        """Process one measurement of the stream.

        Args:
            now: seconds of a monotonic clock.
            options: the rate to hold.
            level, levels_left: the active degradation level (0 is full quality), and the number of further levels.
            fps: processed frames per second.
            busy: fraction of the time, in [0, 1], spent on processing.
        """
        if level != self._level or math.isinf(self._level_since):
            self._level, self._level_since, self._headroom_since = level, now, math.inf
        if not options.adapt:
            self.target_level, self.overloaded = 0, False
        elif level == self.target_level and now - self._level_since >= _SETTLING_S:
            self._choose_level(now, options.target, levels_left, fps, busy)

    def _choose_level(self, now: float, target_fps: int, levels_left: int, fps: float, busy: float) -> None:
        achievable = fps / busy if busy else math.inf  # unlike fps it does not depend on the camera's rate
        too_slow = achievable < target_fps
        self._last_slow = now if too_slow else self._last_slow
        self.overloaded = not levels_left and now - self._last_slow < _MIN_WAIT_S
        self._end_trial(now, too_slow)
        has_headroom = achievable >= target_fps * _HEADROOM
        self._headroom_since = min(self._headroom_since, now) if has_headroom else math.inf
        if too_slow and levels_left:
            self.target_level = self._level + 1
        elif self._level and now - self._headroom_since >= self._wait_s:
            self.target_level, self._trial = self._level - 1, True

    def _end_trial(self, now: float, too_slow: bool) -> None:
        """Adjust the waiting time once a restored level has failed, or has held the rate long enough."""
        if self._trial and (too_slow or now - self._level_since >= _TRIAL_S):
            self._wait_s = min(2 * self._wait_s, _MAX_WAIT_S) if too_slow else _MIN_WAIT_S
            self._trial = False
