"""The WebRTC connection of one page, which the server can end at any time, on any thread."""

from __future__ import annotations

import secrets
from typing import Any

from streamlit_webrtc import WebRtcStreamerContext
from streamlit_webrtc.component import _reset_context
from streamlit_webrtc.webrtc import WebRtcWorker

from pose_demo.ui.webrtc.peer import round_trip_s

_ENDED = ("closed", "failed")  # states of a peer connection


class Camera:
    """The webcam widget and its connection.

    The widget in the browser and streamlit-webrtc on the server each remember a connection under the widget's key. They
    disagree when one of them begins anew, such as a widget that was not rendered for a while, or a server that has
    ended the connection of a page that was away. A new key lets both begin anew.

    Attributes:
        key: of the widget; differs from that of any other page, also after a restart of the server.
        wanted: the visitor has turned the camera on, and not off again.
        request: the time, in ms, of the last request of the browser to turn it on.
    """

    def __init__(self) -> None:
        self.key = _new_key()
        self.wanted, self.request = False, -secrets.randbelow(2**31)  # differs from that of another session
        self._was_connected = False  # since it was turned on
        self._context: WebRtcStreamerContext[Any, Any] | None = None

    def attach(self, context: WebRtcStreamerContext[Any, Any]) -> None:
        """Note the context of the rendered widget."""
        self._context = context
        self._was_connected |= self.is_connected

    def turn_on(self, request: int) -> None:
        """Let the widget connect; the camera is open in the browser."""
        self.wanted, self.request, self._was_connected = True, request, False

    def turn_off(self) -> None:
        """Let the widget end its connection."""
        self.wanted = False

    def stop(self) -> None:
        """End the connection and free its threads; the next widget has none."""
        context, self._context, self.key = self._context, None, _new_key()
        self.wanted = self._was_connected = False
        if context:
            with context._worker_creation_lock:  # a connection that is being made is ended as well
                _reset_context(context)

    @property
    def is_on(self) -> bool:
        """Whether the visitor wants the camera, or the widget still has a connection."""
        return self.wanted or self.is_connected

    @property
    def has_ended(self) -> bool:
        """Whether the widget has ended a connection that the visitor wants."""
        return self.wanted and self._was_connected and not self.is_connected

    @property
    def is_connected(self) -> bool:
        """Whether the widget has a connection, or asks for one."""
        return self._context is not None and bool(self._context.state.signalling or self._context.state.playing)

    @property
    def is_lost(self) -> bool:
        """Whether the connection has ended on the server, although the widget goes on."""
        if self._context is None or not self.is_connected:
            return False
        worker = self._context._get_worker()
        return worker is None or worker.pc.connectionState in _ENDED

    @property
    def round_trip_s(self) -> float | None:
        """Seconds to the browser and back; None if they are not known."""
        worker = self._context._get_worker() if self._context else None
        return round_trip_s(worker.pc, worker._loop) if isinstance(worker, WebRtcWorker) else None


def _new_key() -> str:
    return f"camera-{secrets.token_hex(4)}"
