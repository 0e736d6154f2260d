"""Score the frames of clips in small portions, so that a page stays responsive and can stop it."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence

from pose_demo.explore.calibration.threshold import ScoredFrame, score_frames, scoring_settings
from pose_demo.explore.footage.clip import Clip
from pose_demo.offline.sliced import SlicedJob
from pose_demo.plan import Uploads
from pose_demo.settings import Settings


class ScoreJob(SlicedJob[ScoredFrame]):
    """Computes the match scores of the frames of clips.

    Attributes:
        done: number of frames processed.
        expected: approximate number of frames to process.
    """

    def __init__(
        self,
        clips: Sequence[Clip],
        settings: Settings,
        uploads: Uploads | None = None,
        *,
        expected: int,
        threads: int = 1,
        previous: ScoreJob | None = None,
    ) -> None:
        """Prepare a job; `advance` runs it.

        Args:
            clips: the footage.
            settings: with a reference pose.
            uploads: the reference pose, if it is the user's own.
            expected: approximate number of frames of all clips.
            threads: CPU threads of each network.
            previous: its complete clips are not processed again, if it had the same settings.
        """
        self._settings, self._uploads, self._threads = settings, uploads or Uploads(), threads
        self._complete: dict[str, list[ScoredFrame]] = {}
        if previous and previous.fits(settings, self._uploads):
            self._complete.update(previous._complete)
        self._partial: dict[str, list[ScoredFrame]] = {}
        super().__init__(self._run([clip for clip in clips if clip.key not in self._complete]))
        self.expected, self.done, self._seconds = expected, 0, 0.0

    def fits(self, settings: Settings, uploads: Uploads) -> bool:
        """Whether the scores are those of these settings."""
        same_reference = self._uploads.reference is uploads.reference
        return same_reference and scoring_settings(self._settings) == scoring_settings(settings)

    def scores(self, clip: Clip) -> tuple[ScoredFrame, ...]:
        """The scores of a clip so far; empty if it has none."""
        return tuple(self._complete[clip.key] if self.is_complete(clip) else self._partial.get(clip.key, ()))

    def is_complete(self, clip: Clip) -> bool:
        """Whether all frames of a clip have been processed."""
        return clip.key in self._complete

    @property
    def progress(self) -> float:
        """Processed fraction in [0, 1]."""
        return min(1.0, self.done / max(1, self.expected))

    @property
    def seconds_left(self) -> float | None:
        """Estimated processing time of the remaining frames; None before the first."""
        return self._seconds / self.done * max(0, self.expected - self.done) if self.done else None

    def advance(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Process frames for about ``seconds``; sets `error` instead of raising if that fails."""
        start = clock()
        super().advance(seconds, clock)
        self._seconds += clock() - start

    def _add(self, step: ScoredFrame) -> None:
        self.done += 1

    def _run(self, clips: Sequence[Clip]) -> Generator[ScoredFrame]:
        for clip in clips:
            frames = self._partial[clip.key] = []
            for frame in score_frames(clip, self._settings, self._uploads, self._threads):
                frames.append(frame)
                yield frame
            self._complete[clip.key] = self._partial.pop(clip.key)
