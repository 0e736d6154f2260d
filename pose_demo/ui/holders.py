"""Objects of a session that are closed when they are replaced, and at its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, Protocol, TypeVar

from pose_demo.game.matcher import GameState
from pose_demo.game.points import PoseResult
from pose_demo.game.pose_game import FINISHED, WAITING
from pose_demo.game.score_card import score_card
from pose_demo.io.images import encode_image
from pose_demo.io.recorder import Recorder
from pose_demo.live.stream import LiveStream
from pose_demo.plan import Plan


class _Closable(Protocol):
    def close(self) -> None: ...


T = TypeVar("T", bound=_Closable)


class ClosingHolder(Generic[T]):
    """Holds one object and closes it when it is replaced."""

    def __init__(self) -> None:
        self.value: T | None = None

    def replace(self, value: T | None) -> None:
        """Hold another object, or none."""
        previous, self.value = self.value, value
        if previous:
            previous.close()

    def close(self) -> None:
        """Close the object."""
        self.replace(None)


class StillPlan:
    """The plan for still images; its models stay loaded from one image to the next."""

    def __init__(self) -> None:
        self.plan: Plan | None = None

    def set_plan(self, plan: Plan) -> None:
        """Use ``plan`` from now on, and close the previous model if it does not need it."""
        previous, self.plan = self.plan, plan
        if previous and not previous.shares_model(plan):
            previous.close()

    def close(self) -> None:
        """Close the models, and forget the pictures that the plan has."""
        plan, self.plan = self.plan, None
        if plan:
            plan.close()


class ScoreCardHolder:
    """The score card of the last pose game, until the next one begins.

    Attributes:
        png: the file; empty without a card.
    """

    def __init__(self) -> None:
        self.png = b""
        self._results: tuple[PoseResult, ...] = ()

    def follow(self, game: GameState, words: Mapping[str, str]) -> bool:
        """Make or delete the card where the game requires it; returns whether it did.

        Args:
            game: the state of the game in the latest frame.
            words: translations of the words in images.
        """
        results = game.results if game.phase == FINISHED else ()
        if game.phase == WAITING or results == self._results:
            return False
        self._results, self.png = results, encode_image(score_card(results, words)) if results else b""
        return True


class Recordings:
    """The recording and the snapshot of the live stream.

    Attributes:
        recorder: the current or last recording.
        snapshot: a PNG file; empty before the first.
    """

    def __init__(self, stream: LiveStream) -> None:
        self._stream = stream
        self._holder: ClosingHolder[Recorder] = ClosingHolder()
        self.snapshot = b""

    @property
    def recorder(self) -> Recorder | None:
        """The current or last recording."""
        return self._holder.value

    @property
    def exist(self) -> bool:
        """Whether there is a recording or a snapshot."""
        return bool(self.recorder or self.snapshot)

    @property
    def is_open(self) -> bool:
        """Whether a recording was neither stopped nor finished."""
        return self.recorder is not None and self._stream.recorder is self.recorder

    def start(self, recorder: Recorder) -> None:
        """Record the stream from now on, and delete the previous recording."""
        self._stream.recorder = recorder
        self._holder.replace(recorder)

    def stop(self) -> None:
        """End the recording, and wait until its files are complete."""
        self._stream.recorder = None
        if self.recorder:
            self.recorder.finish()

    def close(self) -> None:
        """End the recording, and delete its files."""
        self._stream.recorder = None
        self._holder.close()
