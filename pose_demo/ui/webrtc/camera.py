"""The WebRTC connection of one page, which the server can end at any time, on any thread."""

from __future__ import annotations

import secrets
from typing import Any

from streamlit_webrtc import WebRtcStreamerContext
from streamlit_webrtc.component import _reset_context

_ENDED = ("closed", "failed")  # states of a peer connection


class Camera:
    """The webcam widget and its connection.

    The widget in the browser and streamlit-webrtc on the server each remember a connection under the widget's key. They
    disagree when one of them begins anew, such as a widget that was not rendered for a while, or a server that has
    ended the connection of a page that was away. A new key lets both begin anew.

    Attributes:
        key: of the widget; differs from that of any other page, also after a restart of the server.
    """

    def __init__(self) -> None:
        self.key = _new_key()
        self._context: WebRtcStreamerContext[Any, Any] | None = None

    def attach(self, context: WebRtcStreamerContext[Any, Any]) -> None:
        """Note the context of the rendered widget."""
        self._context = context

    def stop(self) -> None:
        """End the connection and free its threads; the next widget offers START."""
        context, self._context, self.key = self._context, None, _new_key()
        if context:
            with context._worker_creation_lock:  # a connection that is being made is ended as well
                _reset_context(context)

    @property
    def is_started(self) -> bool:
        """Whether the browser has a connection, or asks for one: START was pressed."""
        return self._context is not None and bool(self._context.state.signalling or self._context.state.playing)

    @property
    def is_lost(self) -> bool:
        """Whether the connection has ended on the server, although the widget goes on."""
        if self._context is None or not self.is_started:
            return False
        worker = self._context._get_worker()
        return worker is None or worker.pc.connectionState in _ENDED


def _new_key() -> str:
    return f"camera-{secrets.token_hex(4)}"
