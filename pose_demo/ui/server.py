"""What the server does once, before it shows the first page."""

from __future__ import annotations

import logging
import sys
from functools import cache

from starlette.formparsers import MultiPartParser

from pose_demo.io import temporary

log = logging.getLogger(__name__)


@cache
def prepare() -> None:
    """Delete what a killed server has left; where nothing can be stored, receive uploads in memory.

    Streamlit keeps uploads in memory, but its web server receives those over 1 MB in a temporary file.
    """
    temporary.remove_abandoned()
    if not temporary.is_available():
        log.warning("no place for temporary files: recordings and processed videos cannot be stored")
        MultiPartParser.spool_max_size = sys.maxsize
