"""The state of the webcam connection of one page."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from pose_demo.live.turn.check import BackgroundCheck
from pose_demo.ui.webrtc.peer import PeerState

_MIN_ATTEMPT_S = 3.0  # a connection that ends later than this without a frame has failed


@dataclass(eq=False)
class ConnectionAttempt:
    """The state of the webcam connection, as seen in the last script run.

    Attributes:
        started_at: when the camera was turned on, on the monotonic clock; None while disconnected.
        failed: the last connection ended without a frame.
        stopped_because: why the server ended the last connection, for the page; empty if it did not.
        peer: the last state of ICE; None before the browser's offer.
        check: of the TURN relay, when no video comes.
    """

    started_at: float | None = None
    failed: bool = False
    stopped_because: str = ""
    peer: PeerState | None = None
    check: BackgroundCheck = field(default_factory=BackgroundCheck)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the camera was turned on; 0 while disconnected."""
        return 0.0 if self.started_at is None else time.monotonic() - self.started_at

    def start(self) -> None:
        """Note that the camera was turned on."""
        self.started_at, self.failed, self.stopped_because = time.monotonic(), False, ""
        self.peer = None
        self.check.reset()

    def stop(self, reason: str) -> None:
        """Note that the server ends the connection, if there is one."""
        if self.started_at is not None:
            self.started_at, self.failed, self.stopped_because = None, False, reason

    def observe(self, peer: PeerState | None) -> None:
        """Note the state of ICE; nothing is known once the connection has ended."""
        self.peer = peer or self.peer

    def end(self, frames: int) -> None:
        """Note the end of a connection that delivered this number of frames."""
        self.failed = not frames and self.elapsed_s > _MIN_ATTEMPT_S
        self.started_at = None
