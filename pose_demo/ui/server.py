"""What the server does once, at its start and before it shows the first page."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import AsyncIterator

from starlette.formparsers import MultiPartParser
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnected

from pose_demo.io import temporary
from pose_demo.live import memory, metrics_server
from pose_demo.ui import state_lock
from pose_demo.ui.once import Once

log = logging.getLogger(__name__)

_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def _start() -> None:
    """Start the log and the metrics, delete what a killed server has left.

    Streamlit keeps uploads in memory, but its web server receives those over 1 MB in a temporary file, and would refuse
    them where nothing can be stored.
    """
    state_lock.share()
    _start_log()
    metrics_server.start_from_environment()
    temporary.remove_abandoned()
    if not temporary.is_available():
        log.warning("no place for temporary files: recordings and processed videos cannot be stored")
        MultiPartParser.spool_max_size = sys.maxsize


def _prepare() -> None:
    """Start, if nobody did, and prepare the memory, now that the page's modules are imported."""
    start()
    memory.prepare()


def _start_log() -> None:
    """Write this package's lines of information to stderr, unless the host has configured logging."""
    logger = logging.getLogger("pose_demo")
    if not logger.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter(_LOG_FORMAT))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)


start = Once(_start)
prepare = Once(_prepare)  # all pages of a restarted server come at once


@contextlib.asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Start before the first visitor comes."""
    start()
    yield


class IgnoreDisconnects:
    """ASGI middleware for websockets that are closed while Streamlit (1.67) reads from them: it fails to close them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except WebSocketDisconnected:
            log.debug("a websocket was closed while it was read")
