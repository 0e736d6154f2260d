"""What the server does once, before it shows the first page."""

from __future__ import annotations

import logging
import sys
from functools import cache

from starlette.formparsers import MultiPartParser

from pose_demo.io import temporary

log = logging.getLogger(__name__)

_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@cache
def prepare() -> None:
    """Start the log, and delete what a killed server has left; where nothing can be stored, receive uploads in memory.

    Streamlit keeps uploads in memory, but its web server receives those over 1 MB in a temporary file.
    """
    _start_log()
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
