"""What the server does once, before it shows the first page."""

from __future__ import annotations

import logging
import sys

from starlette.formparsers import MultiPartParser

from pose_demo.io import temporary
from pose_demo.live import memory, metrics_server
from pose_demo.ui.once import Once

log = logging.getLogger(__name__)

_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def _prepare() -> None:
    """Start the log and the metrics, prepare the memory, delete what a killed server has left.

    Streamlit keeps uploads in memory, but its web server receives those over 1 MB in a temporary file, and would refuse
    them where nothing can be stored.
    """
    _start_log()
    metrics_server.start_from_environment()
    memory.prepare()
    temporary.remove_abandoned()
    if not temporary.is_available():
        log.warning("no place for temporary files: recordings and processed videos cannot be stored")
        MultiPartParser.spool_max_size = sys.maxsize


def _start_log() -> None:
    """Write this package's lines of information to stderr, unless the host has configured logging."""
    logger = logging.getLogger("pose_demo")
    if not logger.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter(_LOG_FORMAT))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)


prepare = Once(_prepare)  # all pages of a restarted server come at once
