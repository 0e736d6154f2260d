"""The seat of one visitor, between the page and the frames of the webcam."""

from __future__ import annotations

from collections.abc import Callable

import av

from pose_demo.live.placeholder import NO_SEAT
from pose_demo.live.seats import Admission, Seats
from pose_demo.live.stream import LiveStream
from pose_demo.live.video_frames import placeholder_frame

_CHECK_S = 1.0  # between two looks whether the stream is of use


class Seat:
    """Lets only the frames of a visitor who has a seat reach the stream. The video thread calls `callback`."""

    def __init__(self, stream: LiveStream, seats: Seats, clock: Callable[[], float]) -> None:
        self._stream, self._seats, self._clock = stream, seats, clock
        self._visitor = object()  # not the seat itself: a closed page's stream must not be kept alive
        self._last_check = float("-inf")

    def admit(self, started: bool) -> Admission:
        """Take or give back the seat, as the camera was turned on or off; returns what the visitor may do."""
        return self._seats.start(self._visitor) if started else self._seats.stop(self._visitor)

    def admission(self) -> Admission:
        """What the visitor may do; keeps the seat or the place in the queue."""
        return self._seats.admission(self._visitor)

    def enqueue(self) -> None:
        """Wait for a seat."""
        self._seats.enqueue(self._visitor)

    def stay(self) -> None:
        """Keep a stream that would end because it is idle."""
        self._seats.stay(self._visitor)

    def close(self) -> None:
        """Give the seat, or the place in the queue, back."""
        self._seats.leave(self._visitor)

    def callback(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Process one camera frame; without a seat, answer with a dark image. It never raises."""
        if not self._seats.renew(self._visitor):
            return placeholder_frame(frame, self._stream.words.get(NO_SEAT, NO_SEAT))
        output = self._stream.callback(frame)
        now = self._clock()
        if now - self._last_check >= _CHECK_S:
            self._last_check = now
            self._check_use()
        return output

    def _check_use(self) -> None:
        status, recorder = self._stream.status(), self._stream.recorder
        shows_person = status.result is not None and status.result.persons > 0 and not status.error
        if shows_person or (recorder and recorder.running):
            self._seats.needed(self._visitor)
